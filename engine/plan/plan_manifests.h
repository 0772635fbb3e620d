#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/component/component.h"
#include "engine/manifest/project_layout.h"
#include "engine/manifest/pyproject_edit.h"
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

/// What the component declares: main dependencies, then those of groups.
[[nodiscard]] std::vector<DependencyAddition> additions_of(const Component& component);

/// A dependency as the lock notes it: `fastapi>=0.115`, `dev: pytest>=8`.
[[nodiscard]] Result<DependencyAddition> parse_locked_dependency(const std::string& text);

/// The project declares a distribution already, in its own words: says so where that matters.
void add_present_finding(const Requirement& wanted, const Requirement& declared, const Evidence& evidence,
                         const std::string& component, WorkingTree& tree);

/// A tool's own lock file cannot be computed here; left as it is, it makes locked installs fail.
/// `what` is wrong with it now: `still has the removed dependencies`.
[[nodiscard]] Result<void> check_lock_files(std::string_view what, WorkingTree& tree);

}  // namespace mlx
