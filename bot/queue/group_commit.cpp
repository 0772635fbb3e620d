#include "bot/queue/group_commit.h"

#include <exception>
#include <utility>

namespace mlx::bot {
namespace {

/// Enough for any number of threads here, and few enough that the first caller is answered soon.
constexpr std::size_t kMostCalls = 64;

}  // namespace

Result<void> GroupCommit::prepare(sqlite::Database& database) {
  begin_ = MLX_TRY(database.prepare("BEGIN IMMEDIATE"));
  commit_ = MLX_TRY(database.prepare("COMMIT"));
  rollback_ = MLX_TRY(database.prepare("ROLLBACK"));
  return {};
}

Result<void> GroupCommit::run(const Work& work) {
  const auto call = std::make_shared<Call>(work);
  std::unique_lock lock(mutex_);
  waiting_.push_back(call);
  if (has_leader_) {
    lock.unlock();
    if (wait(*call) == State::kIsDone) return std::move(call->result);
    lock.lock();
  }
  has_leader_ = true;
  Calls calls = std::exchange(waiting_, {});
  lock.unlock();

  commit(calls);

  lock.lock();
  const auto next = waiting_.empty() ? nullptr : waiting_.front();
  has_leader_ = next != nullptr;
  lock.unlock();
  if (next != nullptr) advance(*next, State::kLeads);
  for (const auto& other : calls) {
    if (other != call) advance(*other, State::kIsDone);
  }
  return std::move(call->result);
}

GroupCommit::State GroupCommit::wait(Call& call) {
  std::unique_lock lock(call.mutex);
  call.changed.wait(lock, [&] { return call.state != State::kWaiting; });
  return call.state;
}

void GroupCommit::advance(Call& call, State state) {
  {
    const std::scoped_lock lock(call.mutex);
    call.state = state;
  }
  call.changed.notify_one();
}

void GroupCommit::commit(Calls& calls) {
  Result<void> outcome;
  try {
    outcome = run_all(calls);
  } catch (const std::exception& exception) {
    outcome = fail(ErrorCode::kIo, exception.what());
  }
  if (outcome) return;
  // Fails when the transaction never began or SQLite has rolled it back already: all the same.
  std::ignore = rollback_.run();
  for (const auto& call : calls) call->result = outcome;
}

Result<void> GroupCommit::run_all(Calls& calls) {
  MLX_CHECK(begin_.run());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    Call& call = *calls[i];
    call.result = (*call.work)();
    if (!call.result && call.result.error().code == ErrorCode::kIo) return call.result;
    if (i + 1 == calls.size()) add_latecomers(calls);
  }
  return commit_.run();
}

void GroupCommit::add_latecomers(Calls& calls) {
  const std::scoped_lock lock(mutex_);
  if (calls.size() >= kMostCalls) return;
  calls.insert(calls.end(), waiting_.begin(), waiting_.end());
  waiting_.clear();
}

}  // namespace mlx::bot
