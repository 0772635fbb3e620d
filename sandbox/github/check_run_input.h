#pragma once

#include "sandbox/github/api.h"

namespace mlx::sandbox::github {

/// Applies what a request to create or update a check run says: name, status, conclusion, output, actions.
/// Annotations are added to those that are there. 422 in GitHub's words for what it does not take; the run is
/// of no use then.
[[nodiscard]] Answer<void> read_check_run(const Request& request, CheckRun& run);

}  // namespace mlx::sandbox::github
