#pragma once

#include <string>
#include <vector>

#include "engine/component/registries.h"
#include "engine/index/snapshot.h"
#include "engine/plan/change_plan.h"

namespace mlx {

struct AddRequest {
  std::vector<std::string> components;  ///< `NAME` or `@REGISTRY/NAME`, in the order given
  bool overwrite = false;               ///< replace files that are in the way
};

/// Plans the injection of components, and of those that they require, into a project.
///
/// Required components come first. A component that the lock already has is left as it
/// is. Templates are rewritten for the project's import root; distributions,
/// environment variables and the lock are added to the project's own files by edits
/// that keep everything else to the byte. What stands in the way is a finding in the
/// plan, which is then blocked; planning again what was applied gives an empty plan.
///
/// Fails for what leaves no plan to show: an unknown component, circular requirements, two
/// components of one name, a registry or a project file that cannot be read.
[[nodiscard]] Result<ChangePlan> plan_add(const AddRequest& request, const Registries& registries,
                                          const Snapshot& project);

}  // namespace mlx
