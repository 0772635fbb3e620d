#pragma once

#include <string>
#include <vector>

#include "engine/component/registries.h"
#include "engine/index/snapshot.h"
#include "engine/plan/change_plan.h"

namespace mlx {

struct RemoveRequest {
  std::vector<std::string> components;  ///< names
  bool force = false;                   ///< files that the user changed go too
};

/// Plans that components leave a project, and with them what their injection brought and nothing
/// else needs: files, dependencies, variables in `.env.example`, the directory that pytest was told
/// of. Adding and then removing leaves every byte as it was; what the user changed stays.
///
/// A component that another installed one requires is a finding that blocks the plan. What a
/// component that stays needs moves to that one's entry in the lock. `registries` say what
/// installed components require; it may be null, or lack some of them: then their files tell.
///
/// Fails with kNotFound for a component that is not installed, and for a project file that
/// cannot be read.
[[nodiscard]] Result<ChangePlan> plan_remove(const RemoveRequest& request, const Registries* registries,
                                             const Snapshot& project);

}  // namespace mlx
