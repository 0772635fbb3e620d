#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace mlx::cli {

[[nodiscard]] std::optional<std::string> environment_variable(const std::string& name);

/// Where downloads are kept: MLX_CACHE_DIR, else `mlx` in XDG_CACHE_HOME, else `.cache/mlx` at home.
/// Empty if there is no such place. Relative ones do not count: they would be in the project.
[[nodiscard]] std::filesystem::path cache_directory();

}  // namespace mlx::cli
