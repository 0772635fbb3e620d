#pragma once

#include <map>
#include <string>

#include "engine/manifest/project_layout.h"
#include "engine/plan/lock.h"
#include "engine/plan/needs.h"
#include "engine/plan/working_tree.h"

namespace mlx {

/// What a removal works on: `lock` has the components that stay, and takes over what they need.
struct RemovalContext {
  const std::map<std::string, LockedComponent>& removed;
  const Needs& needs;
  Lock& lock;
  WorkingTree& tree;
};

// The inverses of what plan_manifests.h plans. What somebody declared in other words since stays, and is
// a finding.

[[nodiscard]] Result<void> plan_dependency_removal(const RemovalContext& context,
                                                   const ProjectLayout& layout);
[[nodiscard]] Result<void> plan_environment_removal(const RemovalContext& context);
/// Only when no component is left, whose tests might need it.
[[nodiscard]] Result<void> plan_test_path_removal(const RemovalContext& context);

}  // namespace mlx
