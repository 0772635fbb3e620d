#pragma once

#include <string>
#include <vector>

#include "sandbox/web/views.h"

namespace mlx::sandbox::web {

/// The newest check run of each name for a commit, sorted by name.
[[nodiscard]] std::vector<const CheckRun*> latest_check_runs(const State& state, const std::string& sha);

/// One line for each of them, with a link to its page. Empty if there are none.
[[nodiscard]] std::string check_rows(const View& view, const std::string& sha);

/// What one check run has found: its summary, its annotations by file, and its buttons.
[[nodiscard]] std::string check_run_page(const View& view, const CheckRun& run);

/// One annotation, without its place.
[[nodiscard]] std::string annotation_html(const CheckRun& run, const CheckAnnotation& annotation);

}  // namespace mlx::sandbox::web
