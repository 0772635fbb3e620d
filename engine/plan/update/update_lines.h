#pragma once

#include "engine/plan/update/update_context.h"
#include "engine/plan/update/update_targets.h"
#include "engine/plan/working_tree.h"

namespace mlx {

/// Plans the lines that the component adds to files of others.
[[nodiscard]] Result<void> plan_updated_lines(const UpdateContext& context, const UpdateTarget& target,
                                              WorkingTree& tree, LockedComponent& locked);

}  // namespace mlx
