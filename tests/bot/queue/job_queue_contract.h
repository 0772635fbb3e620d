#pragma once

#include <memory>

#include "bot/queue/job_queue.h"

namespace mlx::bot::test {

/// An empty database for one test. The contract's tests know queues only through this: each kind of
/// queue is a test program of its own that links job_queue_contract_*.cpp with its make_queue_database().
class QueueDatabase {
 public:
  QueueDatabase() = default;
  QueueDatabase(const QueueDatabase&) = delete;
  QueueDatabase& operator=(const QueueDatabase&) = delete;
  virtual ~QueueDatabase() = default;

  /// A handle of its own, as another process would have it. Works in a child after fork(), too.
  [[nodiscard]] virtual std::unique_ptr<JobQueue> open() = 0;
};

[[nodiscard]] std::unique_ptr<QueueDatabase> make_queue_database();

/// Milliseconds on a made-up clock.
[[nodiscard]] inline TimePoint at(std::int64_t milliseconds) {
  return TimePoint(std::chrono::milliseconds(milliseconds));
}

[[nodiscard]] inline Delivery delivery(std::string id, std::string body = "{}") {
  return {.id = std::move(id), .forge = "github", .event = "push", .body = std::move(body)};
}

}  // namespace mlx::bot::test
