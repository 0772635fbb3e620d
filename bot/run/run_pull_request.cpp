#include "bot/run/run_pull_request.h"

#include "bot/core/render_changes.h"
#include "bot/run/open_registry.h"
#include "bot/run/upsert_comment.h"

namespace mlx::bot {

namespace {

Result<RunOutcome> tell_changes(const PullRequestEvent& event, const ReadPullRequest& read,
                                ForgeRepository& repository) {
  if (!read.platform) return RunOutcome::kIgnored;
  const PullRequestBranches& pull = read.opened.branches;
  const OwnComment comment{
      .issue = event.number,
      .since = pull.created_at,
      .marker = std::string(kChangesMarker),
      .body = render_changes(*read.platform, {.sha = pull.head_sha, .is_from_fork = pull.is_from_fork})};
  const bool is_worth_saying = read.platform->is_worth_saying();
  MLX_CHECK(upsert_comment(repository, comment, is_worth_saying ? IfAbsent::kCreate : IfAbsent::kLeave));
  return is_worth_saying ? RunOutcome::kDone : RunOutcome::kIgnored;
}

}  // namespace

Result<ReadPullRequest> read_pull_request(std::int64_t number, const PullRequestBranches& branches,
                                          ForgeRepository& repository, const RunOptions& options) {
  ReadPullRequest read;
  read.opened = MLX_TRY(open_pull_request(number, branches, repository));
  read.platform = MLX_TRY(review_platform(*read.opened.base, *read.opened.head, *options.index_cache));
  const OpenRegistry registry = MLX_TRY(OpenRegistry::open(options));
  read.review = MLX_TRY(review_opened(read.opened, *registry, *options.index_cache));
  return read;
}

Result<RunOutcome> tell_pull_request(const PullRequestEvent& event, const ReadPullRequest& read,
                                     ForgeRepository& repository, const RunOptions& options) {
  const RunOutcome told = MLX_TRY(tell_changes(event, read, repository));
  if (!read.review) return told;
  const RunOutcome reviewed = MLX_TRY(tell_review(event, read.opened, *read.review, repository, options));
  return told == RunOutcome::kDone ? told : reviewed;
}

Result<RunOutcome> run_pull_request(const PullRequestEvent& event, ForgeRepository& repository,
                                    const RunOptions& options) {
  const auto pull = MLX_TRY(repository.pull_request(event.number));
  if (!pull) {
    // Unless it is the repository that we cannot see: that is for the operator to know.
    MLX_CHECK(repository.default_branch());
    return RunOutcome::kIgnored;
  }
  if (!pull->is_open) return RunOutcome::kIgnored;
  const ReadPullRequest read = MLX_TRY(read_pull_request(event.number, *pull, repository, options));
  return tell_pull_request(event, read, repository, options);
}

}  // namespace mlx::bot
