#include "bot/run/run_review.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "bot/core/error_audience.h"
#include "bot/core/patched_snapshot.h"
#include "bot/core/review/review_check.h"
#include "bot/core/review/review_comment.h"
#include "bot/core/review/review_pull_request.h"
#include "bot/core/same_text.h"
#include "engine/advise/advice_request.h"
#include "engine/component/registry.h"

namespace mlx::bot {
namespace {

class ReviewRun {
 public:
  ReviewRun(const PullRequestEvent& event, const OpenedPullRequest& opened, ForgeRepository& repository,
            const RunOptions& options)
      : event_(event), opened_(opened), pull_(opened.branches), repository_(repository), options_(options) {
    reviewed_ = reviewed_pull_request(pull_, options, repository.form());
  }

  Result<RunOutcome> run(const OpenedReview& made) {
    const PullRequestReview& review = made.review;
    const ReviewSettings& settings = made.configuration.bot.review;
    const auto question = question_about(review, settings);
    const Advice known = question ? options_.advisor->known(*question) : Advice();
    if (!MLX_TRY(is_as_reviewed())) return RunOutcome::kIgnored;
    MLX_CHECK(say(review, known, settings));
    if (question) MLX_CHECK(add_advice(review, known, *question));
    return is_worth_saying(review) ? RunOutcome::kDone : RunOutcome::kIgnored;
  }

 private:
  static bool is_worth_saying(const PullRequestReview& review) {
    return !review.added.empty() || !review.recommendations.empty();
  }

  /// What is pushed meanwhile comes with an event of its own, and this would be the older word.
  Result<bool> is_as_reviewed() {
    const auto now = MLX_TRY(repository_.pull_request(event_.number));
    return now && now->is_open && now->head_sha == pull_.head_sha;
  }

  /// Nothing if nobody is to be asked. A review does not fail for it.
  std::optional<AdviceRequest> question_about(const PullRequestReview& review,
                                              const ReviewSettings& settings) {
    const bool has_place = settings.comment != mlx::ReviewComment::kNever;
    if (options_.advisor == nullptr || review.added.empty() || !has_place) return std::nullopt;
    auto question = make_advice_request(facts_of(review.added), *opened_.head);
    return question ? std::optional(*std::move(question)) : std::nullopt;
  }

  /// Asks, which may take as long as the advisor is given, and brings the comment up to date if there is more
  /// to say than was known, and the pull request is still what was reviewed.
  Result<void> add_advice(const PullRequestReview& review, const Advice& known,
                          const AdviceRequest& question) {
    const auto advice = options_.advisor->advise(question);
    if (!advice || advice->findings == known.findings || !MLX_TRY(is_as_reviewed())) return {};
    const auto comment = MLX_TRY(own_comment());
    if (!comment) return {};  // somebody has deleted it meanwhile
    return update(*comment, render_review_comment(review, before_, reviewed_, *advice));
  }

  Result<void> say(const PullRequestReview& review, const Advice& known, const ReviewSettings& settings) {
    MLX_CHECK(put_comment(review, known, settings));
    const auto check =
        repository_.put_check_run(render_review_check(review, settings, reviewed_, event_.number));
    if (!check && !is_refusal(check.error())) return std::unexpected(check.error());
    const auto remarks = MLX_TRY(render_remarks(review, opened_.changed, *opened_.head, reviewed_.form));
    const bool may_have_remarks = has_said_ || !remarks.empty();
    return may_have_remarks ? put_remarks(remarks) : Result<void>();
  }

  /// The one comment of reviews on this pull request, if there is one.
  Result<std::optional<Comment>> own_comment() {
    const std::string own_login = MLX_TRY(repository_.own_login());
    auto comments = MLX_TRY(repository_.comments_since(event_.number, pull_.created_at));
    const auto known = std::ranges::find_if(comments, [&](const Comment& comment) {
      return comment.author == own_login && comment.body.starts_with(kReviewMarker);
    });
    return known == comments.end() ? std::nullopt : std::optional(std::move(*known));
  }

  Result<void> update(const Comment& comment, const std::string& body) {
    return is_same_text(comment.body, body) ? Result<void>()
                                            : repository_.update_comment(event_.number, comment.id, body);
  }

  Result<void> put_comment(const PullRequestReview& review, const Advice& known,
                           const ReviewSettings& settings) {
    if (settings.comment == mlx::ReviewComment::kNever) return {};
    const auto comment = MLX_TRY(own_comment());
    has_said_ = comment.has_value();
    if (comment) before_ = said_in(comment->body);
    const std::string body = render_review_comment(review, before_, reviewed_, known);
    if (comment) return update(*comment, body);
    const bool is_wanted = settings.comment == mlx::ReviewComment::kAlways || is_worth_saying(review);
    return is_wanted ? repository_.create_comment(event_.number, body) : Result<void>();
  }

  /// Adds remarks that are new, brings those up to date that say something else by now, and takes those
  /// away that hold no longer, unless somebody answered them.
  Result<void> put_remarks(const std::vector<LineRemark>& remarks) {
    const auto there = MLX_TRY(repository_.own_review_comments(event_.number));
    std::set<std::string, std::less<>> placed;
    for (const ReviewComment& comment : there) {
      const auto id = remarked_id(comment.body);
      if (id.empty()) continue;
      const auto wanted = std::ranges::find(remarks, id, &LineRemark::id);
      const bool is_in_place = wanted != remarks.end() && comment.line &&
                               comment.path == wanted->path.str() && !placed.contains(id);
      if (is_in_place) {
        placed.emplace(id);
        if (!is_same_text(comment.body, wanted->body))
          MLX_CHECK(repository_.update_review_comment(event_.number, comment.id, wanted->body));
      } else if (!comment.has_replies) {
        MLX_CHECK(repository_.delete_review_comment(event_.number, comment.id));
      }
    }
    NewReview review{
        .commit = pull_.head_sha, .body = render_remarks_heading(remarks.size()), .comments = {}};
    for (const LineRemark& remark : remarks) {
      if (placed.contains(remark.id)) continue;
      review.comments.push_back(
          {.path = remark.path, .line = remark.line, .start_line = {}, .body = remark.body});
    }
    if (review.comments.empty()) return {};
    const auto created = repository_.create_review(event_.number, review);
    // The lines may be gone by now; the comment and the check run say it in any case.
    if (!created && !is_refusal(created.error())) return created;
    return {};
  }

  const PullRequestEvent& event_;
  const OpenedPullRequest& opened_;
  const PullRequestBranches& pull_;
  ForgeRepository& repository_;
  const RunOptions& options_;
  ReviewedPullRequest reviewed_;
  bool has_said_ = false;
  SaidFindings before_;  ///< what the comment said before this review
};

}  // namespace

ReviewedPullRequest reviewed_pull_request(const PullRequestBranches& pull, const RunOptions& options,
                                          const ForgeForm& form) {
  return {.repository_url = form.repository_of(pull.url),
          .head_sha = pull.head_sha,
          .command_prefix = options.command_prefix,
          .base_branch = pull.base_branch,
          .is_from_fork = pull.is_from_fork,
          .form = form};
}

Result<OpenedPullRequest> open_pull_request(std::int64_t number, const PullRequestBranches& branches,
                                            ForgeRepository& repository) {
  Comparison comparison = MLX_TRY(repository.compare(branches.base_sha, branches.head_sha));
  OpenedPullRequest opened{.branches = branches, .changed = std::move(comparison.changed)};
  opened.base = MLX_TRY(repository.snapshot(comparison.merge_base));
  if (opened.changed.is_truncated) opened.changed = MLX_TRY(repository.pull_request_files(number));
  opened.listed = MLX_TRY(repository.snapshot({.sha = branches.head_sha, .tree = {}}));
  opened.head = std::make_unique<PatchedSnapshot>(*opened.base, *opened.listed, opened.changed);
  return opened;
}

Result<std::optional<OpenedReview>> review_opened(const OpenedPullRequest& opened, const Registry& registry,
                                                  IndexCache& cache) {
  auto configuration = read_configuration(*opened.base);
  if (!configuration) {
    // It is wrong before this pull request: who is told of that is for updates to say.
    if (is_for_the_user(configuration.error())) return std::nullopt;
    return std::unexpected(configuration.error());
  }
  const Registries registries(registry);
  PullRequestReview review = MLX_TRY(review_pull_request({.base = *opened.base,
                                                          .head = *opened.head,
                                                          .changed = opened.changed,
                                                          .configuration = *configuration,
                                                          .is_from_fork = opened.branches.is_from_fork,
                                                          .registries = registries,
                                                          .cache = cache}));
  OpenedReview made;
  made.review = std::move(review);
  made.configuration = *std::move(configuration);
  return made;
}

Result<RunOutcome> tell_review(const PullRequestEvent& event, const OpenedPullRequest& opened,
                               const OpenedReview& made, ForgeRepository& repository,
                               const RunOptions& options) {
  return ReviewRun(event, opened, repository, options).run(made);
}

}  // namespace mlx::bot
