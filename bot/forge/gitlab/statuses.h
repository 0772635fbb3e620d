#pragma once

#include <string>

#include "bot/core/check_run.h"
#include "bot/forge/gitlab/api.h"

namespace mlx::bot::gitlab {

/// Sees to it that the commit has a status with the name, the conclusion and the title of the check run.
/// False for a commit that the project cannot give one, as one of a fork. `base` is the project's path in the
/// API.
[[nodiscard]] Result<bool> put_status(Api& api, const std::string& base, const CheckRun& wanted);

}  // namespace mlx::bot::gitlab
