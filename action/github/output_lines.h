#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mlx::action::github {

/// The lines of GITHUB_OUTPUT: `NAME<<DELIMITER`, the value, and a delimiter that is no line of it.
[[nodiscard]] std::string output_lines(const std::vector<std::pair<std::string, std::string>>& outputs);

}  // namespace mlx::action::github
