#include <algorithm>
#include <array>
#include <set>

#include "sandbox/gitlab/json.h"
#include "sandbox/gitlab/routes.h"

namespace mlx::sandbox::gitlab {
namespace {

Json with_permissions(const Call& call) {
  Json project = project_json(call.state);
  const int level = access_level(call.user.role);
  project["permissions"] = {
      {"project_access", level == 0 ? Json() : Json{{"access_level", level}, {"notification_level", 3}}},
      {"group_access", nullptr}};
  return project;
}

Json member_json(const State& state, const User& user) {
  Json json = user_json(state, user.login);
  json["access_level"] = access_level(user.role);
  json["membership_state"] = "active";
  json["expires_at"] = nullptr;
  json["created_at"] = time_json(user.created_at);
  return json;
}

bool is_member(const State& state, const User& user) {
  return user.role != Role::kNone && (user.is_collaborator || user.login == state.app.bot_login);
}

Answer<Response> current_user(Call& call) {
  Json json = user_json(call.state, call.user.login);
  const bool is_bot = call.user.login == call.state.app.bot_login;
  json.update({{"email", call.user.email()},
               {"commit_email", call.user.email()},
               {"public_email", nullptr},
               {"bot", is_bot},
               {"is_admin", false},
               {"created_at", time_json(call.user.created_at)}});
  return Response{.body = std::move(json)};
}

Answer<Response> list_users(Call& call) {
  const auto name = call.text("username");
  std::vector<Json> users;
  for (const User& user : call.state.users) {
    if (!name || find_username(call.state, *name) == &user)
      users.push_back(user_json(call.state, user.login));
  }
  return call.paginated(users);
}

Answer<Response> get_user(Call& call) {
  const Id id = MLX_TRY(call.number("user_id"));
  const auto found = std::ranges::find(call.state.users, id, &User::id);
  if (found == call.state.users.end()) return not_found("User");
  return Response{.body = user_json(call.state, found->login)};
}

Answer<Response> list_projects(Call& call) {
  std::vector<Json> projects;
  const int least = std::atoi(call.text("min_access_level").value_or("0").c_str());
  const bool is_wanted = access_level(call.user.role) >= least;
  if (is_wanted) projects.push_back(with_permissions(call));
  return call.paginated(projects);
}

Answer<Response> get_project(Call& call) { return Response{.body = with_permissions(call)}; }

Answer<Response> list_members(Call& call) {
  std::vector<Json> members;
  for (const User& user : call.state.users) {
    if (is_member(call.state, user)) members.push_back(member_json(call.state, user));
  }
  return call.paginated(members);
}

Answer<Response> get_member(Call& call) {
  const Id id = MLX_TRY(call.number("user_id"));
  const auto found = std::ranges::find(call.state.users, id, &User::id);
  if (found == call.state.users.end() || !is_member(call.state, *found)) return not_found();
  return Response{.body = member_json(call.state, *found)};
}

/// The labels of issues and merge requests: there are no others here.
Answer<Response> list_labels(Call& call) {
  std::set<std::string> names;
  for (const auto& [number, issue] : call.state.issues)
    names.insert(issue.labels.begin(), issue.labels.end());
  std::vector<Json> labels;
  Id id = 0;
  for (const std::string& name : names) {
    labels.push_back({{"id", ++id},
                      {"name", name},
                      {"color", "#ededed"},
                      {"text_color", "#1f1e24"},
                      {"description", nullptr},
                      {"is_project_label", true}});
  }
  return call.paginated(labels);
}

constexpr std::array kRoutes{
    Route{"GET", "/user", current_user},
    Route{"GET", "/users", list_users},
    Route{"GET", "/users/{user_id}", get_user},
    Route{"GET", "/projects", list_projects},
    Route{"GET", "/projects/{id}", get_project},
    Route{"GET", "/projects/{id}/members", list_members},
    Route{"GET", "/projects/{id}/members/all", list_members},
    Route{"GET", "/projects/{id}/members/{user_id}", get_member},
    Route{"GET", "/projects/{id}/members/all/{user_id}", get_member},
    Route{"GET", "/projects/{id}/labels", list_labels},
};

}  // namespace

std::span<const Route> project_routes() { return kRoutes; }

}  // namespace mlx::sandbox::gitlab
