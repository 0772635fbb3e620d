#pragma once

#include <string>
#include <vector>

#include "bot/core/plan_finisher.h"
#include "engine/io/scratch_project.h"

namespace mlx::action {

/// Runs the tools of a project on a copy of it, in the job, and takes what they write into the plan. They get
/// no variable of the environment but those that any program needs (is_variable_for_tools).
class ToolRun final : public bot::PlanFinisher {
 public:
  Result<std::vector<RepoPath>> finish(ChangePlan& plan, const Snapshot& project) override;

  /// What was done, and what could not be, for the job's report.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  /// What the tools have written. kRefused says why they could not do all that these findings leave to them.
  Result<std::vector<RewrittenFile>> run_tools(const ChangePlan& plan, std::vector<Finding> to_do,
                                               const Snapshot& project);

  std::vector<std::string> notes_;
};

}  // namespace mlx::action
