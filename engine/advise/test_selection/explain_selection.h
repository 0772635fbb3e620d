#pragma once

#include <string>

#include "engine/advise/test_selection/select_tests.h"

namespace mlx {

/// `src/b.py:5 imports src/a.py`.
[[nodiscard]] std::string explanation_of(const ReachStep& step);

/// `uv.lock says what is installed`.
[[nodiscard]] std::string explanation_of(const WholeSuiteReason& reason);

/// `17 of 240 tests`.
[[nodiscard]] std::string counted_tests(const TestSelection& selection);

}  // namespace mlx
