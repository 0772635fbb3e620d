#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/manifest/edit_origins.h"
#include "engine/manifest/pyproject.h"
#include "engine/manifest/requirement.h"

namespace mlx {

struct DependencyAddition {
  Requirement requirement;
  std::string group;  ///< empty: a main dependency

  bool operator==(const DependencyAddition&) const = default;
};

/// A distribution that the project declares already, which was therefore left as it is.
struct PresentDependency {
  DependencyAddition addition;
  std::vector<DeclaredDependency> declared;  ///< at least one

  bool operator==(const PresentDependency&) const = default;
};

struct DependencyEdit {
  std::string text;  ///< the whole file after the edit
  std::vector<DependencyAddition> added;
  std::vector<PresentDependency> present;
  EditOrigins origins;  ///< of the lists and tables that were made or filled
};

/// Declares the distributions that a pyproject.toml does not declare yet, where this project
/// declares its own: in `project.dependencies` or Poetry's table, and a group where the project
/// has that group, else in `[dependency-groups]` or Poetry's groups. A main dependency satisfies
/// an addition to any group; a group's dependency satisfies additions to that group only.
///
/// Only inserts: every other byte stays. Adding the same again changes nothing. Fails with
/// kInvalidInput if the file can't be read, declares no dependencies at all (no `[project]`,
/// no Poetry), or leaves them to its build backend.
[[nodiscard]] Result<DependencyEdit> add_dependencies(std::string_view text, std::string_view file,
                                                      const std::vector<DependencyAddition>& additions);

struct DependencyRemoval {
  std::string text;  ///< the whole file after the edit
  std::vector<DependencyAddition> removed;
  std::vector<PresentDependency> kept;  ///< declared in other words now than they were added
};

/// Takes out what add_dependencies() added, in any order, and after edits elsewhere: the file is
/// then what it would be had they never been added. Lists and tables that are left empty become
/// what `origins` says they were. What is not declared any more is passed over.
[[nodiscard]] Result<DependencyRemoval> remove_dependencies(std::string_view text, std::string_view file,
                                                            const std::vector<DependencyAddition>& additions,
                                                            EditOrigins& origins);

/// What a distribution was added as, and what it is to be now: another specifier, extra or marker, in the
/// same group.
struct DependencyChange {
  DependencyAddition from;
  DependencyAddition to;

  bool operator==(const DependencyChange&) const = default;
};

struct DependencyReplacement {
  std::string text;  ///< the whole file after the edit
  std::vector<DependencyChange> changed;
  std::vector<PresentDependency> kept;  ///< declared in other words now than they were added
};

/// Writes what add_dependencies() added in other words, where it stands. What is not declared any more is
/// passed over.
[[nodiscard]] Result<DependencyReplacement> replace_dependencies(
    std::string_view text, std::string_view file, const std::vector<DependencyChange>& changes);

}  // namespace mlx
