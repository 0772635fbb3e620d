#include "action/github/permission_advice.h"

#include <string_view>

namespace mlx::action::github {
namespace {

std::string_view line_of(Permission permission) {
  switch (permission) {
    case Permission::kReadContents: return "contents: read";
    case Permission::kReadPullRequests: return "pull-requests: read";
    case Permission::kWriteContents: return "contents: write";
    case Permission::kWritePullRequests: return "pull-requests: write";
    case Permission::kWriteIssues: return "issues: write";
    case Permission::kWriteChecks: return "checks: write";
  }
  return "";
}

/// What GitHub says to tokens of workflows, however much they may write.
bool is_setting(const Error& refusal) {
  return refusal.message.contains("not permitted to create or approve");
}

}  // namespace

std::string permission_advice(Permission permission, const Error& refusal) {
  if (is_setting(refusal)) {
    return "Tick `Allow GitHub Actions to create and approve pull requests` in the repository's Settings, "
           "Actions, General, or give another `token`";
  }
  return "Add `" + std::string(line_of(permission)) + "` to the `permissions:` of the workflow's job";
}

}  // namespace mlx::action::github
