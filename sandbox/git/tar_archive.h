#pragma once

#include <string>

#include "engine/base/error.h"
#include "sandbox/git/git_store.h"

namespace mlx::sandbox {

/// The files of a commit below one directory, as `git archive --format=tar.gz` writes them.
[[nodiscard]] Result<std::string> tar_gz(const GitStore& git, const std::string& commit,
                                         const std::string& directory);

}  // namespace mlx::sandbox
