#include "bot/run/propose.h"

#include <algorithm>
#include <tuple>

#include "bot/core/error_audience.h"
#include "bot/core/same_text.h"
#include "bot/run/own_commit.h"

namespace mlx::bot {
namespace {

enum class BranchState { kCreated, kMoved, kUnchanged, kForeign };

struct Branch {
  BranchState state = BranchState::kUnchanged;
  std::string commit;       ///< at its head
  std::string overwritten;  ///< what was there, if it had commits of others
};

/// The proposal's files, those that tools wrote as the branch has them. They are another text as soon as
/// something new is published, which is no reason to move a branch that people look at.
Result<std::vector<FileChange>> files_as_on_branch(ForgeRepository& repository, const CommitSummary& commit,
                                                   const Proposal& proposal) {
  const auto there = MLX_TRY(repository.snapshot(commit.commit));
  std::vector<FileChange> files = proposal.plan.files;
  for (FileChange& file : files) {
    const bool is_tools =
        std::ranges::find(proposal.written_by_tools, file.path) != proposal.written_by_tools.end();
    if (is_tools) file.after = MLX_TRY(read_if_regular(*there, file.path));
  }
  std::erase_if(files, [](const FileChange& file) { return file.before == file.after; });
  return files;
}

/// Does the branch have just this change, in one commit?
Result<bool> is_up_to_date(ForgeRepository& repository, const ProposalBase& base, const Proposal& proposal,
                           const std::vector<CommitSummary>& commits) {
  if (commits.size() != 1 || commits.front().parents.size() != 1) return false;
  const CommitSummary& commit = commits.front();
  const bool is_on_base = commit.parents.front() == base.commit.sha;
  if (!is_on_base && proposal.follows_base) return false;
  const CommitRef parent =
      is_on_base ? base.commit : MLX_TRY(repository.commit(commit.parents.front())).commit;
  if (commit.commit.tree == MLX_TRY(repository.tree_with(parent, proposal.plan.files))) return true;
  // On another base they may be made of what is no longer there.
  if (!is_on_base || proposal.written_by_tools.empty()) return false;
  const auto files = MLX_TRY(files_as_on_branch(repository, commit, proposal));
  return commit.commit.tree == MLX_TRY(repository.tree_with(parent, files));
}

Result<Branch> bring_branch_up_to_date(ForgeRepository& repository, const ProposalBase& base,
                                       const Proposal& proposal) {
  Branch branch;
  const auto head = MLX_TRY(repository.branch_head(proposal.branch));
  if (head) {
    const std::string own_login = MLX_TRY(repository.own_login());
    const auto commits = MLX_TRY(repository.commits_between(base.commit.sha, head->sha));
    const bool is_all_own = are_own_commits(commits, own_login);
    branch.commit = head->sha;
    if (!is_all_own && !proposal.overwrites) {
      branch.state = BranchState::kForeign;
      return branch;
    }
    if (!is_all_own) branch.overwritten = head->sha;
    if (is_all_own && MLX_TRY(is_up_to_date(repository, base, proposal, commits))) return branch;
  }
  NewCommit commit{.parent = base.commit, .files = proposal.plan.files};
  commit.tree = MLX_TRY(repository.tree_with(commit.parent, commit.files));
  commit.message = message_with_tree(proposal.commit_message, commit.tree);
  branch.commit = MLX_TRY(
      repository.commit_to_branch(proposal.branch, commit, head ? std::optional(head->sha) : std::nullopt));
  branch.state = head ? BranchState::kMoved : BranchState::kCreated;
  return branch;
}

}  // namespace

Result<ProposalResult> propose(ForgeRepository& repository, const ProposalBase& base,
                               const Proposal& proposal) {
  const Branch branch = MLX_TRY(bring_branch_up_to_date(repository, base, proposal));
  const PullRequestText text{.title = proposal.title, .body = proposal.body};
  auto pull_request = MLX_TRY(repository.open_pull_request(proposal.branch));
  ProposalResult result{.kind = ProposalResult::Kind::kForeignCommits,
                        .commit = branch.commit,
                        .overwritten = branch.overwritten};
  if (pull_request) {
    result.number = pull_request->number;
    result.url = pull_request->url;
  }
  if (branch.state == BranchState::kForeign) return result;
  if (!pull_request) {
    const auto created = repository.create_pull_request({.branch = proposal.branch,
                                                         .base = base.branch,
                                                         .text = text,
                                                         .labels = proposal.labels,
                                                         .is_draft = proposal.is_draft});
    if (!created) {
      // All commits on the branch are ours, and no pull request comes of them.
      if (is_refusal(created.error())) std::ignore = repository.delete_branch(proposal.branch);
      return std::unexpected(created.error());
    }
    result.kind = ProposalResult::Kind::kCreated;
    result.number = created->number;
    result.url = created->url;
    return result;
  }
  const bool is_text_current =
      pull_request->title == text.title && is_same_text(pull_request->body, text.body);
  if (!is_text_current) MLX_CHECK(repository.update_pull_request(pull_request->number, text));

  result.kind = ProposalResult::Kind::kUnchanged;
  const bool was_made_for_this_request = pull_request->created_at >= base.asked_at;
  if (was_made_for_this_request) {
    result.kind = ProposalResult::Kind::kCreated;
    // The run that made it may have been cut off before it put them on.
    if (!proposal.labels.empty()) MLX_CHECK(repository.add_labels(result.number, proposal.labels));
  } else if (branch.state != BranchState::kUnchanged) {
    result.kind = ProposalResult::Kind::kUpdated;
  }
  return result;
}

}  // namespace mlx::bot
