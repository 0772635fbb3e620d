#pragma once

#include <array>
#include <string_view>

namespace mlx::bot {

/// A repository permission that the bot needs of a GitHub App, and no more than it needs.
struct AppPermission {
  std::string_view name;   ///< in the API and in manifests: "pull_requests"
  std::string_view title;  ///< on GitHub's pages: "Pull requests"
  std::string_view level;  ///< "read" or "write"
};
inline constexpr std::array<AppPermission, 5> kAppPermissions = {{
    {"contents", "Contents", "write"},
    {"pull_requests", "Pull requests", "write"},
    {"issues", "Issues", "write"},
    {"checks", "Checks", "write"},
    {"metadata", "Metadata", "read"},
}};

/// An event that the App has to subscribe to. Those of check runs come to every App that may write them.
struct AppEvent {
  std::string_view name;   ///< "issue_comment"
  std::string_view title;  ///< "Issue comment"
};
inline constexpr std::array<AppEvent, 3> kAppEvents = {{
    {"issue_comment", "Issue comment"},
    {"issues", "Issues"},
    {"pull_request", "Pull request"},
}};

}  // namespace mlx::bot
