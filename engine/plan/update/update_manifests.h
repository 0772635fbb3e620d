#pragma once

#include "engine/plan/lock.h"
#include "engine/plan/update/update_context.h"
#include "engine/plan/update/update_targets.h"
#include "engine/plan/working_tree.h"

namespace mlx {

/// Brings what a component declares in the project's own files to its new version: what it newly needs is
/// added; what MLX added in other words is written anew, where it still stands as it was added; the rest
/// stays as the user has it, with a finding where that matters. `locked` is its new entry in the lock.
[[nodiscard]] Result<void> plan_updated_manifests(const UpdateContext& context, const UpdateTarget& target,
                                                  WorkingTree& tree, LockedComponent& locked, Lock& lock);

/// Takes out what no component needs any more. `lock` has all components as they are afterwards, and
/// what was brought for the old versions is still noted there.
[[nodiscard]] Result<void> remove_unneeded(const UpdateContext& context,
                                           const std::vector<UpdateTarget>& targets,
                                           const Registries& registries, WorkingTree& tree, Lock& lock);

}  // namespace mlx
