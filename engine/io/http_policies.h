#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "engine/base/http.h"

namespace mlx {

// Clients around another one, which must outlive them. Safe to call from several threads.

/// Goes where an answer redirects to, a few times at most: GET and HEAD to any host, other methods to the
/// same one and only if the answer keeps the method (307, 308). Another host gets no header but those that
/// say what is wanted and by whom: no credentials. From https nothing leads to http. An answer that is not
/// followed is given as it is.
[[nodiscard]] std::unique_ptr<HttpClient> follow_redirects(HttpClient& inner);

struct RetryOptions {
  int attempts = 3;
  std::chrono::milliseconds pause{250};  ///< before the second attempt; twice as long before the next
  std::function<void(std::chrono::milliseconds)> wait;
  std::function<double()> random;  ///< from 0 to 1: half of each pause is by chance
};

/// Sends GET and HEAD again when no answer came, and for 502, 503 and 504 that do not say when to come back.
/// Whatever changes something is sent once: it may have been carried out. So is what began to be taken
/// (HttpRequest::take_body).
[[nodiscard]] std::unique_ptr<HttpClient> retry_reads(HttpClient& inner, RetryOptions options);

}  // namespace mlx
