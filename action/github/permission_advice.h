#pragma once

#include <string>

#include "action/permission.h"

namespace mlx::action::github {

/// PermissionAdvice of GitHub Actions: the line to add to the workflow, or the setting of the repository.
[[nodiscard]] std::string permission_advice(Permission permission, const Error& refusal);

}  // namespace mlx::action::github
