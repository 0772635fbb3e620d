#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/queue/job_queue.h"

namespace mlx::bot {

/// Counts what the bot does, for Prometheus. Safe from several threads.
///
/// Labels take few values: an event or outcome that is not known counts as "other", so that
/// nobody can fill the memory with made-up ones.
class Metrics {
 public:
  explicit Metrics(std::string version);

  /// `result`: "stored", "duplicate", "refused" or "failed".
  void count_delivery(std::string_view forge, std::string_view event, std::string_view result);
  /// A job that came to its end, or was put off: the outcome it was completed with, "dead", "retried",
  /// "postponed".
  void count_job(std::string_view outcome, std::chrono::duration<double> duration);
  /// An answer of a forge; status 0 is no answer.
  void count_forge_request(std::string_view forge, int status);
  void set_rate_limit_remaining(std::string_view forge, std::int64_t remaining);

  /// Prometheus' text format 0.0.4. Without `queue`, what is known of the queue is left out.
  [[nodiscard]] std::string render(const std::optional<QueueStats>& queue, TimePoint now) const;

  static constexpr std::string_view kContentType = "text/plain; version=0.0.4; charset=utf-8";

 private:
  using Labels = std::vector<std::string>;
  using Counter = std::map<Labels, std::int64_t>;

  std::string version_;
  mutable std::mutex mutex_;
  Counter deliveries_;
  Counter jobs_;
  Counter forge_requests_;
  Counter rate_limit_remaining_;
  std::vector<std::int64_t> duration_counts_;  ///< by bucket, not cumulated
  double duration_sum_ = 0;
};

}  // namespace mlx::bot
