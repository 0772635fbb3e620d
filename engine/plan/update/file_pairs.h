#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/component/release.h"
#include "engine/index/snapshot.h"
#include "engine/plan/lock.h"

namespace mlx {

/// A file that the lock has, and what the new version makes of it.
struct FilePair {
  std::string path;  ///< in the project, as the lock says
  LockedFile locked;
  const ComponentFile* file = nullptr;  ///< of the new version; null if that does not have it any more

  /// The component moved it, or gave it another name.
  [[nodiscard]] bool is_moved() const { return file != nullptr && file->path.str() != locked.source; }
};

struct FilePairs {
  std::vector<FilePair> old;                ///< all whole files of the lock that have a template, by path
  std::vector<const ComponentFile*> added;  ///< whole files that are new
};

/// Matches what was injected with the files of the new version: by template, and where a template is gone,
/// with a new one that has the same content, or much of it.
[[nodiscard]] FilePairs pair_files(const LockedComponent& locked, const std::optional<Release>& before,
                                   const Release& after);

/// From 0 to 1: the share of lines that two texts have in common, blank ones left out.
[[nodiscard]] double line_likeness(std::string_view a, std::string_view b);

/// Where the user moved a file to that the lock has at `path` and the project has not: the file of another
/// name or directory that is most like it, if one is alike enough and belongs to no component. A
/// file of a line or two is like any other, and is not looked for. `text` is what
/// the file was.
[[nodiscard]] Result<std::optional<RepoPath>> find_moved_file(const std::string& path, std::string_view text,
                                                              const Lock& lock, const Snapshot& project);

}  // namespace mlx
