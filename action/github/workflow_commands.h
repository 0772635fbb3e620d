#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bot/core/check_run.h"

// Lines that a runner of GitHub Actions takes for commands (docs.github.com, "Workflow commands").

namespace mlx::action::github {

/// `::error file=src/app.py,line=3,endLine=3,title=…::message`.
[[nodiscard]] std::string annotation_command(const bot::CheckAnnotation& annotation);

/// An error of the job itself.
[[nodiscard]] std::string error_command(std::string_view message);

/// Tells the runner never to show this text. It must be the first that the runner hears of it.
[[nodiscard]] std::string mask_command(std::string_view secret);

/// How many annotations of each kind GitHub shows of one step.
inline constexpr std::size_t kShownAnnotations = 10;

/// Commands for the gravest annotations, as many as are shown, and one that counts the others.
[[nodiscard]] std::string annotation_commands(std::vector<bot::CheckAnnotation> annotations);

/// Text from outside for a log, which the runner reads for commands: each line as it is, but none that it
/// would take for one.
[[nodiscard]] std::string logged(std::string_view text);

}  // namespace mlx::action::github
