#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>

#include "engine/base/http.h"
#include "engine/io/http_network.h"

namespace mlx {

struct HttpClientOptions {
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds answer_timeout{15'000};  ///< without a byte
  std::size_t largest_answer = 64U << 20U;
  /// For a request and the whole of its answer; 0: as long as bytes keep coming.
  std::chrono::milliseconds whole_timeout{0};
  std::optional<HttpNetwork> network = {};  ///< nothing: as this process's environment says
};

/// HTTP and HTTPS by cpp-httplib, on connections that are kept and used again. Certificates
/// are verified against the system's, or those that SSL_CERT_FILE or the network's `ca_file` name; what does
/// not verify is kUnavailable. Requests go by the network's proxies, as `mlx` unless they say who asks. An
/// answer that is too large is refused while it is read, unless HttpRequest::take_body takes it.
[[nodiscard]] std::unique_ptr<HttpClient> make_http_client(HttpClientOptions options = {});

}  // namespace mlx
