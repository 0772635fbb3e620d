#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "bot/core/update/update_answers.h"
#include "bot/core/update/update_pass.h"
#include "bot/forge/forge.h"
#include "bot/run/propose.h"

namespace mlx::bot {

/// A repository with what its updates are decided from.
struct UpdateSession {
  ForgeRepository& repository;
  const Registry& registry;
  const Snapshot& project;
  const ProjectConfiguration& configuration;
  ProposalBase base;
  std::chrono::sys_seconds now;
  PlanFinisher* finisher = nullptr;  ///< as in RunOptions
};

/// Decides about all updates of a repository, from what is there. Writes nothing.
[[nodiscard]] Result<UpdatePass> plan_updates(const UpdateSession& session, const UpdateTrigger& trigger);

/// Looks at all updates of a repository, makes and refreshes their pull requests, closes those that nothing
/// asks for any more, and brings the dashboard issue up to date. `change_state` may change what is remembered
/// before. May be cut off anywhere and run again. What the forge refuses for one update is said in its entry;
/// other failures of the forge are errors.
[[nodiscard]] Result<std::vector<UpdateResult>> run_updates(
    const UpdateSession& session, const UpdateTrigger& trigger,
    const std::function<void(DashboardState&)>& change_state = [](DashboardState&) {});

}  // namespace mlx::bot
