#include "action/jobs.h"
#include "bot/core/error_audience.h"
#include "bot/core/render_changes.h"
#include "bot/core/render_parts.h"
#include "bot/core/review/review_check.h"
#include "bot/core/review/review_comment.h"
#include "bot/run/run_pull_request.h"
#include "engine/compat/score.h"

namespace mlx::action {
namespace {

/// As the forge has it now, which is later than the event. A token that may not look takes the event's word.
Result<std::optional<bot::PullRequestBranches>> current_branches(const JobRun& run,
                                                                 bot::ForgeRepository& repository) {
  const auto& known = run.job.branches;
  if (!run.has_token()) return known;
  auto now = repository.pull_request(run.job.pull_request);
  if (now && *now) return now;
  const bool is_refused = now ? known.has_value() : known && bot::is_refusal(now.error());
  return is_refused ? Result<std::optional<bot::PullRequestBranches>>(known) : now;
}

void add_review(JobReport& report, const bot::OpenedReview& made, const bot::PullRequestBranches& branches,
                const JobRun& run) {
  const bot::PullRequestReview& review = made.review;
  bot::ReviewedPullRequest pull = bot::reviewed_pull_request(branches, run.tools.options);
  if (!run.place().is_usual()) pull.repository_url.clear();  // links are made of paths from the top
  report.text += bot::render_review_comment(review, {}, pull);
  report.has_findings = true;
  report.findings = review.added;
  report.annotations = bot::annotations_of(review.added);
  report.score = score_of(review.added).value;
  report.title = review.added.empty() ? "Nothing clashes" : bot::counted(review.added.size(), "finding");
  report.is_failed = fails(review.added, {.severity = made.configuration.bot.review.fail_on});
  place_findings(report, run.place());
}

Result<JobReport> report_of(const bot::ReadPullRequest& read, const JobRun& run) {
  JobReport report{.title = "Nothing was reviewed", .text = {}};
  if (read.platform && read.platform->is_worth_saying()) {
    const auto& branches = read.opened.branches;
    report.text += bot::render_changes(*read.platform,
                                       {.sha = branches.head_sha, .is_from_fork = branches.is_from_fork}) +
                   "\n";
  }
  if (read.review) {
    add_review(report, *read.review, read.opened.branches, run);
    return report;
  }
  const auto configuration = read_configuration(*read.opened.base);
  if (configuration) return report;
  report.notes.push_back(
      "The configuration on the base branch cannot be read: " + to_string(configuration.error()) + ".");
  return report;
}

}  // namespace

Result<JobReport> review_job(const JobRun& run) {
  const Job& job = run.job;
  if (job.pull_request == 0) {
    return fail(ErrorCode::kInvalidInput,
                "the mode `review` is for events of a pull request: run it on `pull_request` or "
                "`pull_request_target`");
  }
  Phases& phases = run.tools.phases;
  phases.enter(Phase::kSnapshot);
  const auto repository = run.forge.repository(job.repository, 0);
  const auto branches = MLX_TRY(current_branches(run, *repository));
  if (!branches) {
    return fail(ErrorCode::kNotFound, "there is no pull request #" + std::to_string(job.pull_request) +
                                          " in " + job.repository.full());
  }
  if (!branches->is_open)
    return JobReport{.title = "The pull request is closed: there is nothing to review", .text = {}};
  phases.enter(Phase::kAnalysis);
  bot::ReadPullRequest read =
      MLX_TRY(bot::read_pull_request(job.pull_request, *branches, *repository, run.tools.options));
  if (job.inputs.fail_on && read.review)
    read.review->configuration.bot.review.fail_on = job.inputs.fail_on->severity;
  JobReport report = MLX_TRY(report_of(read, run));
  if (!run.writes()) return report;
  phases.enter(Phase::kReport);
  const bot::PullRequestEvent event{.repository = job.repository, .number = job.pull_request};
  const auto told = bot::tell_pull_request(event, read, *repository, run.tools.options);
  if (!told && !bot::is_refusal(told.error())) return std::unexpected(told.error());
  if (!told) report.notes.push_back("The pull request was not told: " + told.error().message + ".");
  run.effects.said.clear();  // the report has it
  return report;
}

}  // namespace mlx::action
