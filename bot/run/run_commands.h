#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bot/core/command.h"
#include "bot/core/outcome.h"
#include "bot/forge/forge.h"
#include "bot/run/command_request.h"
#include "bot/run/run_event.h"

namespace mlx::bot {

/// Carries out commands, one after the other; too many at once are refused whole. May be cut off anywhere and
/// run again. Errors are those that the asker is not told of.
[[nodiscard]] Result<std::vector<CommandReport>> run_commands(const std::vector<Command>& commands,
                                                              const CommandRequest& request,
                                                              ForgeRepository& repository,
                                                              const RunOptions& options);

/// The same for somebody whose role is known, whoever they are: a job of the repository's own CI may do what
/// its workflow says.
[[nodiscard]] Result<std::vector<CommandReport>> run_commands_as(Role role,
                                                                 const std::vector<Command>& commands,
                                                                 const CommandRequest& request,
                                                                 ForgeRepository& repository,
                                                                 const RunOptions& options);

/// One refusal for all of them.
[[nodiscard]] std::vector<CommandReport> same_answer(const std::vector<Command>& commands,
                                                     const std::string& answer);

/// Answers a request, in the one comment that begins with the marker.
[[nodiscard]] Result<void> put_answer(ForgeRepository& repository, const CommandRequest& request,
                                      const std::string& marker, const std::vector<CommandReport>& reports);

}  // namespace mlx::bot
