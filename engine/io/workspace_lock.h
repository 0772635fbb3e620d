#pragma once

#include <filesystem>

namespace mlx {

/// The uv.lock of the workspace that a project is a member of: above it, beside a pyproject.toml that
/// declares the workspace, in the same git repository. Relative to the project (`../../uv.lock`); empty if
/// there is none.
[[nodiscard]] std::filesystem::path find_workspace_lock(const std::filesystem::path& project);

}  // namespace mlx
