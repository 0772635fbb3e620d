#pragma once

#include <filesystem>
#include <string>

#include "engine/base/error.h"

namespace mlx {

/// A registry as a user names it, found on disk.
struct RegistryLocation {
  std::string name;  ///< what the lock calls it
  std::filesystem::path directory;
};

/// `builtin` is the catalogue that came with this program (`share/mlx/components` beside
/// or above the executable); anything else is a directory that holds a registry.json.
[[nodiscard]] Result<RegistryLocation> locate_registry(const std::string& address);

}  // namespace mlx
