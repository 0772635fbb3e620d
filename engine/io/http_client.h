#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "engine/base/http.h"

namespace mlx {

struct HttpClientOptions {
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds answer_timeout{15'000};  ///< without a byte
  std::size_t largest_answer = 64U << 20U;
};

/// HTTP and HTTPS by cpp-httplib, on connections that are kept and used again. Certificates
/// are verified against the system's.
[[nodiscard]] std::unique_ptr<HttpClient> make_http_client(HttpClientOptions options = {});

}  // namespace mlx
