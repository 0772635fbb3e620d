#pragma once

#include <string>
#include <vector>

#include "engine/index/snapshot.h"
#include "engine/plan/change_plan.h"

namespace mlx {

/// Plans that the project's configuration ignores these: findings by id or by code, components, versions of
/// them. It goes where the configuration is, else into a new mlx.toml. What is ignored already is passed
/// over. Fails for a configuration that cannot be read.
[[nodiscard]] Result<ChangePlan> plan_ignore(const std::vector<std::string>& names, const Snapshot& project);

}  // namespace mlx
