#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "bot/core/outcome.h"
#include "bot/forge/forge.h"
#include "bot/run/command_request.h"

namespace mlx::bot {

/// The pull request that a command was given on.
struct CommandedPullRequest {
  PullRequestBranches branches;
  CommitRef head;
  /// The files that the command works on: those of the head, or of its parent if the head is what an earlier
  /// run of this command has committed.
  std::unique_ptr<Snapshot> files;
  bool is_amended = false;  ///< that earlier run there was
};

/// Nothing if that is not on a pull request.
[[nodiscard]] Result<std::optional<CommandedPullRequest>> find_commanded(ForgeRepository& repository,
                                                                         const CommandRequest& request);

/// Makes an amendment into one commit on the pull request's branch, unless that was done. Returns the commit.
/// kConflict if somebody else's commit came first: nothing of theirs is overwritten. May be cut off anywhere
/// and run again, from find_commanded() on.
[[nodiscard]] Result<std::string> amend(ForgeRepository& repository, const CommandedPullRequest& pull,
                                        const Amendment& amendment, const CommandRequest& request);

}  // namespace mlx::bot
