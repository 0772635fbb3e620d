#pragma once

#include "bot/core/event.h"
#include "bot/forge/forge.h"
#include "bot/run/command_request.h"
#include "bot/run/run_event.h"

namespace mlx::bot {

/// Who pressed a button, as somebody who asks for commands.
[[nodiscard]] CommandRequest request_of(const CheckActionEvent& event);

/// Does what a button of a review's check run says (bot/core/review/review_buttons.h), as the command would
/// that it stands for, and answers on the pull request. What was found is that of the commit that the check
/// run is about, whatever was pushed since. May be cut off anywhere and run again.
[[nodiscard]] Result<RunOutcome> run_check_action(const CheckActionEvent& event, ForgeRepository& repository,
                                                  const RunOptions& options);

}  // namespace mlx::bot
