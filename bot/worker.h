#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "bot/logging.h"
#include "bot/metrics.h"
#include "bot/queue/job_queue.h"

namespace mlx::bot {

/// The work is done, or there was none; `outcome` is a word for the metrics: "done", "ignored", "refused".
struct Done {
  std::string outcome;
};
/// Something outside was not ready. With a delay that was asked for (a rate limit), the attempt
/// does not count for a day; with 0, the worker's own delays apply, and it does.
struct RetryLater {
  std::chrono::seconds after{0};
  std::string reason;
};
/// Trying again would not help: kept for a person to look at.
struct Failed {
  std::string reason;
};
using JobResult = std::variant<Done, RetryLater, Failed>;

/// Port: what a job does. Called from several threads. An exception is a bug or a broken
/// machine: it is logged, and the job tried again.
class JobHandler {
 public:
  JobHandler() = default;
  JobHandler(const JobHandler&) = delete;
  JobHandler& operator=(const JobHandler&) = delete;
  virtual ~JobHandler() = default;

  /// The repository that a delivery is about, in one spelling; empty if it is about none. Only
  /// reads the delivery, and quickly: later ones wait for it. kInvalidInput buries the job.
  [[nodiscard]] virtual Result<std::string> repository_of(const Delivery& delivery) = 0;
  /// Does the work. May run twice for one delivery, though not at the same time.
  [[nodiscard]] virtual JobResult run(const Job& job) = 0;
};

struct WorkerOptions {
  std::chrono::milliseconds lease{60'000};  ///< renewed at a third of it while a job runs
  std::chrono::milliseconds poll{1'000};    ///< how long an idle thread waits unless woken
  std::chrono::milliseconds prune{3'600'000};
  int attempts = 8;                         ///< after so many a job is buried
  std::chrono::hours rate_limited_for{24};  ///< how long after its arrival postponing is free
};

/// How long to wait after the given attempt, which counts from 1.
[[nodiscard]] std::chrono::seconds retry_delay(int attempt);

/// Threads that take jobs from the queue and run them.
class Worker {
 public:
  using NowFunction = std::function<TimePoint()>;

  /// All references must outlive this.
  Worker(JobQueue& queue, JobHandler& handler, NowFunction now, Metrics& metrics, Log log,
         WorkerOptions options = {});
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  /// Waits for jobs that run, however long they take.
  ~Worker();

  /// Once.
  void start(int threads);
  /// Tells that there may be something to do. From any thread; does not block.
  void wake();
  /// Claims nothing more, and waits for what runs. False if something still runs at the deadline:
  /// its lease is no longer renewed, so that another process takes the job when it has run out. The
  /// process should then leave by std::_Exit, since the destructor would wait on.
  [[nodiscard]] bool drain(std::chrono::steady_clock::time_point deadline);

 private:
  void work();
  bool work_once();
  /// Claims and runs one job. False if there was none.
  bool run_next();
  void run(Job job);
  /// Finds out which repository it is about. False if the job is not to be run now.
  bool prepare(Job& job);
  JobResult run_handler(const Job& job);
  void settle(const Job& job, const JobResult& result, std::chrono::steady_clock::time_point started);
  void put_off(const Job& job, const RetryLater& later, std::chrono::steady_clock::time_point started);
  void bury(const Job& job, const std::string& reason, std::chrono::steady_clock::time_point started);
  void extend_leases(const std::stop_token& stop);
  void extend(const Job& job);
  void forget(const Job& job);
  bool is_stopping();
  void prune_if_due();
  bool report(const Result<void>& result, std::string_view what);

  JobQueue& queue_;
  JobHandler& handler_;
  NowFunction now_;
  Metrics& metrics_;
  Log log_;
  WorkerOptions options_;

  std::mutex mutex_;
  std::condition_variable wake_;      ///< something may be claimable, or stopping
  std::condition_variable finished_;  ///< a thread has ended
  std::uint64_t wake_count_ = 0;
  bool is_stopping_ = false;
  int threads_running_ = 0;
  TimePoint next_prune_;
  std::map<std::int64_t, Job> running_;  ///< without bodies

  std::vector<std::jthread> threads_;
  std::condition_variable_any renew_;
  std::jthread renewer_;
};

}  // namespace mlx::bot
