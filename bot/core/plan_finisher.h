#pragma once

#include <vector>

#include "engine/base/error.h"
#include "engine/base/repo_path.h"
#include "engine/index/snapshot.h"
#include "engine/plan/change_plan.h"

namespace mlx::bot {

/// Port: has other tools bring up to date what they write for a project (locks, files of projen), where
/// whoever runs the bot asks for that. It may run code of the project and of what the plan brings to it, so
/// it is given plans on the default branch only, which somebody with write access, or the configuration
/// there, asked for.
class PlanFinisher {
 public:
  PlanFinisher() = default;
  PlanFinisher(const PlanFinisher&) = delete;
  PlanFinisher& operator=(const PlanFinisher&) = delete;
  virtual ~PlanFinisher() = default;

  /// Puts what the tools write into a plan that is not blocked, before anybody is told of it, and takes out
  /// the findings that left it to somebody else. What could not be done stays a finding, which says why.
  /// Returns the files that were written so, sorted. Errors are those of reading the project.
  [[nodiscard]] virtual Result<std::vector<RepoPath>> finish(ChangePlan& plan, const Snapshot& project) = 0;
};

}  // namespace mlx::bot
