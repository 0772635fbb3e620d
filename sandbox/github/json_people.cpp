#include "sandbox/github/json.h"
#include "sandbox/keys.h"

namespace mlx::sandbox::github {

std::string node_id(std::string_view type, std::string_view id) {
  return base64("0" + std::to_string(type.size()) + ":" + std::string(type) + std::string(id));
}

std::string node_id(std::string_view type, Id id) { return node_id(type, std::to_string(id)); }

Json optional_time(const std::optional<Time>& time) { return time ? Json(timestamp(*time)) : Json(); }

Json user_json(const State& state, const User& user) {
  const std::string api = state.api_url() + "/users/" + percent_encode(user.login);
  const std::string web =
      user.type == "Bot" ? state.url + "/apps/" + state.app.slug : state.url + "/" + user.login;
  return {{"login", user.login},
          {"id", user.id},
          {"node_id", node_id(user.type, user.id)},
          {"avatar_url", state.url + "/_sandbox/avatars/" + percent_encode(user.login)},
          {"gravatar_id", ""},
          {"url", api},
          {"html_url", web},
          {"followers_url", api + "/followers"},
          {"following_url", api + "/following{/other_user}"},
          {"gists_url", api + "/gists{/gist_id}"},
          {"starred_url", api + "/starred{/owner}{/repo}"},
          {"subscriptions_url", api + "/subscriptions"},
          {"organizations_url", api + "/orgs"},
          {"repos_url", api + "/repos"},
          {"events_url", api + "/events{/privacy}"},
          {"received_events_url", api + "/received_events"},
          {"type", user.type},
          {"user_view_type", "public"},
          {"site_admin", false}};
}

Json user_json(const State& state, std::string_view login) {
  const User* user = state.find_user(login);
  return user == nullptr ? Json() : user_json(state, *user);
}

Json full_user_json(const State& state, const User& user) {
  Json json = user_json(state, user);
  json.update({{"name", user.name},
               {"company", nullptr},
               {"blog", ""},
               {"location", nullptr},
               {"email", nullptr},
               {"hireable", nullptr},
               {"bio", nullptr},
               {"twitter_username", nullptr},
               {"public_repos", 1},
               {"public_gists", 0},
               {"followers", 0},
               {"following", 0},
               {"created_at", timestamp(user.created_at)},
               {"updated_at", timestamp(user.created_at)}});
  return json;
}

Json app_json(const State& state) {
  const App& app = state.app;
  const bool is_users = !app.owner.empty() && app.owner != state.repository.owner.login;
  return {{"id", app.id},
          {"client_id", app.client_id},
          {"slug", app.slug},
          {"node_id", node_id("Integration", app.id)},
          {"owner", is_users ? user_json(state, app.owner) : user_json(state, state.repository.owner)},
          {"name", app.name},
          {"description", ""},
          {"external_url", state.url},
          {"html_url", state.url + "/apps/" + app.slug},
          {"created_at", timestamp(app.created_at)},
          {"updated_at", timestamp(app.created_at)},
          {"permissions", app.permissions},
          {"events", app.events}};
}

Json installation_json(const State& state) {
  const App& app = state.app;
  const std::string id = std::to_string(app.installation_id);
  // GitHub's description asks for the fields of an enterprise as well as those of a user.
  Json account = user_json(state, state.repository.owner);
  account.update({{"name", state.repository.owner.name},
                  {"slug", state.repository.owner.login},
                  {"created_at", timestamp(state.repository.owner.created_at)},
                  {"updated_at", timestamp(state.repository.owner.created_at)}});
  return {{"id", app.installation_id},
          {"client_id", app.client_id},
          {"account", std::move(account)},
          {"repository_selection", "selected"},
          {"access_tokens_url", state.api_url() + "/app/installations/" + id + "/access_tokens"},
          {"repositories_url", state.api_url() + "/installation/repositories"},
          {"html_url",
           state.url + "/organizations/" + state.repository.owner.login + "/settings/installations/" + id},
          {"app_id", app.id},
          {"app_slug", app.slug},
          {"target_id", state.repository.owner.id},
          {"target_type", state.repository.owner.type},
          {"permissions", app.permissions},
          {"events", app.events},
          {"created_at", timestamp(app.created_at)},
          {"updated_at", timestamp(app.created_at)},
          {"single_file_name", nullptr},
          {"has_multiple_single_files", false},
          {"single_file_paths", Json::array()},
          {"suspended_by", nullptr},
          {"suspended_at", nullptr}};
}

std::string_view author_association(const State& state, std::string_view login) {
  const User* user = state.find_user(login);
  if (user == nullptr || user->type == "Bot") return "NONE";
  if (user->role == Role::kAdmin) return "MEMBER";
  return user->is_collaborator ? "COLLABORATOR" : "NONE";
}

}  // namespace mlx::sandbox::github
