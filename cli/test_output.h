#pragma once

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/terminal.h"
#include "engine/advise/test_selection/select_tests.h"
#include "engine/io/project_changes.h"

namespace mlx::cli {

[[nodiscard]] nlohmann::json selection_json(const TestSelection& selection, const ProjectChanges& changes);

/// One sentence on how much can be affected by what.
[[nodiscard]] std::string selection_summary(const TestSelection& selection, const ProjectChanges& changes);

/// For each test file, how the change leads to it.
void print_selection(const TestSelection& selection, const Output& output);

/// The paths as arguments: none that pytest would take for an option.
[[nodiscard]] std::vector<std::string> test_arguments(const TestSelection& selection);

/// What a CI job needs, by name: `tests`, `count`, …
[[nodiscard]] std::vector<std::pair<std::string, std::string>> selection_outputs(
    const TestSelection& selection, std::string_view between);

}  // namespace mlx::cli
