#pragma once

#include <filesystem>
#include <string>

#include "engine/plan/change_plan.h"

namespace mlx::cli {

/// How to take a plan back once it is applied, for a person to read and run. Look before
/// applying: what was there and what was committed decides which commands are safe.
[[nodiscard]] std::string undo_instructions(const ChangePlan& plan, const std::filesystem::path& directory);

}  // namespace mlx::cli
