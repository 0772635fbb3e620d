#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/plan/change_plan.h"
#include "engine/plan/update/locked_release.h"

namespace mlx {

/// The objects of the git repository that a project is in, opened when they are first asked for: a project
/// without git has none.
[[nodiscard]] std::unique_ptr<BlobSource> project_history(std::filesystem::path directory);

/// Are these files of the project in git as they stand, so that `git restore` brings them back?
[[nodiscard]] bool are_committed(const std::filesystem::path& directory,
                                 const std::vector<std::string>& paths);

/// Fails with kConflict if a merge, rebase, cherry-pick or revert waits to be finished, or files are left
/// unmerged: another merge on top of it could not be told apart. A project without git is free.
[[nodiscard]] Result<void> check_no_merge_pending(const std::filesystem::path& directory);

/// Sets the index of the repository to what `git merge` leaves of a conflict: the base, ours and theirs in
/// the stages 1 to 3, so that `git status` lists the files and `git mergetool` opens them. Does nothing for a
/// project without git, and for files that git ignores.
[[nodiscard]] Result<void> record_conflicts(const std::filesystem::path& directory,
                                            const std::vector<FileConflict>& conflicts);

}  // namespace mlx
