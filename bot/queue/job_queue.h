#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace mlx::bot {

using Clock = std::chrono::system_clock;
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

/// One webhook request as it arrived, verified but not yet understood.
struct Delivery {
  std::string id;     ///< the forge's own id of it; a repeated delivery has the same one
  std::string forge;  ///< "github"
  std::string event;  ///< the forge's name of the event: "issue_comment"
  std::string body;   ///< the raw bytes
};

enum class EnqueueResult { kStored, kDuplicate };

/// A delivery that is being worked on, held under a lease.
struct Job {
  std::int64_t id = 0;
  Delivery delivery;
  TimePoint received_at;
  int attempt = 1;         ///< counts from 1
  std::string repository;  ///< empty until hold_repository() was called for it
  std::int64_t lease = 0;  ///< fencing token: a worker whose lease was taken over can change nothing
};

struct QueueStats {
  std::int64_t waiting = 0;
  std::int64_t running = 0;
  std::int64_t dead = 0;
  std::optional<TimePoint> oldest_waiting;  ///< when the longest waiting job was received
};

/// The durable list of deliveries and the work that they cause.
///
/// What a call has answered is on disk. Jobs of one repository run one at a time and in
/// the order in which they were received; a job whose worker died is claimed again when
/// its lease has run out. Safe to call from several threads, and from several processes
/// on one database. Time comes from the caller.
class JobQueue {
 public:
  JobQueue() = default;
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;
  virtual ~JobQueue() = default;

  /// Stores a delivery, once for each id.
  [[nodiscard]] virtual Result<EnqueueResult> enqueue(const Delivery& delivery, TimePoint now) = 0;

  /// The next job that may run, or nothing. The lease lasts until `lease_until`.
  [[nodiscard]] virtual Result<std::optional<Job>> claim(TimePoint now, TimePoint lease_until) = 0;

  /// Tells which repository the job is about. False if an earlier job of that repository
  /// is unfinished: then this job has been put back, and will be claimed after it.
  [[nodiscard]] virtual Result<bool> hold_repository(const Job& job, std::string_view repository) = 0;

  /// The calls below fail with kConflict when the job's lease was taken over.
  [[nodiscard]] virtual Result<void> extend(const Job& job, TimePoint lease_until) = 0;
  /// Done; `outcome` is a word for the metrics: "done", "ignored", "refused".
  [[nodiscard]] virtual Result<void> complete(const Job& job, std::string_view outcome, TimePoint now) = 0;
  /// Not before `at`, for `reason`. Later jobs of the same repository wait behind it.
  [[nodiscard]] virtual Result<void> retry(const Job& job, TimePoint at, std::string_view reason) = 0;
  /// Given up: kept for a person to look at.
  [[nodiscard]] virtual Result<void> bury(const Job& job, std::string_view reason, TimePoint now) = 0;

  [[nodiscard]] virtual Result<QueueStats> stats() = 0;
};

}  // namespace mlx::bot
