#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/index/snapshot.h"

namespace mlx {

struct GitSnapshotOptions {
  std::string subdirectory = {};          ///< a valid RepoPath that becomes the top; empty: all
  std::size_t largest_file = 64U << 20U;  ///< a larger one is kRefused
};

/// A commit of a repository on disk (bare or not) as a snapshot: executables, symbolic links and
/// submodules are what they are in git. `commit` is a whole id. kNotFound if there is no such commit or
/// subdirectory, kIo if the repository is damaged.
[[nodiscard]] Result<std::unique_ptr<Snapshot>> open_git_snapshot(const std::filesystem::path& repository,
                                                                  const std::string& commit,
                                                                  const GitSnapshotOptions& options = {});

/// The commit that a tag, a branch, a whole commit id, or (if empty) HEAD names; kNotFound if none.
[[nodiscard]] Result<std::string> resolve_revision(const std::filesystem::path& repository,
                                                   const std::string& revision);

}  // namespace mlx
