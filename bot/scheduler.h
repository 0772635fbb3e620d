#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

#include "bot/forge/forge.h"
#include "bot/logging.h"
#include "bot/queue/job_queue.h"
#include "bot/watched_repository.h"

namespace mlx::bot {

struct SchedulerOptions {
  /// How often the forge is asked for its repositories, at least.
  std::chrono::seconds interval{300};
  /// How long it is left alone after a failure that does not say how long.
  std::chrono::seconds pause{60};
};

/// Puts what is due by the schedules of repositories into the queue, as deliveries that name the time they
/// are for: the queue keeps one of each, whatever the number of processes and of starts. What was due while
/// no process ran is caught up with, if it is the latest time of its schedule and not a day old.
///
/// One request for each hundred repositories and interval, and one more for a repository that was pushed to.
class Scheduler {
 public:
  using NowFunction = std::function<TimePoint()>;

  /// What the scheduler works with; must outlive it.
  struct Parts {
    Forge& forge;
    const TimeZones& zones;
    JobQueue& queue;
    std::string_view forge_name;  ///< of the deliveries: "github"
  };

  /// `on_stored` is told of every delivery that is new, on the scheduler's thread.
  Scheduler(Parts parts, NowFunction now, Log log, std::function<void()> on_stored,
            SchedulerOptions options = {});
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;
  /// Waits for a request that is under way.
  ~Scheduler();

  /// Does once what there is to do, and says when there may be something next. What the forge refuses is
  /// logged, and tried again then. Between requests it looks whether it is to stop.
  TimePoint run_once(const std::stop_token& stop = {});

  /// Does so again and again, on a thread of its own. Once.
  void start();
  /// Asks the thread to end; does not wait. What it was about to store is found due again.
  void stop() { thread_.request_stop(); }
  /// The same, and waits. False if a request is still under way at the deadline.
  [[nodiscard]] bool drain(std::chrono::steady_clock::time_point deadline);

 private:
  void work(const std::stop_token& stop);
  [[nodiscard]] Result<void> list(std::chrono::sys_seconds now);
  [[nodiscard]] Result<void> look(std::chrono::sys_seconds now, const std::stop_token& stop);
  /// Asks the forge; when it fails, leaves it alone for a while.
  void refresh(std::chrono::sys_seconds now, const std::stop_token& stop);
  /// False if the queue failed.
  bool enqueue_due(TimePoint now);

  Parts parts_;
  NowFunction now_;
  Log log_;
  std::function<void()> on_stored_;
  SchedulerOptions options_;

  std::map<std::string, WatchedRepository> repositories_;  ///< by full name
  bool has_listed_ = false;
  std::chrono::sys_seconds next_refresh_{};

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::condition_variable finished_;
  bool is_running_ = false;
  std::jthread thread_;
};

}  // namespace mlx::bot
