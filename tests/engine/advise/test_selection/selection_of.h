#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/advise/test_selection/select_tests.h"

namespace mlx::test {

using Files = std::map<std::string, std::string>;
using Paths = std::vector<std::string>;

/// The selection for a project of these files in which these have changed; `-path` was removed.
TestSelection selection_of(const Files& files, const Paths& changed);
/// Its test files; `all` before them if it is the whole suite.
Paths selected(const Files& files, const Paths& changed);
/// How the change leads to a test file, one line for each step.
Paths steps_to(const std::string& test, const Files& files, const Paths& changed);

/// The text of a test.
inline const std::string kTest = "def test_it(): pass\n";

/// Files, and others beside them or in their place.
[[nodiscard]] Files with(Files files, const Files& more);

/// Two modules, each with a test, of which one imports a third.
[[nodiscard]] const Files& shop();

}  // namespace mlx::test
