#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "bot/core/outcome.h"
#include "bot/core/update/update_answers.h"
#include "bot/core/update/update_pass.h"
#include "bot/forge/forge.h"
#include "bot/run/propose.h"
#include "bot/run/run_event.h"

namespace mlx::bot {

/// A repository with what its updates are decided from.
struct UpdateSession {
  ForgeRepository& repository;
  const Registry& registry;
  const Snapshot& project;
  const ProjectConfiguration& configuration;
  ProposalBase base;
  std::chrono::sys_seconds now;
};

/// Looks at all updates of a repository, makes and refreshes their pull requests, closes those that nothing
/// asks for any more, and brings the dashboard issue up to date. `change_state` may change what is remembered
/// before. May be cut off anywhere and run again. What the forge refuses for one update is said in its entry;
/// other failures of the forge are errors.
[[nodiscard]] Result<std::vector<UpdateResult>> run_updates(
    const UpdateSession& session, const UpdateTrigger& trigger,
    const std::function<void(DashboardState&)>& change_state = [](DashboardState&) {});

/// Carries out a command about updates that somebody with write access gave on issue or pull request
/// `number`.
[[nodiscard]] Result<CommandReport> run_updates_command(const UpdatesCommand& command,
                                                        const std::string& line, std::int64_t number,
                                                        const UpdateSession& session);

/// A time of the schedule came, a box was ticked, or a pull request was closed.
[[nodiscard]] Result<RunOutcome> run_schedule(const ScheduleEvent& event, Forge& forge,
                                              const RunOptions& options);
[[nodiscard]] Result<RunOutcome> run_body_edited(const BodyEditedEvent& event, Forge& forge,
                                                 const RunOptions& options);
[[nodiscard]] Result<RunOutcome> run_pull_request_closed(const PullRequestClosedEvent& event, Forge& forge,
                                                         const RunOptions& options);

}  // namespace mlx::bot
