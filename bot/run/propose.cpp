#include "bot/run/propose.h"

#include <algorithm>
#include <tuple>

#include "bot/run/own_commit.h"

namespace mlx::bot {
namespace {

/// Asking the forge again would get the same answer.
bool is_final(const Error& error) {
  return error.code == ErrorCode::kRefused || error.code == ErrorCode::kInvalidInput ||
         error.code == ErrorCode::kNotFound;
}

enum class BranchState { kCreated, kMoved, kUnchanged, kForeign };

Result<BranchState> bring_branch_up_to_date(ForgeRepository& repository, const ProposalBase& base,
                                            const Proposal& proposal) {
  const auto head = MLX_TRY(repository.branch_head(proposal.branch));
  if (head) {
    const std::string own_login = MLX_TRY(repository.own_login());
    const auto commits = MLX_TRY(repository.commits_between(base.commit.sha, head->sha));
    const bool is_all_own =
        std::ranges::all_of(commits, [&](const CommitSummary& c) { return is_own_commit(c, own_login); });
    if (!is_all_own) return BranchState::kForeign;
    const std::string tree = MLX_TRY(repository.write_tree(base.commit, proposal.plan.files));
    const bool is_up_to_date = commits.size() == 1 && commits.front().commit.tree == tree &&
                               commits.front().parents == std::vector{base.commit.sha};
    if (is_up_to_date) return BranchState::kUnchanged;
    const std::string commit = MLX_TRY(
        repository.write_commit(tree, base.commit.sha, message_with_tree(proposal.commit_message, tree)));
    const auto head_now = MLX_TRY(repository.branch_head(proposal.branch));
    if (!head_now || head_now->sha != head->sha) {
      return fail(ErrorCode::kConflict, "the branch " + proposal.branch + " moved meanwhile");
    }
    MLX_CHECK(repository.move_branch(proposal.branch, commit));
    return BranchState::kMoved;
  }
  const std::string tree = MLX_TRY(repository.write_tree(base.commit, proposal.plan.files));
  const std::string commit = MLX_TRY(
      repository.write_commit(tree, base.commit.sha, message_with_tree(proposal.commit_message, tree)));
  MLX_CHECK(repository.create_branch(proposal.branch, commit));
  return BranchState::kCreated;
}

}  // namespace

Result<ProposalResult> propose(ForgeRepository& repository, const ProposalBase& base,
                               const Proposal& proposal) {
  const BranchState branch = MLX_TRY(bring_branch_up_to_date(repository, base, proposal));
  if (branch == BranchState::kForeign) return ProposalResult{.kind = ProposalResult::Kind::kForeignCommits};

  const PullRequestText text{.title = proposal.title, .body = proposal.body};
  auto pull_request = MLX_TRY(repository.open_pull_request(proposal.branch));
  if (!pull_request) {
    const auto created =
        repository.create_pull_request({.branch = proposal.branch, .base = base.branch, .text = text});
    if (!created) {
      // All commits on the branch are ours, and no pull request comes of them.
      if (is_final(created.error())) std::ignore = repository.delete_branch(proposal.branch);
      return std::unexpected(created.error());
    }
    return ProposalResult{
        .kind = ProposalResult::Kind::kCreated, .number = created->number, .url = created->url};
  }
  const bool is_text_current = pull_request->title == text.title && pull_request->body == text.body;
  if (!is_text_current) MLX_CHECK(repository.update_pull_request(pull_request->number, text));

  ProposalResult result{
      .kind = ProposalResult::Kind::kUnchanged, .number = pull_request->number, .url = pull_request->url};
  const bool was_made_for_this_request = pull_request->created_at >= base.asked_at;
  if (was_made_for_this_request) {
    result.kind = ProposalResult::Kind::kCreated;
  } else if (branch != BranchState::kUnchanged) {
    result.kind = ProposalResult::Kind::kUpdated;
  }
  return result;
}

}  // namespace mlx::bot
