#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

/// What a user may do here: a public repository can be read by everybody.
Role effective_role(const User& user) { return std::max(user.role, Role::kRead); }

/// GitHub folds the five roles into the three that it once had.
std::string_view folded(Role role) {
  if (role == Role::kMaintain) return to_string(Role::kWrite);
  if (role == Role::kTriage) return to_string(Role::kRead);
  return to_string(role);
}

Json collaborator_json(const State& state, const User& user) {
  Json json = user_json(state, user);
  json["permissions"] = permissions_json(effective_role(user));
  json["role_name"] = to_string(effective_role(user));
  return json;
}

Answer<Response> list_collaborators(Context& context, const Request& request) {
  std::vector<const User*> collaborators;
  for (const User& user : context.state.users) {
    if (user.is_collaborator) collaborators.push_back(&user);
  }
  return paginated(context, request, collaborators,
                   [&](const User* user) { return collaborator_json(context.state, *user); });
}

Answer<Response> get_permission(Context& context, const Request& request) {
  const std::string& login = request.parameter("username");
  const User* user = context.state.find_user(login);
  if (user == nullptr) return refuse(404, login + " is not a user");
  const Role role = effective_role(*user);
  return Response{.body = {{"permission", folded(role)},
                           {"role_name", to_string(role)},
                           {"user", collaborator_json(context.state, *user)}}};
}

Answer<Response> check_collaborator(Context& context, const Request& request) {
  const User* user = context.state.find_user(request.parameter("username"));
  if (user == nullptr || !user->is_collaborator) return not_found();
  return Response{.status = 204};
}

/// On GitHub an invitation waits until it is accepted; here it is accepted at once.
Answer<Response> add_collaborator(Context& context, const Request& request) {
  State& state = context.state;
  User* user = state.find_user(request.parameter("username"));
  if (user == nullptr) return not_found();
  const std::string name = MLX_TRY(request.text("permission")).value_or("push");
  const auto role = parse_role(name);
  if (!role) return invalid_field("Collaborator", "permission", "invalid");
  const bool was_collaborator = user->is_collaborator;
  user->is_collaborator = true;
  user->role = *role;
  if (was_collaborator) return Response{.status = 204};
  const Id id = state.next_id();
  return Response{.status = 201,
                  .body = {{"id", id},
                           {"node_id", node_id("RepositoryInvitation", id)},
                           {"repository", repository_json(state)},
                           {"invitee", user_json(state, *user)},
                           {"inviter", user_json(state, context.actor.login)},
                           {"permissions", to_string(*role)},
                           {"created_at", timestamp(now())},
                           {"expired", false},
                           {"url", state.api_url() + "/user/repository_invitations/" + std::to_string(id)},
                           {"html_url", repository_web(state) + "/invitations"}}};
}

Answer<Response> remove_collaborator(Context& context, const Request& request) {
  User* user = context.state.find_user(request.parameter("username"));
  if (user == nullptr) return not_found();
  user->is_collaborator = false;
  user->role = Role::kNone;
  return Response{.status = 204};
}

constexpr std::string_view kList = "Must have push access to view repository collaborators.";
constexpr std::string_view kView = "Must have push access to view collaborator permission.";

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/collaborators", list_collaborators,
          "collaborators/collaborators#list-repository-collaborators", Need::kPush, "", kList},
    Route{"GET", "/repos/{owner}/{repo}/collaborators/{username}/permission", get_permission,
          "collaborators/collaborators#get-repository-permissions-for-a-user", Need::kPush, "", kView},
    Route{"GET", "/repos/{owner}/{repo}/collaborators/{username}", check_collaborator,
          "collaborators/collaborators#check-if-a-user-is-a-repository-collaborator", Need::kPush, "", kList},
    Route{"PUT", "/repos/{owner}/{repo}/collaborators/{username}", add_collaborator,
          "collaborators/collaborators#add-a-repository-collaborator", Need::kAdmin, "administration"},
    Route{"DELETE", "/repos/{owner}/{repo}/collaborators/{username}", remove_collaborator,
          "collaborators/collaborators#remove-a-repository-collaborator", Need::kAdmin, "administration"},
};

}  // namespace

std::span<const Route> collaborator_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
