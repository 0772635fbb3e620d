#include "bot/run/amend.h"

#include "bot/run/own_commit.h"

namespace mlx::bot {
namespace {

/// Names what asked, so that a run that was cut off knows what it has done.
std::string request_trailer(const CommandRequest& request) { return "\nMlx-Request: " + request.id + "\n"; }

}  // namespace

Result<std::optional<CommandedPullRequest>> find_commanded(ForgeRepository& repository,
                                                           const CommandRequest& request) {
  auto branches = MLX_TRY(repository.pull_request(request.issue));
  if (!branches) return std::nullopt;
  const CommitSummary head = MLX_TRY(repository.commit(branches->head_sha));
  const std::string own_login = MLX_TRY(repository.own_login());
  const bool is_amended = is_own_commit(head, own_login) && head.parents.size() == 1 &&
                          head.message.find(request_trailer(request)) != std::string::npos;
  const CommitRef start = is_amended ? MLX_TRY(repository.commit(head.parents.front())).commit : head.commit;
  CommandedPullRequest result;
  result.branches = *std::move(branches);
  result.head = head.commit;
  result.files = MLX_TRY(repository.snapshot(start));
  result.is_amended = is_amended;
  return result;
}

Result<std::string> amend(ForgeRepository& repository, const CommandedPullRequest& pull,
                          const Amendment& amendment, const CommandRequest& request) {
  if (pull.is_amended) return pull.head.sha;
  NewCommit commit{.parent = pull.head, .files = amendment.plan.files};
  commit.tree = MLX_TRY(repository.tree_with(commit.parent, commit.files));
  // message_with_tree() ends the trailer's line.
  std::string message = amendment.commit_message + request_trailer(request);
  message.pop_back();
  commit.message = message_with_tree(message, commit.tree);
  return repository.commit_to_branch(amendment.branch, commit, pull.head.sha);
}

}  // namespace mlx::bot
