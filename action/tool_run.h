#pragma once

#include <string>
#include <vector>

#include "bot/core/plan_finisher.h"

namespace mlx::action {

/// Runs the tools of a project on a copy of it, in the job, and takes what they write into the plan. They get
/// no variable of the environment but those that any program needs (is_variable_for_tools).
class ToolRun final : public bot::PlanFinisher {
 public:
  Result<std::vector<RepoPath>> finish(ChangePlan& plan, const Snapshot& project) override;

  /// What was done, and what could not be, for the job's report.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  /// Empty if all was done; else why not, and the plan is of no use any more.
  Result<std::string> run_tools(ChangePlan& plan, const Snapshot& project, std::vector<RepoPath>& written);

  std::vector<std::string> notes_;
};

}  // namespace mlx::action
