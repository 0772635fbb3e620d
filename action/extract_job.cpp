#include <algorithm>

#include "action/jobs.h"
#include "bot/core/error_audience.h"
#include "bot/core/handlers.h"
#include "bot/core/platform_review.h"
#include "bot/core/render.h"
#include "bot/core/render_changes.h"
#include "bot/run/amend.h"
#include "bot/run/open_registry.h"
#include "bot/run/propose.h"
#include "engine/io/directory.h"

namespace mlx::action {
namespace {

constexpr std::string_view kExtractBranch = "mlx/extract";

/// What `/mlx extract` comes to on a branch with these files.
Result<bot::Outcome> decide(const JobRun& run, const Snapshot& files, const bot::PullRequestBranches& pull) {
  const bot::OpenRegistry registry = MLX_TRY(bot::OpenRegistry::open(run.tools.options));
  IndexCache& cache = *run.tools.options.index_cache;
  bot::HandlerInput input{
      .project = files, .registry = *registry, .base_branch = pull.head_branch, .index_cache = &cache};
  input.pull_request.emplace(bot::PullRequestHead{.files = files,
                                                  .index_cache = cache,
                                                  .branch = pull.head_branch,
                                                  .is_open = pull.is_open,
                                                  .is_from_fork = pull.is_from_fork});
  return bot::handle({.line = "extract", .action = bot::ExtractCommand{}}, input);
}

JobReport report_of(const bot::Outcome& outcome) {
  JobReport report{.title = "The catalogue is what the source says",
                   .text = outcome.answer,
                   .is_failed = !outcome.succeeded};
  if (!outcome.succeeded) report.title = "The catalogue cannot be brought up to date: the report says why";
  return report;
}

/// A branch that may be written to, as far as anybody knows.
bot::PullRequestBranches writable(std::string branch) {
  bot::PullRequestBranches branches;
  branches.head_branch = std::move(branch);
  branches.is_open = true;
  return branches;
}

/// The check that nothing is missing from the catalogue: of the checkout, or of a head that is not in it.
Result<JobReport> check_catalogue(const JobRun& run) {
  run.tools.phases.enter(Phase::kSnapshot);
  const auto repository = run.forge.repository(run.job.repository, 0);
  const bool reads_head = run.job.has_base_checked_out && run.job.branches;
  const auto files = reads_head
                         ? MLX_TRY(repository->snapshot({.sha = run.job.branches->head_sha, .tree = {}}))
                         : project_snapshot(MLX_TRY(open_directory_snapshot(run.job.workspace)), run.place());
  run.tools.phases.enter(Phase::kAnalysis);
  const bot::Outcome outcome = MLX_TRY(decide(run, *files, writable("HEAD")));
  JobReport report = report_of(outcome);
  if (!outcome.amendment) return report;
  report.title = "The catalogue is not what the source says: run `mlx extract`";
  report.text =
      "The catalogue in `mlx-components/` is not what the source says. Run `mlx extract --bump` and commit "
      "what it writes.\n" +
      render_difference(outcome.amendment->plan);
  report.is_changed = true;
  report.is_failed = run.job.inputs.fail_on != FailOn{};
  return report;
}

/// A commit on the pull request's branch.
Result<JobReport> amend_pull_request(const JobRun& run, bot::ForgeRepository& repository) {
  const Job& job = run.job;
  const bot::CommandRequest request{.repository = job.repository,
                                    .issue = job.pull_request,
                                    .sender = {},
                                    .asked_at = job.now,
                                    .id = "job-" + (job.branches ? job.branches->head_sha : std::string())};
  const auto pull = MLX_TRY(bot::find_commanded(repository, request));
  if (!pull) return check_catalogue(run);
  const bot::Outcome outcome = MLX_TRY(decide(run, *pull->files, pull->branches));
  JobReport report = report_of(outcome);
  if (!outcome.amendment) return report;
  const std::string commit = MLX_TRY(bot::amend(repository, *pull, *outcome.amendment, request));
  report.title = "The catalogue was brought up to date";
  report.text = bot::render_amended(*outcome.amendment, commit);
  report.pull_request = job.pull_request;
  report.pull_request_url = pull->branches.url;
  return report;
}

/// A pull request on the default branch.
Result<JobReport> propose_catalogue(const JobRun& run, bot::ForgeRepository& repository) {
  const std::string branch = MLX_TRY(repository.default_branch());
  const auto head = MLX_TRY(repository.branch_head(branch));
  if (!head) {
    return JobReport{
        .title = "There are no commits yet", .text = bot::render_empty_repository(), .is_failed = true};
  }
  const auto files = MLX_TRY(repository.snapshot(*head));
  const bot::Outcome outcome = MLX_TRY(decide(run, *files, writable(branch)));
  JobReport report = report_of(outcome);
  if (!outcome.amendment) return report;
  const bot::Amendment& amendment = *outcome.amendment;
  bot::Proposal proposal{.branch = std::string(kExtractBranch),
                         .commit_message = amendment.commit_message,
                         .title = amendment.commit_message.substr(0, amendment.commit_message.find('\n')),
                         .body = bot::render_catalogue_proposal(amendment),
                         .plan = amendment.plan};
  const auto proposed = MLX_TRY(
      bot::propose(repository, {.branch = branch, .commit = *head, .asked_at = run.job.now}, proposal));
  report.title = proposal.title;
  report.text = bot::render_proposal_result(proposal, proposed);
  report.pull_request = proposed.number;
  report.pull_request_url = proposed.url;
  report.is_failed = proposed.kind == bot::ProposalResult::Kind::kForeignCommits;
  return report;
}

}  // namespace

Result<JobReport> extract_job(const JobRun& run) {
  const bool is_from_fork = run.job.branches && run.job.branches->is_from_fork;
  if (!run.writes() || is_from_fork) return check_catalogue(run);
  run.tools.phases.enter(Phase::kAnalysis);
  const auto repository = run.forge.repository(run.job.repository, 0);
  auto report =
      run.job.pull_request != 0 ? amend_pull_request(run, *repository) : propose_catalogue(run, *repository);
  if (report || report.error().code != ErrorCode::kRefused) return report;
  JobReport checked = MLX_TRY(check_catalogue(run));
  checked.notes.push_back("The catalogue was only checked: " + report.error().message + ".");
  return checked;
}

}  // namespace mlx::action
