#include <array>

#include "sandbox/gitlab/json.h"
#include "sandbox/gitlab/routes.h"
#include "sandbox/keys.h"

namespace mlx::sandbox::gitlab {
namespace {

constexpr std::size_t kAccountDigits = 8;
constexpr std::size_t kTokenDigits = 20;

std::optional<Role> role_of(std::string_view level) {
  for (const Role role : {Role::kRead, Role::kTriage, Role::kWrite, Role::kMaintain, Role::kAdmin}) {
    if (std::to_string(access_level(role)) == level) return role;
  }
  return std::nullopt;
}

/// A token of the project, which acts under an account of its own.
Answer<Response> create_access_token(Call& call) {
  const std::string name = MLX_TRY(call.required("name"));
  const auto scopes = call.texts("scopes");
  if (!scopes || scopes->empty()) return missing("scopes");
  const std::string level = call.text("access_level").value_or("40");
  const auto role = role_of(level);
  if (!role) return refuse(400, "Could not provision project access token to project");
  State& state = call.state;
  const std::string login =
      "project_" + std::to_string(state.repository.id) + "_bot_" + random_hex(kAccountDigits);
  const Id user = state.next_id();
  const std::string token = "glpat-" + random_hex(kTokenDigits);
  // Who asks is one of these, and moves with them.
  state.users.push_back({.id = user,
                         .login = login,
                         .name = name,
                         .type = "Bot",
                         .role = *role,
                         .is_collaborator = true,
                         .created_at = now()});
  state.tokens[token] = {.kind = Identity::Kind::kUser, .login = login, .scopes = *scopes};
  return Response{.status = 201,
                  .body = {{"id", state.next_id()},
                           {"name", name},
                           {"revoked", false},
                           {"active", true},
                           {"scopes", *scopes},
                           {"user_id", user},
                           {"access_level", access_level(*role)},
                           {"created_at", time_json(now())},
                           {"last_used_at", nullptr},
                           {"expires_at", nullptr},
                           {"token", token}}};
}

constexpr std::array kRoutes{
    Route{"POST", "/projects/{id}/access_tokens", create_access_token, Need::kMaintainer},
};

}  // namespace

std::span<const Route> token_routes() { return kRoutes; }

}  // namespace mlx::sandbox::gitlab
