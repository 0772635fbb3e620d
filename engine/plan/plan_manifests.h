#pragma once

#include "engine/component/component.h"
#include "engine/manifest/project_layout.h"
#include "engine/plan/lock.h"
#include "engine/plan/working_tree.h"

namespace mlx {

/// Declares what the component needs from a package index in the project's own file, and
/// notes in `locked` what was not declared before. What the project declares already
/// stays; a difference that matters is a finding.
[[nodiscard]] Result<void> plan_dependencies(const Component& component, const ProjectLayout& layout,
                                             WorkingTree& tree, LockedComponent& locked);

/// Names the component's variables in `.env.example`; notes the new ones in `locked`.
[[nodiscard]] Result<void> plan_environment(const Component& component, WorkingTree& tree,
                                            LockedComponent& locked);

/// Lets pytest import the project's modules, where nothing does so yet.
[[nodiscard]] Result<void> plan_test_path(const ProjectLayout& layout, WorkingTree& tree);

}  // namespace mlx
