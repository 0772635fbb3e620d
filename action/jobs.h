#pragma once

#include "action/job_repository.h"
#include "action/project_repository.h"
#include "action/run_job.h"

// One function for each mode.

namespace mlx::action {

/// What a mode works with, from run_job().
struct JobRun {
  const Job& job;
  JobTools& tools;
  bot::Forge& forge;  ///< its repositories are those of the project, from the checkout where possible
  JobEffects& effects;

  [[nodiscard]] bool has_token() const { return !job.inputs.token.empty(); }
  /// May anything be written?
  [[nodiscard]] bool writes() const { return has_token() && !job.inputs.is_dry_run; }
  [[nodiscard]] ProjectPlace place() const {
    return {.directory = job.inputs.working_directory, .configuration = job.inputs.configuration};
  }
};

[[nodiscard]] Result<JobReport> review_job(const JobRun& run);
[[nodiscard]] Result<JobReport> commands_job(const JobRun& run);
[[nodiscard]] Result<JobReport> add_job(const JobRun& run);
[[nodiscard]] Result<JobReport> update_job(const JobRun& run);
[[nodiscard]] Result<JobReport> extract_job(const JobRun& run);
[[nodiscard]] Result<JobReport> check_job(const JobRun& run);

/// Does one of these fail a job?
[[nodiscard]] bool fails(const RuleFindings& findings, const FailOn& fail_on);
/// Puts paths of the project's files where they are in the repository.
void place_findings(JobReport& report, const ProjectPlace& place);
/// Takes over what the job did on the forge.
void add_effects(JobReport& report, const JobEffects& effects);
/// The plan as a folded difference, cut to what a summary holds.
[[nodiscard]] std::string render_difference(const ChangePlan& plan);

}  // namespace mlx::action
