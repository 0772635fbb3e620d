#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "engine/base/error.h"

namespace mlx {

/// A file of the project that differs from what it was; a file that was moved is two.
struct WorkTreeChange {
  std::string path;  ///< from the top of the project, as git has it
  bool is_removed = false;

  bool operator==(const WorkTreeChange&) const = default;
};

struct ProjectChanges {
  std::string revision;  ///< what was asked for, or found: `origin/main`
  std::string base;  ///< id of the commit that was compared with; empty if `unknown` says why there is none
  std::string unknown;  ///< why nobody can tell what has changed, as part of a sentence
  /// Where the two histories parted cannot be told, so that `base` is the revision itself: what others did
  /// there meanwhile is among the changes.
  bool is_parting_unknown = false;
  std::vector<WorkTreeChange> changes;  ///< by path
  std::string place;  ///< of the project, from the top of the repository; empty if that is its top
  std::vector<std::string> outside;  ///< what else differs, from the top of the repository
};

/// What the directory has and the commit has not at which it parted from `revision`: commits, the index, the
/// work tree, and files that git does not know and does not ignore. An empty revision is the branch that
/// others take as theirs: what `origin/HEAD` names, `origin/main`, `origin/master`, `main`, `master`, or
/// HEAD if there is nothing else that it could be: no remote, a branch, a whole history. kNotFound if there
/// is no repository, or no such revision in one whose history is whole.
[[nodiscard]] Result<ProjectChanges> project_changes(const std::filesystem::path& directory,
                                                     const std::string& revision);

}  // namespace mlx
