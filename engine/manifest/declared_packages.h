#pragma once

#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/manifest/pyproject.h"
#include "engine/manifest/toml_document.h"

namespace mlx {

/// The packages that pyproject.toml names for the build: uv_build's `module-name`, Poetry's,
/// setuptools' and Hatch's. Each top-level package once; patterns and single modules
/// are left out.
[[nodiscard]] Result<std::vector<DeclaredPackage>> read_declared_packages(const TomlDocument& document);

/// The directories in which setuptools is told to look for packages (`tool.setuptools.packages.find.where`).
[[nodiscard]] std::vector<std::string> package_directories(const TomlDocument& document);

}  // namespace mlx
