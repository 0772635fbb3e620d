#pragma once

#include <optional>
#include <set>
#include <string>

#include "engine/component/release.h"
#include "engine/manifest/project_layout.h"
#include "engine/plan/added_lines.h"
#include "engine/plan/lock.h"
#include "engine/plan/working_tree.h"

namespace mlx {

/// What holds for all components that one plan brings.
struct InjectionContext {
  const Snapshot& project;
  ProjectLayout layout;
  std::set<std::string> modules;  ///< of all components that are there or come in, by their templates' names
  bool overwrites = false;        ///< files that are in the way are replaced
};

/// A component on its way into a project.
struct Injection {
  Release release;
  std::string registry;     ///< what the lock calls it
  std::string revision;     ///< of the registry; empty if it is not in git
  std::string required_by;  ///< the component that needs it; empty if it was asked for
};

/// Plans the files, dependencies and variables of a component that is not there yet. What is in the way is
/// a finding.
[[nodiscard]] Result<LockedComponent> plan_injection(const InjectionContext& context,
                                                     const Injection& injection, WorkingTree& tree,
                                                     Lock& lock);

/// What the lock says of it before anything is planned.
[[nodiscard]] LockedComponent locked_as(const Injection& injection, const std::string& import_root);

/// The lines that one of its files, rendered as `text`, adds to a file of another component.
[[nodiscard]] AddedLines added_lines_of(const Release& release, const ComponentFile& file, std::string text);

/// Why nothing can be written at a target: something that is no file is there or on the way, or the new
/// module would hide another of its name. What a file there has is not looked at.
[[nodiscard]] Result<std::optional<Finding>> target_problem(const RepoPath& target,
                                                            const std::string& component,
                                                            const Snapshot& project);

/// A package that another distribution might shadow: without an `__init__.py`, a directory
/// named `src` gives way to any installed package of that name.
[[nodiscard]] Result<void> plan_root_package(const ProjectLayout& layout, const Snapshot& project,
                                             WorkingTree& tree, LockedComponent& locked);

}  // namespace mlx
