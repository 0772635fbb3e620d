#pragma once

#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace mlx {

/// What a new project is called.
struct ProjectName {
  std::string distribution;  ///< `fraud-score`: for package indexes, images and people
  std::string package;       ///< `fraud_score`: what its imports begin with
};

/// Reads a name that is letters, digits, `-`, `_` and `.`, with a letter first. Fails with kInvalidInput for
/// what Python could not import (a keyword), and for what would hide a module of the standard library or the
/// project's own directories from its code.
[[nodiscard]] Result<ProjectName> parse_project_name(std::string_view text);

}  // namespace mlx
