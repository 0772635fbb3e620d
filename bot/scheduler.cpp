#include "bot/scheduler.h"

#include <algorithm>
#include <exception>
#include <set>
#include <utility>

#include "bot/core/schedule_event.h"

namespace mlx::bot {
namespace {

using std::chrono::seconds;
using std::chrono::sys_seconds;

/// Passes for an instant at which nothing was due.
constexpr sys_seconds kLongAgo{};

/// Another repository may do better.
bool is_about_one_repository(const Error& error) {
  return error.code != ErrorCode::kRateLimited && error.code != ErrorCode::kUnauthorized;
}

}  // namespace

Scheduler::Scheduler(Parts parts, NowFunction now, Log log, std::function<void()> on_stored,
                     SchedulerOptions options)
    : parts_(parts),
      now_(std::move(now)),
      log_(std::move(log)),
      on_stored_(std::move(on_stored)),
      options_(options) {}

Scheduler::~Scheduler() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

TimePoint Scheduler::run_once(const std::stop_token& stop) {
  const TimePoint now = now_();
  const auto second = std::chrono::floor<seconds>(now);
  if (second >= next_refresh_) refresh(second, stop);
  if (stop.stop_requested()) return now;
  sys_seconds next = next_refresh_;
  if (!enqueue_due(now)) next = std::min(next, second + options_.pause);
  for (const auto& [name, repository] : repositories_) {
    next = std::min(next, repository.next_due(second).value_or(next));
  }
  return next;
}

void Scheduler::refresh(sys_seconds now, const std::stop_token& stop) {
  Result<void> done = list(now);
  if (done) done = look(now, stop);
  if (done) {
    next_refresh_ = now + options_.interval;
    return;
  }
  const Error& error = done.error();
  const seconds pause = std::max(options_.pause, seconds(error.retry_after_seconds));
  next_refresh_ = now + pause;
  log_.warning("cannot look for schedules on the forge",
               {{"error", to_string(error)}, {"seconds", std::to_string(pause.count())}});
}

Result<void> Scheduler::list(sys_seconds now) {
  const auto listed = MLX_TRY(parts_.forge.installed_repositories());
  // What is there at the start may have been due before it; what is new has never been due.
  const sys_seconds since = has_listed_ ? now : kLongAgo;
  std::set<std::string> names;
  for (const InstalledRepository& repository : listed) {
    const std::string name = repository.name.full();
    names.insert(name);
    repositories_.try_emplace(name, repository, since).first->second.update(repository);
  }
  std::erase_if(repositories_, [&](const auto& known) { return !names.contains(known.first); });
  has_listed_ = true;
  return {};
}

Result<void> Scheduler::look(sys_seconds now, const std::stop_token& stop) {
  for (auto& [name, repository] : repositories_) {
    if (stop.stop_requested()) return {};
    if (!repository.needs_look(now)) continue;
    const auto looked = repository.look(parts_.forge, parts_.zones, now);
    if (looked) continue;
    if (!is_about_one_repository(looked.error())) return looked;
    log_.warning("cannot read a repository's schedule",
                 {{"repository", name}, {"error", to_string(looked.error())}});
  }
  return {};
}

bool Scheduler::enqueue_due(TimePoint now) {
  for (auto& [name, repository] : repositories_) {
    const auto event = repository.due(std::chrono::floor<seconds>(now));
    if (!event) continue;
    const Delivery delivery{.id = schedule_delivery_id(*event),
                            .forge = std::string(parts_.forge_name),
                            .event = std::string(kScheduleEvent),
                            .body = schedule_delivery_body(*event)};
    const auto stored = parts_.queue.enqueue(delivery, now);
    if (!stored) {
      log_.error("what is due could not be stored",
                 {{"delivery", delivery.id}, {"error", to_string(stored.error())}});
      return false;
    }
    repository.settle(*event);
    if (*stored != EnqueueResult::kStored) continue;
    log_.info("due", {{"delivery", delivery.id}, {"repository", name}});
    on_stored_();
  }
  return true;
}

void Scheduler::start() {
  is_running_ = true;
  thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
}

void Scheduler::work(const std::stop_token& stop) {
  constexpr seconds kShortest{1};
  while (!stop.stop_requested()) {
    TimePoint next = now_() + options_.pause;
    try {
      next = run_once(stop);
    } catch (const std::exception& exception) {
      log_.error("the scheduler failed", {{"error", exception.what()}});
    }
    const auto wait = std::clamp<std::chrono::milliseconds>(next - now_(), kShortest, options_.interval);
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, wait, [] { return false; });
  }
  const std::scoped_lock lock(mutex_);
  is_running_ = false;
  finished_.notify_all();
}

bool Scheduler::drain(std::chrono::steady_clock::time_point deadline) {
  stop();
  std::unique_lock lock(mutex_);
  return finished_.wait_until(lock, deadline, [&] { return !is_running_; });
}

}  // namespace mlx::bot
