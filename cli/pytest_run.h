#pragma once

#include <string>
#include <vector>

#include "engine/advise/test_selection/select_tests.h"
#include "engine/base/error.h"

namespace mlx::cli {

/// Becomes pytest, in the project's environment and directory: all that pytest would run there but the files
/// that are not selected. Returns only if it cannot.
[[nodiscard]] Error run_pytest(const std::string& directory, const TestSelection& selection,
                               const std::vector<std::string>& arguments);

}  // namespace mlx::cli
