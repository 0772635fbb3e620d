#include <algorithm>

#include "action/jobs.h"
#include "bot/core/handlers.h"
#include "bot/core/render.h"
#include "bot/core/render_parts.h"
#include "bot/core/update/update_answers.h"
#include "bot/run/forge_blobs.h"
#include "bot/run/open_registry.h"
#include "bot/run/propose.h"
#include "bot/run/run_commands.h"
#include "bot/run/update_events.h"

// The modes that open pull requests on the default branch, decided and carried out as for commands.

namespace mlx::action {
namespace {

std::string refused_title(std::string_view what) {
  return std::string(what) + " was refused: the report says why";
}

void add_proposed(JobReport& report, const bot::Proposal& proposal, const bot::ProposalResult& proposed,
                  const bot::ForgeForm& form) {
  report.text = bot::render_proposal_result(proposal, proposed, form);
  report.pull_request = proposed.number;
  report.pull_request_url = proposed.url;
  report.is_failed = proposed.kind == bot::ProposalResult::Kind::kForeignCommits;
}

void add_plan(JobReport& report, const bot::Proposal& proposal) {
  report.text += "## " + proposal.title + "\n\n" + proposal.body + render_difference(proposal.plan) + "\n";
  report.is_changed = true;
}

Result<bot::Outcome> decide_add(const JobRun& run, const Snapshot& project, const std::string& branch) {
  const bot::OpenRegistry registry = MLX_TRY(bot::OpenRegistry::open(run.tools.options));
  const bot::Command add{.line = "add", .action = bot::AddCommand{.components = run.job.inputs.components}};
  return bot::handle(add, {.project = project,
                           .registry = *registry,
                           .base_branch = branch,
                           .command_prefix = run.tools.options.command_prefix,
                           .index_cache = run.tools.options.index_cache.get(),
                           .finisher = run.tools.options.finisher});
}

void add_update(JobReport& report, const bot::UpdateResult& result) {
  if (result.entry.status == bot::UpdateStatus::kFailed) report.is_failed = true;
  if (!result.proposed) return;
  if (report.pull_request == 0) {
    report.pull_request = result.proposed->number;
    report.pull_request_url = result.proposed->url;
  }
}

const bot::UpdateTrigger kBySchedule{.kind = bot::UpdateTrigger::Kind::kSchedule, .subjects = {}, .to = {}};

/// What would come of update_job().
Result<JobReport> planned_updates(const JobRun& run, const bot::ScheduleEvent& event) {
  const auto& names = run.job.inputs.components;
  const bot::UpdateTrigger trigger =
      names.empty()
          ? kBySchedule
          : bot::UpdateTrigger{.kind = bot::UpdateTrigger::Kind::kAsked, .subjects = names, .to = {}};
  const bot::UpdatePass pass = MLX_TRY(bot::look_at_updates(event, run.forge, run.tools.options, trigger));
  JobReport report{.title = "Everything is up to date", .text = {}};
  std::size_t proposed = 0;
  for (const bot::UpdateDecision& decision : pass.decisions) {
    if (!decision.proposal) continue;
    ++proposed;
    add_plan(report, *decision.proposal);
  }
  if (proposed != 0)
    report.title = bot::counted(proposed, "pull request") + " would be made or brought up to date";
  if (report.text.empty()) report.text = "Everything is up to date.\n";
  return report;
}

/// What `/mlx update NAME…` does.
Result<JobReport> asked_updates(const JobRun& run) {
  const auto repository = run.forge.repository(run.job.repository, run.job.installation);
  const bot::Command update{.line = "update",
                            .action = bot::UpdatesCommand{.names = run.job.inputs.components}};
  const bot::CommandRequest request{
      .repository = run.job.repository, .sender = {}, .asked_at = run.job.now, .id = "job"};
  const auto done =
      MLX_TRY(bot::run_commands_as(bot::Role::kAdmin, {update}, request, *repository, run.tools.options));
  JobReport report{.title = "Updates were looked for", .text = done.front().answer};
  report.is_failed = !done.front().succeeded;
  if (report.is_failed) report.title = refused_title("Updating");
  return report;
}

}  // namespace

Result<JobReport> add_job(const JobRun& run) {
  if (run.job.inputs.components.empty()) {
    return fail(ErrorCode::kInvalidInput,
                "the mode `add` needs the input `components`, such as `components: api-serving`");
  }
  run.tools.phases.enter(Phase::kSnapshot);
  const auto repository = run.forge.repository(run.job.repository, run.job.installation);
  const std::string branch = MLX_TRY(repository->default_branch());
  const auto head = MLX_TRY(repository->branch_head(branch));
  if (!head) {
    return JobReport{
        .title = refused_title("Adding"), .text = bot::render_empty_repository(), .is_failed = true};
  }
  const auto project = MLX_TRY(repository->snapshot(*head));
  run.tools.phases.enter(Phase::kAnalysis);
  const bot::Outcome outcome = MLX_TRY(decide_add(run, *project, branch));
  JobReport report{
      .title = "There is nothing to add", .text = outcome.answer, .is_failed = !outcome.succeeded};
  if (!outcome.succeeded) report.title = refused_title("Adding");
  if (!outcome.proposal) return report;
  report.title = outcome.proposal->title;
  run.tools.phases.enter(Phase::kReport);
  if (!run.writes()) {
    add_plan(report, *outcome.proposal);
    return report;
  }
  const bot::ProposalBase base{.branch = branch, .commit = *head, .asked_at = run.job.now};
  add_proposed(report, *outcome.proposal, MLX_TRY(bot::propose(*repository, base, *outcome.proposal)),
               repository->form());
  return report;
}

Result<JobReport> update_job(const JobRun& run) {
  const bot::ScheduleEvent event{.repository = run.job.repository,
                                 .installation = run.job.installation,
                                 .due = run.job.now,
                                 .broken_configuration = {}};
  run.tools.phases.enter(Phase::kAnalysis);
  if (!run.writes()) return planned_updates(run, event);
  if (!run.job.inputs.components.empty()) return asked_updates(run);
  const bot::UpdatesOutcome done =
      MLX_TRY(bot::carry_out_updates(event, run.forge, run.tools.options, kBySchedule));
  if (done.problem) {
    return JobReport{.title = "The configuration of MLX cannot be used",
                     .text = bot::render_configuration_problem(*done.problem).body,
                     .is_failed = true};
  }
  JobReport report;
  for (const bot::UpdateResult& result : done.results) add_update(report, result);
  report.text = bot::render_update_answers(
      done.results, run.forge.repository(run.job.repository, run.job.installation)->form());
  report.title =
      done.results.empty() ? "Everything is up to date" : bot::counted(done.results.size(), "update");
  return report;
}

Result<JobReport> commands_job(const JobRun& run) {
  run.tools.phases.enter(Phase::kAnalysis);
  if (!run.has_token()) {
    return fail(ErrorCode::kUnauthorized,
                "commands are answered on the forge, which needs a token: give the input `token`");
  }
  if (run.job.inputs.is_dry_run) {
    return fail(
        ErrorCode::kInvalidInput,
        "the input `dry-run` is for the modes: what an event asks for is done, or the job is not run");
  }
  const auto outcome = MLX_TRY(bot::run_event(run.job.event, run.forge, run.tools.options));
  JobReport report;
  switch (outcome) {
    case bot::RunOutcome::kDone: report.title = "Done, and answered where it was asked"; break;
    case bot::RunOutcome::kIgnored: report.title = "The event asks for nothing"; break;
    case bot::RunOutcome::kRefused: report.title = "Refused, and answered where it was asked"; break;
  }
  return report;
}

}  // namespace mlx::action
