#pragma once

#include <string>
#include <string_view>

#include "engine/base/http.h"

namespace mlx {

struct DownloadRequest {
  std::string url;
  HttpHeaders private_headers = {};  ///< for the origin of `url`, and nobody else
  std::string etag = {};             ///< of what is here already; empty: nothing is
};

struct Download {
  bool is_unchanged = false;  ///< what has that ETag is still right; there is no body
  std::string body;
  std::string etag;
};

/// Gets JSON from a registry. Follows at most five redirects, only to what is_safe_url() and never
/// from HTTPS to HTTP; after one to another origin the private headers stay behind. Errors name the
/// address and what to do: kNotFound (404), kUnauthorized, kUnavailable (no answer, or one that
/// says the server is broken), kInvalidInput (a web page, a redirect that is not followed).
[[nodiscard]] Result<Download> download_json(HttpClient& http, const DownloadRequest& request);

/// What an answer's status says, unless it is 200; `has_headers`: credentials were sent.
[[nodiscard]] Result<void> check_status(const std::string& url, const HttpResponse& response,
                                        bool has_headers);
[[nodiscard]] bool is_redirect(int status);
/// The address that a `Location` means in an answer of `base`.
[[nodiscard]] std::string resolve_location(std::string_view base, std::string_view location);

}  // namespace mlx
