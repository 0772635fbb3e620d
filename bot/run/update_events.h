#pragma once

#include "bot/core/event.h"
#include "bot/forge/forge.h"
#include "bot/run/run_event.h"

namespace mlx::bot {

// What events that are no command mean for updates. All end in run_updates().

/// A time of the schedule came, a box was ticked, or a pull request was closed.
[[nodiscard]] Result<RunOutcome> run_schedule(const ScheduleEvent& event, Forge& forge,
                                              const RunOptions& options);
[[nodiscard]] Result<RunOutcome> run_body_edited(const BodyEditedEvent& event, Forge& forge,
                                                 const RunOptions& options);
[[nodiscard]] Result<RunOutcome> run_pull_request_closed(const PullRequestClosedEvent& event, Forge& forge,
                                                         const RunOptions& options);

}  // namespace mlx::bot
