#include "bot/run/run_pull_request.h"

#include "bot/core/platform_review.h"
#include "bot/core/render_changes.h"
#include "bot/run/upsert_comment.h"

namespace mlx::bot {

Result<RunOutcome> run_pull_request(const PullRequestEvent& event, ForgeRepository& repository,
                                    IndexCache& index_cache) {
  const auto pull = MLX_TRY(repository.pull_request(event.number));
  if (!pull) {
    // Unless it is the repository that we cannot see: that is for the operator to know.
    MLX_CHECK(repository.default_branch());
    return RunOutcome::kIgnored;
  }
  if (!pull->is_open) return RunOutcome::kIgnored;
  // What is on the base branch since they parted is not this pull request's doing.
  const CommitRef base = MLX_TRY(repository.merge_base(pull->base_sha, pull->head_sha));
  const CommitRef head = MLX_TRY(repository.commit(pull->head_sha)).commit;
  const auto files_before = MLX_TRY(repository.snapshot(base));
  const auto files_after = MLX_TRY(repository.snapshot(head));
  const auto review = MLX_TRY(review_platform(*files_before, *files_after, index_cache));
  if (!review) return RunOutcome::kIgnored;
  const OwnComment comment{
      .issue = event.number,
      .since = pull->created_at,
      .marker = std::string(kChangesMarker),
      .body = render_changes(*review, {.sha = head.sha, .is_from_fork = pull->is_from_fork})};
  const bool is_worth_saying = review->is_worth_saying();
  MLX_CHECK(upsert_comment(repository, comment, is_worth_saying ? IfAbsent::kCreate : IfAbsent::kLeave));
  return is_worth_saying ? RunOutcome::kDone : RunOutcome::kIgnored;
}

}  // namespace mlx::bot
