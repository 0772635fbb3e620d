#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// What pyproject.toml says of a workspace of uv's, whose members share one uv.lock beside it.
struct UvWorkspace {
  bool is_declared = false;           ///< `tool.uv.workspace` is there
  std::vector<std::string> members;   ///< patterns of directories: `packages/*`
  std::vector<std::string> excluded;  ///< patterns of those that are no members nevertheless
};

/// Fails with kInvalidInput for a text that is no TOML.
[[nodiscard]] Result<UvWorkspace> read_uv_workspace(std::string_view pyproject, std::string_view file);

/// The uv.lock of the workspace that a project is a member of: above it, beside a pyproject.toml that
/// declares the workspace, in the same repository. Relative to the project (`../../uv.lock`); empty if there
/// is none, or what is above cannot be read.
[[nodiscard]] Result<std::string> find_workspace_lock(const Snapshot& project);

}  // namespace mlx
