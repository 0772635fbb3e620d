#include "action/jobs.h"
#include "bot/core/render_parts.h"
#include "bot/core/review/review_answers.h"
#include "bot/core/review/review_check.h"
#include "engine/compat/check_rules.h"
#include "engine/compat/score.h"
#include "engine/io/directory.h"
#include "engine/io/project_registries.h"
#include "engine/plan/check/checked_project.h"

namespace mlx::action {

Result<JobReport> check_job(const JobRun& run) {
  const Job& job = run.job;
  run.tools.phases.enter(Phase::kSnapshot);
  const ProjectPlace place = run.place();
  auto workspace = MLX_TRY(open_directory_snapshot(job.workspace));
  for (const std::string& path : {place.directory, place.configuration}) {
    if (path.empty() || MLX_TRY(workspace->kind(MLX_TRY(RepoPath::parse(path)))) != EntryKind::kAbsent)
      continue;
    return fail(ErrorCode::kNotFound,
                "`" + path + "` is not in the checkout; is the repository checked out in a step before?");
  }
  const auto project = project_snapshot(std::move(workspace), place);
  run.tools.phases.enter(Phase::kAnalysis);
  const ProjectConfiguration configuration = MLX_TRY(read_configuration(*project));
  const Registries registries = MLX_TRY(project_registries(
      configuration,
      {.address = job.inputs.registry, .base = job.workspace, .project = job.workspace / place.directory},
      run.tools.registries));
  const auto checked = MLX_TRY(CheckedProject::read(*project, *run.tools.options.index_cache, registries,
                                                    {.candidates = job.inputs.components}));
  JobReport report;
  report.has_findings = true;
  report.findings = check_rules(checked->facts());
  report.title =
      report.findings.empty() ? "Nothing clashes" : bot::counted(report.findings.size(), "finding");
  report.text = bot::render_check_answer(report.findings, job.inputs.components);
  report.score = score_of(report.findings).value;
  report.annotations = bot::annotations_of(report.findings);
  report.is_failed =
      fails(report.findings, job.inputs.fail_on.value_or(FailOn{.severity = Severity::kError}));
  for (const Finding& finding : registries.findings())
    report.notes.push_back(finding.message + (finding.remedy.empty() ? "" : "; " + finding.remedy));
  place_findings(report, place);
  return report;
}

}  // namespace mlx::action
