#pragma once

#include <functional>
#include <string>

#include "engine/base/error.h"

namespace mlx::action {

/// What a job's token may do on the forge.
enum class Permission {
  kReadContents,
  kReadPullRequests,
  kWriteContents,
  kWritePullRequests,
  kWriteIssues,
  kWriteChecks,
};

/// Says, as a sentence without its point, how a job is given a permission for the lack of which the forge
/// refused something; the error has no message where the forge said none. Each CI has its own words for that.
using PermissionAdvice = std::function<std::string(Permission permission, const Error& refusal)>;

}  // namespace mlx::action
