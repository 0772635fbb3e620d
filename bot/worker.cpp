#include "bot/worker.h"

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

namespace mlx::bot {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::array kDelays = {std::chrono::seconds(1), std::chrono::seconds(5), std::chrono::seconds(30),
                                std::chrono::seconds(120), std::chrono::seconds(600)};

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};

/// Whether an error of repository_of() may go away by itself.
bool is_passing(ErrorCode code) {
  return code == ErrorCode::kUnavailable || code == ErrorCode::kRateLimited || code == ErrorCode::kIo;
}

}  // namespace

std::chrono::seconds retry_delay(int attempt) {
  const auto index = static_cast<std::size_t>(std::max(attempt, 1) - 1);
  return kDelays[std::min(index, kDelays.size() - 1)];
}

Worker::Worker(JobQueue& queue, JobHandler& handler, NowFunction now, Metrics& metrics, Log log,
               WorkerOptions options)
    : queue_(queue),
      handler_(handler),
      now_(std::move(now)),
      metrics_(metrics),
      log_(std::move(log)),
      options_(options) {}

Worker::~Worker() {
  {
    const std::scoped_lock lock(mutex_);
    is_stopping_ = true;
  }
  wake_.notify_all();
  // Before the renewer: leases are kept while jobs run.
  threads_.clear();
}

void Worker::start(int threads) {
  threads_running_ = threads;
  renewer_ = std::jthread([this](const std::stop_token& stop) { extend_leases(stop); });
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
}

void Worker::wake() {
  {
    const std::scoped_lock lock(mutex_);
    ++wake_count_;
  }
  wake_.notify_one();
}

bool Worker::drain(SteadyClock::time_point deadline) {
  std::unique_lock lock(mutex_);
  is_stopping_ = true;
  wake_.notify_all();
  const bool is_done = finished_.wait_until(lock, deadline, [&] { return threads_running_ == 0; });
  if (is_done) return true;
  for (const auto& [id, job] : running_) {
    log_.warning("left to another process", {{"delivery", job.delivery.id}, {"repository", job.repository}});
  }
  running_.clear();
  return false;
}

void Worker::work() {
  std::unique_lock lock(mutex_);
  std::uint64_t seen = 0;
  while (!is_stopping_) {
    seen = wake_count_;
    lock.unlock();
    const bool had_work = work_once();
    lock.lock();
    if (had_work) continue;
    wake_.wait_for(lock, options_.poll, [&] { return is_stopping_ || wake_count_ != seen; });
  }
  --threads_running_;
  finished_.notify_all();
}

bool Worker::work_once() {
  try {
    if (run_next()) return true;
    prune_if_due();
  } catch (const std::exception& exception) {
    log_.error("the worker failed", {{"error", exception.what()}});
  }
  return false;
}

bool Worker::run_next() {
  auto claimed = queue_.claim(now_(), now_() + options_.lease);
  if (!claimed) {
    log_.error("cannot claim a job", {{"error", to_string(claimed.error())}});
    return false;
  }
  std::optional<Job> job = std::move(*claimed);
  if (!job) return false;
  if (is_stopping()) {
    report(queue_.postpone(*job, now_(), "the bot is stopping"), "cannot give the job back");
    return false;
  }
  run(std::move(*job));
  return true;
}

void Worker::run(Job job) {
  const LogScope scope({{"delivery", job.delivery.id}, {"event", job.delivery.event}});
  const auto started = SteadyClock::now();
  {
    const std::scoped_lock lock(mutex_);
    Job known = job;
    known.delivery.body.clear();
    running_.insert_or_assign(job.id, std::move(known));
  }
  if (prepare(job)) {
    const LogScope about({{"repository", job.repository}});
    // Jobs of other repositories were waiting for this one's to be known.
    wake();
    settle(job, run_handler(job), started);
  }
  forget(job);
}

void Worker::forget(const Job& job) {
  const std::scoped_lock lock(mutex_);
  const auto known = running_.find(job.id);
  // This process may have taken the job over from itself.
  if (known != running_.end() && known->second.lease == job.lease) running_.erase(known);
}

bool Worker::is_stopping() {
  const std::scoped_lock lock(mutex_);
  return is_stopping_;
}

bool Worker::prepare(Job& job) {
  const auto started = SteadyClock::now();
  if (job.attempt > options_.attempts) {
    bury(job, "given up: the process ended during each of its attempts", started);
    return false;
  }
  if (!job.repository.empty()) return true;
  Result<std::string> repository;
  try {
    repository = handler_.repository_of(job.delivery);
  } catch (const std::exception& exception) {
    put_off(job, {.reason = std::string("exception: ") + exception.what()}, started);
    return false;
  }
  if (!repository) {
    const std::string reason = to_string(repository.error());
    if (is_passing(repository.error().code)) {
      put_off(job, {.after = std::chrono::seconds(repository.error().retry_after_seconds), .reason = reason},
              started);
    } else {
      bury(job, reason, started);
    }
    return false;
  }
  job.repository = *repository;
  const auto is_held = queue_.hold_repository(job, *repository);
  if (!is_held) report(std::unexpected(is_held.error()), "cannot hold the repository");
  return is_held.value_or(false);
}

JobResult Worker::run_handler(const Job& job) {
  log_.info("job started", {{"attempt", std::to_string(job.attempt)}});
  try {
    return handler_.run(job);
  } catch (const std::exception& exception) {
    return RetryLater{.reason = std::string("exception: ") + exception.what()};
  } catch (...) {
    return RetryLater{.reason = "exception of an unknown kind"};
  }
}

void Worker::settle(const Job& job, const JobResult& result, SteadyClock::time_point started) {
  std::visit(Overloaded{[&](const Done& done) {
                          if (!report(queue_.complete(job, done.outcome, now_()), "cannot complete the job"))
                            return;
                          metrics_.count_job(done.outcome, SteadyClock::now() - started);
                          log_.info("job done", {{"outcome", done.outcome}});
                        },
                        [&](const RetryLater& later) { put_off(job, later, started); },
                        [&](const Failed& failed) { bury(job, failed.reason, started); }},
             result);
}

void Worker::put_off(const Job& job, const RetryLater& later, SteadyClock::time_point started) {
  const TimePoint now = now_();
  const bool is_free = later.after.count() > 0 && now - job.received_at < options_.rate_limited_for;
  if (!is_free && job.attempt >= options_.attempts) {
    bury(job, later.reason, started);
    return;
  }
  const auto delay = later.after.count() > 0 ? later.after : retry_delay(job.attempt);
  const auto put = is_free ? queue_.postpone(job, now + delay, later.reason)
                           : queue_.retry(job, now + delay, later.reason);
  if (!report(put, "cannot put the job off")) return;
  metrics_.count_job(is_free ? "postponed" : "retried", SteadyClock::now() - started);
  log_.warning("job put off", {{"reason", later.reason}, {"seconds", std::to_string(delay.count())}});
}

void Worker::bury(const Job& job, const std::string& reason, SteadyClock::time_point started) {
  if (!report(queue_.bury(job, reason, now_()), "cannot bury the job")) return;
  metrics_.count_job("dead", SteadyClock::now() - started);
  log_.error("job given up", {{"reason", reason}});
}

void Worker::extend_leases(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!renew_.wait_for(lock, stop, options_.lease / 3, [] { return false; }) && !stop.stop_requested()) {
    std::vector<Job> jobs;
    jobs.reserve(running_.size());
    for (const auto& [id, job] : running_) jobs.push_back(job);
    lock.unlock();
    for (const Job& job : jobs) extend(job);
    lock.lock();
  }
}

void Worker::extend(const Job& job) {
  const LogScope scope({{"delivery", job.delivery.id}});
  const auto extended = queue_.extend(job, now_() + options_.lease);
  if (report(extended, "cannot extend the lease") || extended.error().code != ErrorCode::kConflict) return;
  forget(job);
}

void Worker::prune_if_due() {
  const TimePoint now = now_();
  {
    const std::scoped_lock lock(mutex_);
    if (now < next_prune_) return;
    next_prune_ = now + options_.prune;
  }
  const auto removed = queue_.prune(now);
  report(removed ? Result<void>() : std::unexpected(removed.error()), "cannot prune the queue");
}

bool Worker::report(const Result<void>& result, std::string_view what) {
  if (!result) log_.error(what, {{"error", to_string(result.error())}});
  return result.has_value();
}

}  // namespace mlx::bot
