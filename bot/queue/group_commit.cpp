#include "bot/queue/group_commit.h"

#include <exception>
#include <utility>

namespace mlx::bot::sqlite {

Result<void> GroupCommit::prepare(Database& database) {
  begin_ = MLX_TRY(database.prepare("BEGIN IMMEDIATE"));
  commit_ = MLX_TRY(database.prepare("COMMIT"));
  rollback_ = MLX_TRY(database.prepare("ROLLBACK"));
  return {};
}

Result<void> GroupCommit::run(const Work& work) {
  Call call{work};
  std::unique_lock lock(mutex_);
  waiting_.push_back(&call);
  if (has_leader_) {
    call.wake.wait(lock, [&] { return call.is_done || call.leads; });
    if (call.is_done) return std::move(call.result);
  }
  has_leader_ = true;
  const std::vector<Call*> calls = std::exchange(waiting_, {});

  lock.unlock();
  commit(calls);
  lock.lock();

  for (Call* other : calls) {
    if (other == &call) continue;
    // Under the lock: the call lives on the stack of a thread that goes on once it is done.
    other->is_done = true;
    other->wake.notify_one();
  }
  has_leader_ = !waiting_.empty();
  if (has_leader_) {
    waiting_.front()->leads = true;
    waiting_.front()->wake.notify_one();
  }
  return std::move(call.result);
}

void GroupCommit::commit(const std::vector<Call*>& calls) {
  Result<void> outcome;
  try {
    outcome = run_all(calls);
  } catch (const std::exception& exception) {
    outcome = fail(ErrorCode::kIo, exception.what());
  }
  if (outcome) return;
  // Fails when the transaction never began or SQLite has rolled it back already: all the same.
  std::ignore = rollback_.run();
  for (Call* call : calls) call->result = outcome;
}

Result<void> GroupCommit::run_all(const std::vector<Call*>& calls) {
  MLX_CHECK(begin_.run());
  for (Call* call : calls) {
    call->result = call->work();
    if (!call->result && call->result.error().code == ErrorCode::kIo) return call->result;
  }
  return commit_.run();
}

}  // namespace mlx::bot::sqlite
