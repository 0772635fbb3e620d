#pragma once

#include <filesystem>

#include "engine/plan/change_plan.h"

namespace mlx {

/// Writes a plan to a directory, all of it or nothing.
///
/// First every file is compared with what the plan was made for (kConflict if one has
/// changed meanwhile) and every new content is written beside its place; only then are
/// they renamed into place, `mlx.lock` last. If any step fails, what was there is put
/// back, new directories included. A process that is killed in between leaves whole
/// files only, and planning and applying again completes them. A plan that is blocked is
/// refused. Modes are kept; a symbolic link is never followed or replaced.
[[nodiscard]] Result<void> apply_plan(const ChangePlan& plan, const std::filesystem::path& directory);

}  // namespace mlx
