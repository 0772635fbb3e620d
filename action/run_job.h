#pragma once

#include <chrono>
#include <functional>

#include "action/job.h"
#include "action/job_report.h"
#include "action/permission.h"
#include "action/phases.h"
#include "bot/forge/forge.h"
#include "bot/run/run_event.h"
#include "engine/io/git_workspace.h"
#include "engine/io/registry_source.h"

namespace mlx::action {

/// What a job works with. All must outlive its run.
struct JobTools {
  bot::Forge& forge;             ///< every call fails with kUnauthorized where there is no token
  const GitWorkspace* checkout;  ///< null: the workspace is no git repository
  bot::RunOptions options;       ///< without a registry: that is opened by the job's input
  RegistryAccess registries;
  PermissionAdvice permission_advice;
  Phases& phases;
  /// Waits before something is tried again.
  std::function<void(std::chrono::seconds)> wait;
};

/// Does what a job is for. Whatever it does it may do again, also after it was cut off anywhere. What is
/// wrong with the project, or with what was asked for, is in the report; errors are wrong inputs, missing
/// permissions, and a forge or a machine that fails.
[[nodiscard]] Result<JobReport> run_job(const Job& job, const JobTools& tools);

}  // namespace mlx::action
