#pragma once

#include <string>

#include "action/permission.h"

namespace mlx::action::gitlab {

/// PermissionAdvice of GitLab CI: the scope or the role that the token lacks, and where it is given.
[[nodiscard]] std::string permission_advice(Permission permission, const Error& refusal);

}  // namespace mlx::action::gitlab
