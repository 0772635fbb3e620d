#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/io/sqlite_database.h"

namespace mlx::bot {

/// Lets calls from several threads share transactions, because a transaction costs one
/// flush of the disk however much is in it.
///
/// There is no thread and no timer in it: whoever finds nobody committing leads, and runs what
/// waits, and what comes while it does; those who come during the flush wait, and the first of
/// them leads the next transaction. A call that is alone is committed at once.
class GroupCommit {
 public:
  using Work = std::function<Result<void>()>;

  /// `database` must outlive this and be used through it only.
  [[nodiscard]] Result<void> prepare(sqlite::Database& database);

  /// Runs `work` inside a write transaction and returns when it is committed. Work that fails
  /// must have changed nothing, unless with kIo: that undoes the transaction, and everybody
  /// in it gets the error.
  [[nodiscard]] Result<void> run(const Work& work);

 private:
  enum class State { kWaiting, kLeads, kIsDone };
  /// Shared, because whoever wakes a waiter may still touch this when the waiter has gone on.
  struct Call {
    explicit Call(const Work& to_do) : work(&to_do) {}
    const Work* work;
    Result<void> result = {};
    std::mutex mutex = {};  ///< of its own, so that those who wake up do not queue for one lock
    std::condition_variable changed = {};
    State state = State::kWaiting;
  };
  using Calls = std::vector<std::shared_ptr<Call>>;

  static State wait(Call& call);
  static void advance(Call& call, State state);
  void commit(Calls& calls);
  [[nodiscard]] Result<void> run_all(Calls& calls);
  void add_latecomers(Calls& calls);

  sqlite::Statement begin_;
  sqlite::Statement commit_;
  sqlite::Statement rollback_;

  std::mutex mutex_;
  bool has_leader_ = false;
  Calls waiting_;
};

}  // namespace mlx::bot
