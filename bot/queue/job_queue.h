#pragma once

#include <chrono>
#include <cstdint>
#include <map>
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
  std::string forge;  ///< "github" or "gitlab"
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
  std::optional<TimePoint> oldest_waiting;       ///< when the longest waiting job was received
  std::map<std::string, std::int64_t> finished;  ///< by outcome, "dead" included, since the queue was made
};

/// How long the id of a completed delivery is remembered, so that a repetition of it is recognised.
inline constexpr std::chrono::hours kIdsAreKept{24 * 7};

/// The durable list of deliveries and the work that they cause.
///
/// What a call has answered is on disk. Jobs of one repository run one at a time and in
/// the order in which they were received; a job whose worker died is claimed again when
/// its lease has run out. Safe to call from several threads, and from several processes
/// on one database. Time comes from the caller.
///
/// Every call may fail with kIo, in which case it has changed nothing; the location
/// names the database and the message says what to do.
class JobQueue {
 public:
  JobQueue() = default;
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;
  virtual ~JobQueue() = default;

  /// Stores a delivery, once for each forge and id.
  [[nodiscard]] virtual Result<EnqueueResult> enqueue(const Delivery& delivery, TimePoint now) = 0;

  /// The next job that may run, or nothing. The lease lasts until `lease_until`.
  ///
  /// A claimed job whose repository is not yet known holds up the later ones, since it may be
  /// about the same repository: call hold_repository() or one of the last calls soon.
  [[nodiscard]] virtual Result<std::optional<Job>> claim(TimePoint now, TimePoint lease_until) = 0;

  /// The calls below fail with kConflict when the job's lease was taken over.

  /// Tells which repository the job is about; empty is about none, which waits for nobody.
  /// False if another job of that repository must finish first: then this job has been put
  /// back, the attempt does not count, and it will be claimed after that one.
  [[nodiscard]] virtual Result<bool> hold_repository(const Job& job, std::string_view repository) = 0;
  [[nodiscard]] virtual Result<void> extend(const Job& job, TimePoint lease_until) = 0;
  /// Done; `outcome` is a word for the metrics: "done", "ignored", "refused". The body is
  /// forgotten, the id is kept.
  [[nodiscard]] virtual Result<void> complete(const Job& job, std::string_view outcome, TimePoint now) = 0;
  /// Not before `at`, for `reason`. Later jobs of the same repository wait behind it.
  [[nodiscard]] virtual Result<void> retry(const Job& job, TimePoint at, std::string_view reason) = 0;
  /// Like retry(), but this attempt does not count.
  [[nodiscard]] virtual Result<void> postpone(const Job& job, TimePoint at, std::string_view reason) = 0;
  /// Given up: kept, with its body, for a person to look at.
  [[nodiscard]] virtual Result<void> bury(const Job& job, std::string_view reason, TimePoint now) = 0;

  [[nodiscard]] virtual Result<QueueStats> stats() = 0;
  /// Forgets the ids of deliveries that were completed longer than kIdsAreKept ago; says how many.
  [[nodiscard]] virtual Result<std::int64_t> prune(TimePoint now) = 0;
};

}  // namespace mlx::bot
