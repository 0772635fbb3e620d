#pragma once

#include <cstdint>
#include <string>

#include "bot/core/command.h"
#include "bot/core/outcome.h"
#include "bot/run/update_run.h"

namespace mlx::bot {

/// Carries out a command about updates that somebody with write access gave on issue or pull request
/// `number`.
[[nodiscard]] Result<CommandReport> run_updates_command(const UpdatesCommand& command,
                                                        const std::string& line, std::int64_t number,
                                                        const UpdateSession& session);

}  // namespace mlx::bot
