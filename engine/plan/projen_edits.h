#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/manifest/pyproject_edit.h"
#include "engine/plan/lock.h"
#include "engine/plan/working_tree.h"

namespace mlx {

// A project that projen writes: what MLX would declare in generated files goes into `.projenrc.py`.

/// The project's program cannot be edited for `reason`: shows what a person has to write there, and blocks
/// the plan.
[[nodiscard]] Finding edit_by_hand(const std::string& program, const Error& reason,
                                   const std::vector<DependencyAddition>& missing);

/// The same for an update, which wants them in other words than they are declared in.
[[nodiscard]] Finding change_by_hand(const std::string& program, const Error& reason,
                                     const std::vector<DependencyAddition>& wanted);

/// What of these does not stand in the pyproject.toml that projen wrote last in the same words.
[[nodiscard]] Result<std::vector<DependencyAddition>> unwritten_in_generated(
    const std::vector<DependencyAddition>& wanted, const WorkingTree& tree);

/// What of these is not declared in the pyproject.toml that projen wrote last.
[[nodiscard]] Result<std::vector<DependencyAddition>> undeclared_in_generated(
    const std::vector<DependencyAddition>& additions, const WorkingTree& tree);

/// Declares components in a program whose project is an `MLXProject`, for their tasks. Any other stays as
/// it is.
[[nodiscard]] Result<void> plan_component_calls(const std::vector<std::string>& components,
                                                WorkingTree& tree);
/// Takes the declaration of a component out again.
[[nodiscard]] Result<void> remove_component_call(const std::string& component, WorkingTree& tree);
/// The program without the declarations of these components.
[[nodiscard]] std::string without_component_calls(std::string_view text,
                                                  const std::map<std::string, LockedComponent>& components);

/// If what projen reads changes, its files are out of date until it runs: a finding says so.
[[nodiscard]] Result<void> note_pending_synth(WorkingTree& tree);

}  // namespace mlx
