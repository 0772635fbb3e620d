#pragma once

#include <string>

#include "engine/base/error.h"
#include "engine/manifest/edit_origins.h"
#include "engine/manifest/pyproject.h"
#include "engine/manifest/pyproject_edit.h"
#include "engine/manifest/toml_document.h"

namespace mlx {

/// Is what the project declares enough for the addition? By name and group only.
[[nodiscard]] bool satisfies(const DeclaredDependency& declared, const DependencyAddition& addition);

/// Where a group's dependencies are declared, or main ones if it is empty: a list of requirements,
/// or a table of Poetry's, which has no key. See add_dependencies().
[[nodiscard]] Result<TomlPlace> dependency_target(const TomlDocument& document, DependencyStyle style,
                                                  const std::string& group);

/// A requirement in Poetry's notation: `">=1,<2"`, or a table if there is more to say.
[[nodiscard]] std::string poetry_value(const Requirement& requirement);

}  // namespace mlx
