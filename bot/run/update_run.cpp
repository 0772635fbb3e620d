#include "bot/run/update_run.h"

#include <algorithm>
#include <tuple>

#include "bot/core/error_audience.h"
#include "bot/core/render.h"
#include "bot/core/same_text.h"
#include "bot/core/update/conflict_suggestions.h"
#include "bot/core/update/update_answers.h"
#include "bot/run/forge_blobs.h"
#include "bot/run/own_commit.h"
#include "bot/run/upsert_comment.h"
#include "engine/plan/status.h"
#include "engine/plan/update/ignore_rule.h"

namespace mlx::bot {
namespace {

KnownUpdate known_update(const ListedPullRequest& listed) {
  KnownUpdate known{.number = listed.number,
                    .branch = listed.head_branch,
                    .body = listed.body,
                    .created_at = listed.created_at};
  switch (listed.state) {
    case PullRequestState::kOpen: known.state = KnownUpdate::State::kOpen; break;
    case PullRequestState::kClosed: known.state = KnownUpdate::State::kDeclined; break;
    case PullRequestState::kMerged: known.state = KnownUpdate::State::kMerged; break;
  }
  return known;
}

/// One run of run_updates().
class UpdateRun {
 public:
  UpdateRun(const UpdateSession& session, const UpdateTrigger& trigger)
      : session_(session), repository_(session.repository), trigger_(trigger) {}

  Result<UpdatePass> plan(const std::function<void(DashboardState&)>& change_state) {
    issue_ = MLX_TRY(find_dashboard());
    DashboardState state = issue_ ? read_dashboard_state(issue_->text.body) : DashboardState();
    change_state(state);
    const std::vector<KnownUpdate> known = MLX_TRY(known_updates());
    const Registries registries(session_.registry);
    const ForgeBlobs blobs(repository_);
    return plan_update_pass({.project = session_.project,
                             .registries = registries,
                             .blobs = &blobs,
                             .configuration = session_.configuration,
                             .known = known,
                             .state = std::move(state),
                             .now = session_.now,
                             .trigger = trigger_,
                             .finisher = session_.finisher});
  }

  Result<std::vector<UpdateResult>> run(const std::function<void(DashboardState&)>& change_state) {
    UpdatePass pass = MLX_TRY(plan(change_state));
    std::vector<UpdateResult> results;
    results.reserve(pass.decisions.size());
    for (UpdateDecision& decision : pass.decisions)
      results.push_back(MLX_TRY(carry_out(std::move(decision))));
    for (const KnownUpdate& update : pass.obsolete) MLX_CHECK(close_obsolete(update));
    MLX_CHECK(bring_dashboard_up_to_date(results, std::move(pass.state)));
    return results;
  }

 private:
  /// A repository may have no issues at all; then there is no dashboard either.
  Result<std::optional<Issue>> find_dashboard() {
    auto issue = repository_.find_issue_with_marker(kDashboardMarker);
    if (!issue && is_refusal(issue.error())) return std::nullopt;
    return issue;
  }

  Result<std::vector<KnownUpdate>> known_updates() {
    const std::string own_login = MLX_TRY(repository_.own_login());
    std::vector<KnownUpdate> known;
    for (const ListedPullRequest& listed : MLX_TRY(repository_.pull_requests_from(kUpdateBranches))) {
      if (listed.author == own_login) known.push_back(known_update(listed));
    }
    return known;
  }

  Result<UpdateResult> carry_out(UpdateDecision decision) {
    UpdateResult result{.entry = std::move(decision.entry), .proposed = {}};
    if (!decision.proposal) return result;
    auto proposed = propose(repository_, session_.base, *decision.proposal);
    if (!proposed) {
      if (!is_refusal(proposed.error())) return std::unexpected(proposed.error());
      result.entry.status = UpdateStatus::kFailed;
      result.entry.detail = proposed.error().message;
      return result;
    }
    result.entry.number = proposed->number;
    if (proposed->kind == ProposalResult::Kind::kForeignCommits) {
      result.entry.status = UpdateStatus::kForeign;
      if (proposed->number != 0) MLX_CHECK(say_once_that_it_is_left_alone(proposed->number));
    } else {
      MLX_CHECK(offer_suggestions(*proposed, decision.proposal->plan));
    }
    result.proposed = *std::move(proposed);
    return result;
  }

  Result<void> say_once_that_it_is_left_alone(std::int64_t number) {
    const auto pull = MLX_TRY(repository_.pull_request(number));
    if (!pull) return {};
    return upsert_comment(repository_, {.issue = number,
                                        .since = pull->created_at,
                                        .marker = std::string(kForeignMarker),
                                        .body = render_foreign_commits()});
  }

  /// Once for each commit: a second review would say everything twice.
  Result<void> offer_suggestions(const ProposalResult& proposed, const ChangePlan& plan) {
    if (session_.configuration.bot.update.has_markers) return {};
    const std::vector<Suggestion> suggestions = conflict_suggestions(plan, repository_.form());
    if (suggestions.empty()) return {};
    const std::string marker = "<!-- mlx:suggestions " + proposed.commit + " -->";
    if (MLX_TRY(repository_.has_review_with_marker(proposed.number, marker))) return {};
    NewReview review{
        .commit = proposed.commit, .body = marker + "\n" + render_suggestions_heading(), .comments = {}};
    for (const Suggestion& suggestion : suggestions) {
      LineComment comment{.path = suggestion.path,
                          .line = static_cast<int>(suggestion.last_line),
                          .start_line = {},
                          .body = suggestion.body};
      if (suggestion.first_line != suggestion.last_line)
        comment.start_line = static_cast<int>(suggestion.first_line);
      review.comments.push_back(std::move(comment));
    }
    const auto made = repository_.create_review(proposed.number, review);
    // The pull request quotes both sides anyway.
    if (!made && !is_refusal(made.error())) return made;
    return {};
  }

  /// Nothing asks for it any more: the update was made otherwise, or is ignored.
  Result<void> close_obsolete(const KnownUpdate& update) {
    const auto head = MLX_TRY(repository_.branch_head(update.branch));
    if (head) {
      const std::string own_login = MLX_TRY(repository_.own_login());
      const auto commits = MLX_TRY(repository_.commits_between(session_.base.commit.sha, head->sha));
      if (!are_own_commits(commits, own_login)) return {};
    }
    MLX_CHECK(repository_.close_pull_request(update.number));
    if (!head) return {};
    const auto deleted = repository_.delete_branch(update.branch);
    if (!deleted && !is_refusal(deleted.error())) return deleted;
    return {};
  }

  Result<void> bring_dashboard_up_to_date(const std::vector<UpdateResult>& results, DashboardState state) {
    Dashboard dashboard{.entries = {}, .state = std::move(state), .schedule = {}, .form = repository_.form()};
    for (const UpdateResult& result : results) dashboard.entries.push_back(result.entry);
    const UpdateSettings& settings = session_.configuration.bot.update;
    if (!settings.schedule.empty()) dashboard.schedule = settings.schedule + " (" + settings.timezone + ")";
    const IssueText text{.title = std::string(kDashboardTitle), .body = render_dashboard(dashboard)};
    if (!issue_) {
      const bool has_news = !dashboard.entries.empty() || !dashboard.state.ignored.empty();
      if (!has_news) return {};
      const auto made = repository_.create_issue(text, settings.labels);
      if (!made && !is_refusal(made.error())) return std::unexpected(made.error());
      return {};
    }
    if (is_same_text(issue_->text.body, text.body)) return {};
    return repository_.update_issue(issue_->number, text);
  }

  const UpdateSession& session_;
  ForgeRepository& repository_;
  const UpdateTrigger& trigger_;
  std::optional<Issue> issue_;  ///< the dashboard, if there is one
};

}  // namespace

Result<UpdatePass> plan_updates(const UpdateSession& session, const UpdateTrigger& trigger) {
  return UpdateRun(session, trigger).plan([](DashboardState&) {});
}

Result<std::vector<UpdateResult>> run_updates(const UpdateSession& session, const UpdateTrigger& trigger,
                                              const std::function<void(DashboardState&)>& change_state) {
  return UpdateRun(session, trigger).run(change_state);
}

}  // namespace mlx::bot
