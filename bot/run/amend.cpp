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
  const std::string tree = MLX_TRY(repository.write_tree(pull.head, amendment.plan.files));
  // message_with_tree() ends the trailer's line.
  std::string message = amendment.commit_message + request_trailer(request);
  message.pop_back();
  std::string commit =
      MLX_TRY(repository.write_commit(tree, pull.head.sha, message_with_tree(message, tree)));
  const auto head_now = MLX_TRY(repository.branch_head(amendment.branch));
  if (!head_now || head_now->sha != pull.head.sha) {
    return fail(ErrorCode::kConflict, "the branch " + amendment.branch + " moved meanwhile");
  }
  MLX_CHECK(repository.advance_branch(amendment.branch, commit));
  return commit;
}

}  // namespace mlx::bot
