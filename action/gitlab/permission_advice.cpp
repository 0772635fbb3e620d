#include "action/gitlab/permission_advice.h"

#include <string_view>

namespace mlx::action::gitlab {
namespace {

constexpr std::string_view kWhere =
    ", made in Settings, Access tokens, as the variable MLX_TOKEN in Settings, CI/CD, Variables";

std::string_view role_for(Permission permission) {
  switch (permission) {
    case Permission::kReadContents:
    case Permission::kReadPullRequests: return "Reporter";
    case Permission::kWriteContents:
    case Permission::kWritePullRequests:
    case Permission::kWriteIssues:
    case Permission::kWriteChecks: return "Developer";
  }
  return "Developer";
}

}  // namespace

std::string permission_advice(Permission permission, const Error& refusal) {
  const bool is_scope = refusal.message.contains("insufficient_scope");
  if (is_scope) return "Give a token with the scope `api`" + std::string(kWhere);
  std::string advice =
      "Give a token of the role " + std::string(role_for(permission)) + " or above" + std::string(kWhere);
  if (permission == Permission::kWriteChecks) advice += "; a commit of a fork gets none in any case";
  if (permission == Permission::kWriteContents)
    advice += "; where branches named `mlx/…` are protected, let its role push to them";
  return advice;
}

}  // namespace mlx::action::gitlab
