#pragma once

#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/manifest/pyproject.h"
#include "engine/manifest/toml_document.h"

namespace mlx {

/// Which tables hold the main dependencies of a pyproject.toml. `[project]` wins, except where
/// it says that its dependencies are dynamic and Poetry's table provides them.
[[nodiscard]] Result<DependencyStyle> dependency_style(const TomlDocument& document);

/// Does `project.dynamic` leave the dependencies to the build backend?
[[nodiscard]] Result<bool> has_dynamic_dependencies(const TomlDocument& document);

/// The requirements file from which setuptools takes dynamic dependencies; empty if it does not.
[[nodiscard]] Result<std::string> dynamic_dependency_file(const TomlDocument& document);

/// Every dependency that a pyproject.toml declares; see PyProject::dependencies.
[[nodiscard]] Result<std::vector<DeclaredDependency>> read_declared_dependencies(
    const TomlDocument& document);

}  // namespace mlx
