#pragma once

#include "engine/component/component.h"
#include "engine/manifest/project_layout.h"
#include "engine/plan/lock.h"
#include "engine/plan/working_tree.h"

namespace mlx {

// Each notes in `lock.edits` what taking the edit back will need to know.

/// Declares what the component needs from a package index in the project's own file, and
/// notes in `locked` what was not declared before. What the project declares already
/// stays; a difference that matters is a finding.
[[nodiscard]] Result<void> plan_dependencies(const Component& component, const ProjectLayout& layout,
                                             WorkingTree& tree, LockedComponent& locked, Lock& lock);

/// Names the component's variables in `.env.example`; notes the new ones in `locked`.
[[nodiscard]] Result<void> plan_environment(const Component& component, WorkingTree& tree,
                                            LockedComponent& locked, Lock& lock);

/// Lets pytest import the project's modules, where nothing does so yet.
[[nodiscard]] Result<void> plan_test_path(const ProjectLayout& layout, WorkingTree& tree, Lock& lock);

}  // namespace mlx
