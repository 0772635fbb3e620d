#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "bot/queue/job_queue.h"

namespace mlx::bot::test {

/// A queue that tells what is done to it, so that a test can wait for that.
class ObservedQueue final : public JobQueue {
 public:
  explicit ObservedQueue(std::unique_ptr<JobQueue> queue) : queue_(std::move(queue)) {}

  /// The next thing that became of a job, waiting up to ten seconds for it: "complete ID OUTCOME",
  /// "retry ID at +SECONDS REASON", "postpone …", "bury ID REASON", "extend ID". Seconds count from `since`.
  [[nodiscard]] std::string next_change(TimePoint since = {}) {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(10), [&] { return !changes_.empty(); }))
      return "nothing";
    auto [what, at, reason] = changes_.front();
    changes_.pop_front();
    if (at == TimePoint()) return what + reason;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(at - since).count();
    return what + " at +" + std::to_string(seconds) + reason;
  }
  /// Waits until claim() was called so many times in all.
  void wait_for_claims(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(10), [&] { return claims_ >= count; });
  }

  Result<EnqueueResult> enqueue(const Delivery& delivery, TimePoint now) override {
    return queue_->enqueue(delivery, now);
  }
  Result<std::optional<Job>> claim(TimePoint now, TimePoint lease_until) override {
    auto job = queue_->claim(now, lease_until);
    const std::scoped_lock lock(mutex_);
    ++claims_;
    changed_.notify_all();
    return job;
  }
  Result<bool> hold_repository(const Job& job, std::string_view repository) override {
    return queue_->hold_repository(job, repository);
  }
  Result<void> extend(const Job& job, TimePoint lease_until) override {
    return note(queue_->extend(job, lease_until), "extend", job, {}, "");
  }
  Result<void> complete(const Job& job, std::string_view outcome, TimePoint now) override {
    return note(queue_->complete(job, outcome, now), "complete", job, {}, outcome);
  }
  Result<void> retry(const Job& job, TimePoint at, std::string_view reason) override {
    return note(queue_->retry(job, at, reason), "retry", job, at, reason);
  }
  Result<void> postpone(const Job& job, TimePoint at, std::string_view reason) override {
    return note(queue_->postpone(job, at, reason), "postpone", job, at, reason);
  }
  Result<void> bury(const Job& job, std::string_view reason, TimePoint now) override {
    return note(queue_->bury(job, reason, now), "bury", job, {}, reason);
  }
  Result<QueueStats> stats() override { return queue_->stats(); }
  Result<std::int64_t> prune(TimePoint now) override { return queue_->prune(now); }

 private:
  struct Change {
    std::string what;
    TimePoint at;
    std::string reason;
  };

  Result<void> note(Result<void> result, std::string_view what, const Job& job, TimePoint at,
                    std::string_view reason) {
    const std::string shown = result ? std::string(reason) : std::string(to_string(result.error().code));
    const std::scoped_lock lock(mutex_);
    changes_.push_back({std::string(what) + " " + job.delivery.id, at, shown.empty() ? "" : " " + shown});
    changed_.notify_all();
    return result;
  }

  std::unique_ptr<JobQueue> queue_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Change> changes_;
  int claims_ = 0;
};

}  // namespace mlx::bot::test
