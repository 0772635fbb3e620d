#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/index/snapshot.h"
#include "engine/manifest/project_layout.h"
#include "engine/plan/lock.h"

namespace mlx {

/// What the files of a component are for, by their paths in the project.
enum class RoomKind { kCode, kConfiguration, kTest, kOther };

/// The files of a component that are there, by kind, sorted.
using RoomFiles = std::map<RoomKind, std::vector<RepoPath>>;

/// The files that the lock names and the project still has; without those that only make a directory a
/// package.
[[nodiscard]] Result<RoomFiles> room_files(const LockedComponent& component, const Snapshot& project);

/// The files in few words: directories that no other component has files in, with a `/` at the end, in place
/// of what is in them.
[[nodiscard]] std::vector<std::string> places_of(const std::vector<RepoPath>& files,
                                                 const std::string& component, const Lock& lock);

/// What imports call the module in this file, as the project's layout has it: `my_pkg.api` for
/// `src/my_pkg/api/__init__.py`. Outside of the source root by its path.
[[nodiscard]] std::string module_of(const RepoPath& file, const ProjectLayout& layout);

}  // namespace mlx
