#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace mlx::action::github {

/// What GitHub shows of one step: more is shown not at all.
inline constexpr std::size_t kMostSummaryBytes = 1U << 20U;

/// What goes to GITHUB_STEP_SUMMARY of a text: all of it, or its beginning.
[[nodiscard]] std::string step_summary(std::string text);

/// The lines of GITHUB_OUTPUT: `NAME<<DELIMITER`, the value, and a delimiter that is no line of it.
[[nodiscard]] std::string output_lines(const std::vector<std::pair<std::string, std::string>>& outputs);

}  // namespace mlx::action::github
