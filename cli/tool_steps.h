#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/io/project_tools.h"

namespace mlx::cli {

/// With what the tool said, if it failed.
[[nodiscard]] std::string message_of(const ToolStep& step);
[[nodiscard]] nlohmann::json steps_json(const std::vector<ToolStep>& steps);
/// A line for each.
[[nodiscard]] std::string steps_text(const std::vector<ToolStep>& steps);
/// What else is to be done to take a change back whose steps were done.
[[nodiscard]] std::string undo_text(const std::vector<ToolStep>& steps);

}  // namespace mlx::cli
