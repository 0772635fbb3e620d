#pragma once

#include <string>
#include <vector>

#include "engine/plan/update/component_diff.h"

namespace mlx::bot {

/// What `/mlx diff` answers: for each component what was made of it here, and what is new in it, folded
/// away, as far as a comment holds them.
[[nodiscard]] std::string render_differences(const std::vector<ComponentDifference>& differences);

}  // namespace mlx::bot
