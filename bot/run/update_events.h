#pragma once

#include <optional>
#include <vector>

#include "bot/core/event.h"
#include "bot/core/update/update_answers.h"
#include "bot/core/update/update_pass.h"
#include "bot/forge/forge.h"
#include "bot/run/run_event.h"

namespace mlx::bot {

/// What became of the updates of a repository.
struct UpdatesOutcome {
  RunOutcome outcome = RunOutcome::kIgnored;
  std::optional<Error> problem;       ///< of the project's configuration: nothing was done
  std::vector<UpdateResult> results;  ///< by subject
};

/// Looks at the updates that a trigger asks for, at the time that the event names, and makes their pull
/// requests. A wrong configuration is told in an issue.
[[nodiscard]] Result<UpdatesOutcome> carry_out_updates(const ScheduleEvent& event, Forge& forge,
                                                       const RunOptions& options,
                                                       const UpdateTrigger& trigger);
/// The same as a plan: nothing is written. A wrong configuration is an error.
[[nodiscard]] Result<UpdatePass> look_at_updates(const ScheduleEvent& event, Forge& forge,
                                                 const RunOptions& options, const UpdateTrigger& trigger);

// What events that are no command mean for updates. All end in run_updates().

/// A time of the schedule came, a box was ticked, or a pull request was closed.
[[nodiscard]] Result<RunOutcome> run_schedule(const ScheduleEvent& event, Forge& forge,
                                              const RunOptions& options);
[[nodiscard]] Result<RunOutcome> run_body_edited(const BodyEditedEvent& event, Forge& forge,
                                                 const RunOptions& options);
[[nodiscard]] Result<RunOutcome> run_pull_request_closed(const PullRequestClosedEvent& event, Forge& forge,
                                                         const RunOptions& options);

}  // namespace mlx::bot
