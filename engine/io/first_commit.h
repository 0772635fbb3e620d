#pragma once

#include <filesystem>
#include <string>

#include "engine/base/error.h"

namespace mlx {

/// What came of putting a new project into git.
enum class FirstCommit {
  kCommitted,
  kNoIdentity,  ///< everything is staged; git does not know who commits
  kInside,      ///< the directory is in a repository already, whose business it is
};

/// Makes a git repository of a directory, on the branch that the user's configuration names (`main` if none),
/// and commits all files that it does not ignore. Needs no git program. kIo if git's files cannot be written.
[[nodiscard]] Result<FirstCommit> commit_new_project(const std::filesystem::path& directory,
                                                     const std::string& message);

}  // namespace mlx
