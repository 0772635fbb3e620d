#pragma once

#include <string>

#include "bot/core/event.h"
#include "bot/forge/forge.h"
#include "bot/run/run_event.h"

namespace mlx::bot {

/// Does what a button of a review's check run says (bot/core/review/review_buttons.h), as the command would
/// that it stands for, and answers on the pull request. What was found is that of the commit that the check
/// run is about, whatever was pushed since. May be cut off anywhere and run again.
[[nodiscard]] Result<RunOutcome> run_check_action(const CheckActionEvent& event, ForgeRepository& repository,
                                                  const RunOptions& options);

/// Tells whoever pressed the button why nothing comes of it, in the comment that would have answered it.
[[nodiscard]] Result<void> refuse_check_action(const CheckActionEvent& event, ForgeRepository& repository,
                                               const std::string& why);

}  // namespace mlx::bot
