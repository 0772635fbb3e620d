#include "bot/forge/gitlab/members.h"

#include <fmt/format.h>

#include "bot/forge/gitlab/values.h"

namespace mlx::bot::gitlab {

using nlohmann::json;

Result<Role> role_of(Api& api, const std::string& base, std::string_view user) {
  if (user.empty()) return Role::kNone;
  const json found = MLX_TRY(api.request("GET", "/users?username=" + percent_encode(user)));
  if (!found.is_array() || found.empty()) return Role::kNone;
  const auto id = MLX_TRY(JsonReader(found.front(), "GitLab's user").integer("id"));
  const auto member = api.request("GET", fmt::format("{}/members/all/{}", base, id));
  if (!member) {
    if (member.error().code == ErrorCode::kNotFound) return Role::kNone;
    return std::unexpected(member.error());
  }
  const JsonReader reader(*member, "GitLab's member");
  // Whoever is blocked, or waits to be let in, is listed with the role that they would have.
  const auto is = [&](std::string_view field) -> Result<bool> {
    return MLX_TRY(reader.string_if_present(field)).value_or("active") == "active";
  };
  if (!MLX_TRY(is("state")) || !MLX_TRY(is("membership_state"))) return Role::kNone;
  return role_of_level(MLX_TRY(reader.integer("access_level")));
}

Result<bool> may_read_files(Api& api, const std::string& base, std::string_view user) {
  const json answer = MLX_TRY(api.request("GET", base));
  const JsonReader project(answer, "GitLab's project");
  const bool is_private = MLX_TRY(project.string_if_present("visibility")).value_or("private") == "private";
  const bool is_for_all =
      MLX_TRY(project.string_if_present("repository_access_level")).value_or("private") == "enabled";
  if (!is_private && is_for_all) return true;
  // Guests see no files, and *Reporter* is the first role that does in every project.
  return MLX_TRY(role_of(api, base, user)) >= Role::kTriage;
}

}  // namespace mlx::bot::gitlab
