#pragma once

#include "engine/plan/change_plan.h"
#include "engine/plan/update/update_context.h"
#include "engine/plan/update/update_targets.h"
#include "engine/plan/working_tree.h"

namespace mlx {

/// Plans what becomes of the whole files of a component; `locked` is its new entry in the lock, and gets
/// them. What the user deleted stays deleted, what he moved stays where it is, what he changed is merged.
/// Nothing that he wrote is lost: what cannot be joined is a conflict of the plan, what cannot be compared
/// stays, with a finding.
[[nodiscard]] Result<void> plan_updated_files(const UpdateContext& context, const UpdateTarget& target,
                                              WorkingTree& tree, LockedComponent& locked,
                                              UpdatedComponent& report);

}  // namespace mlx
