#pragma once

#include <map>
#include <string>
#include <string_view>

#include "engine/manifest/project_layout.h"
#include "engine/plan/lock.h"
#include "engine/plan/working_tree.h"

namespace mlx {

/// What a component adds to files of the project that are not its own.
struct LinesToAdd {
  const std::string& component;
  RepoPath target;   ///< the file that has the function in the platform
  AddedLines lines;  ///< rendered for this project
};

/// Plans the lines: in the target if it makes an application, else in the file below the source
/// root that does. What is there already stays as it is. Where no file has a place for them, a
/// finding shows the lines, for the user to add; the rest of the component comes nevertheless.
[[nodiscard]] Result<void> plan_added_lines(const LinesToAdd& added, const ProjectLayout& layout,
                                            const Snapshot& project, WorkingTree& tree,
                                            LockedComponent& locked);

/// The file without the lines that these components have added to it: what the component that the
/// file belongs to knows.
[[nodiscard]] std::string without_added_lines(std::string_view text, const std::string& path,
                                              const std::map<std::string, LockedComponent>& components);

/// Adds again what components of the lock have added to files that are planned anew.
[[nodiscard]] Result<void> restore_added_lines(const Lock& lock, WorkingTree& tree);
/// The same for one file.
[[nodiscard]] Result<void> restore_added_lines(const Lock& lock, const RepoPath& path, WorkingTree& tree);

/// Brings the lines of a component to what another version of it adds. Lines that the user changed stay as
/// they are, with a finding that shows the new ones.
[[nodiscard]] Result<void> update_added_lines(const LinesToAdd& added, const LockedComponent& before,
                                              const ProjectLayout& layout, const Snapshot& project,
                                              WorkingTree& tree, LockedComponent& locked);

/// Takes the lines of a component out of the files that hold them.
[[nodiscard]] Result<void> remove_added_lines(const std::string& name, const LockedComponent& component,
                                              WorkingTree& tree);

}  // namespace mlx
