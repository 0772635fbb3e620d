#include "bot/run/run_pull_request.h"

#include "bot/core/platform_review.h"
#include "bot/core/render_changes.h"
#include "bot/run/run_review.h"
#include "bot/run/upsert_comment.h"

namespace mlx::bot {

namespace {

Result<RunOutcome> tell_changes(const PullRequestEvent& event, const OpenedPullRequest& opened,
                                ForgeRepository& repository, IndexCache& index_cache) {
  const auto review = MLX_TRY(review_platform(*opened.base, *opened.head, index_cache));
  if (!review) return RunOutcome::kIgnored;
  const PullRequestBranches& pull = opened.branches;
  const OwnComment comment{
      .issue = event.number,
      .since = pull.created_at,
      .marker = std::string(kChangesMarker),
      .body = render_changes(*review, {.sha = pull.head_sha, .is_from_fork = pull.is_from_fork})};
  const bool is_worth_saying = review->is_worth_saying();
  MLX_CHECK(upsert_comment(repository, comment, is_worth_saying ? IfAbsent::kCreate : IfAbsent::kLeave));
  return is_worth_saying ? RunOutcome::kDone : RunOutcome::kIgnored;
}

}  // namespace

Result<RunOutcome> run_pull_request(const PullRequestEvent& event, ForgeRepository& repository,
                                    const RunOptions& options) {
  const auto pull = MLX_TRY(repository.pull_request(event.number));
  if (!pull) {
    // Unless it is the repository that we cannot see: that is for the operator to know.
    MLX_CHECK(repository.default_branch());
    return RunOutcome::kIgnored;
  }
  if (!pull->is_open) return RunOutcome::kIgnored;
  const OpenedPullRequest opened = MLX_TRY(open_pull_request(event.number, *pull, repository));
  const RunOutcome told = MLX_TRY(tell_changes(event, opened, repository, *options.index_cache));
  const RunOutcome reviewed = MLX_TRY(run_review(event, opened, repository, options));
  return told == RunOutcome::kDone ? told : reviewed;
}

}  // namespace mlx::bot
