#pragma once

#include <optional>
#include <string>

#include "engine/base/http.h"

struct git_remote;
struct git_transport;  // NOLINT(readability-identifier-naming): libgit2's

namespace mlx {

/// How libgit2 reaches a repository over HTTPS: through our own client, since its own has no
/// timeouts, knows no certificates but the system's, and sends its headers along with redirects.
/// Redirects are not followed.
struct GitHttp {
  HttpClient& http;
  HttpHeaders private_headers;
  std::optional<Error> error = {};  ///< why the last request failed
};

/// For git_remote_callbacks::transport, with a GitHttp as its payload, which must outlive the remote.
int make_git_http_transport(git_transport** out, git_remote* owner, void* git_http);

}  // namespace mlx
