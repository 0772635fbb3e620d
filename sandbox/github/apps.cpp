#include <array>
#include <utility>

#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"
#include "sandbox/keys.h"

namespace mlx::sandbox::github {
namespace {

constexpr std::chrono::hours kTokenLifetime{1};

Answer<Response> get_authenticated_user(Context& context, const Request& /*request*/) {
  const bool is_installation_token =
      context.actor.kind == Identity::Kind::kInstallation && context.actor.expires_at.has_value();
  if (is_installation_token) return refuse(403, "Resource not accessible by integration");
  return Response{.body = full_user_json(context.state, context.user())};
}

Answer<Response> get_user(Context& context, const Request& request) {
  const User* user = std::as_const(context.state).find_user(request.parameter("username"));
  if (user == nullptr) return not_found();
  return Response{.body = full_user_json(context.state, *user)};
}

Answer<Response> get_app(Context& context, const Request& /*request*/) {
  Json json = app_json(context.state);
  json["installations_count"] = context.state.app.is_installed ? 1 : 0;
  return Response{.body = std::move(json)};
}

Answer<Response> list_installations(Context& context, const Request& request) {
  std::vector<const App*> installed;
  if (context.state.app.is_installed) installed.push_back(&context.state.app);
  return paginated(context, request, installed, [&](const App*) { return installation_json(context.state); });
}

Answer<Response> get_installation(Context& context, const Request& request) {
  if (!context.state.app.is_installed) return not_found();
  const bool by_id = !request.parameter("installation_id").empty();
  if (by_id && MLX_TRY(request.number("installation_id")) != context.state.app.installation_id) {
    return not_found();
  }
  return Response{.body = installation_json(context.state)};
}

/// The permissions that a token asks for: at most those of the installation.
Answer<Permissions> wanted_permissions(const Request& request, const Permissions& granted) {
  const auto wanted = request.body.find("permissions");
  if (wanted == request.body.end() || wanted->is_null()) return granted;
  Permissions permissions{{"metadata", "read"}};
  if (!wanted->is_object())
    return refuse(422, "Invalid request.\n\nFor 'properties/permissions', it is not an object.");
  for (const auto& [name, level] : wanted->items()) {
    const auto have = granted.find(name);
    const std::string wanted_level = level.is_string() ? level.get<std::string>() : "";
    const bool is_granted = have != granted.end() && (have->second == wanted_level || wanted_level == "read");
    if (!is_granted) {
      return refuse(422, "The permissions requested are not granted to this installation.");
    }
    permissions[name] = wanted_level;
  }
  return permissions;
}

Answer<bool> names_other_repositories(const Request& request, const Repository& repository) {
  for (const auto& [key, own] :
       {std::pair<std::string, Json>("repositories", repository.name), {"repository_ids", repository.id}}) {
    const auto wanted = request.body.find(key);
    if (wanted == request.body.end()) continue;
    if (!wanted->is_array())
      return refuse(422, "Invalid request.\n\nFor 'properties/" + key + "', it is not an array.");
    for (const Json& item : *wanted) {
      if (item != own) return true;
    }
  }
  return false;
}

Answer<Response> create_access_token(Context& context, const Request& request) {
  State& state = context.state;
  const bool is_it = MLX_TRY(request.number("installation_id")) == state.app.installation_id;
  if (!is_it || !state.app.is_installed) return not_found();
  if (MLX_TRY(names_other_repositories(request, state.repository))) {
    return refuse(422,
                  "There is at least one repository that does not exist or is not accessible to the parent "
                  "installation.");
  }
  const Permissions permissions = MLX_TRY(wanted_permissions(request, state.app.permissions));
  Identity identity{.kind = Identity::Kind::kInstallation,
                    .login = state.app.bot_login,
                    .permissions = permissions,
                    .expires_at = now() + kTokenLifetime};
  constexpr std::size_t kTokenDigits = 36;
  const std::string token = "ghs_" + random_hex(kTokenDigits);
  Json json{{"token", token},
            {"expires_at", timestamp(*identity.expires_at)},
            {"permissions", identity.permissions},
            {"repository_selection", "selected"}};
  const bool is_narrowed = request.body.contains("repositories") || request.body.contains("repository_ids");
  if (is_narrowed) json["repositories"] = Json::array({repository_json(state)});
  state.tokens[token] = std::move(identity);
  return Response{.status = 201, .body = std::move(json)};
}

Json repository_for(const Context& context, Role role) {
  Json repository = repository_json(context.state);
  repository["permissions"] = permissions_json(role);
  return repository;
}

Answer<Response> list_installation_repositories(Context& context, const Request& request) {
  Response page = paginated(context, request, std::array{Role::kWrite},
                            [&](Role role) { return repository_for(context, role); });
  page.body = {{"total_count", 1},
               {"repository_selection", "selected"},
               {"repositories", std::exchange(page.body, Json())}};
  return page;
}

/// What the user was given access to, which for strangers is nothing.
Answer<Response> list_user_repositories(Context& context, const Request& request) {
  const bool is_installation_token =
      context.actor.kind == Identity::Kind::kInstallation && context.actor.expires_at.has_value();
  if (is_installation_token) return refuse(403, "Resource not accessible by integration");
  std::vector<Role> roles;
  if (context.role() != Role::kNone) roles.push_back(context.role());
  return paginated(context, request, roles, [&](Role role) { return repository_for(context, role); });
}

Answer<Response> get_rate_limit(Context& context, const Request& /*request*/) {
  const RateLimit& limit = context.state.rate_limits[context.actor.login];
  constexpr int kLimit = 5000;
  const auto rate = [](int most, int used, Time reset) {
    return Json{{"limit", most},
                {"used", used},
                {"remaining", most - used},
                {"reset", reset.time_since_epoch().count()},
                {"resource", "core"}};
  };
  Json core = rate(kLimit, limit.used, limit.reset);
  Json search = rate(30, 0, limit.reset);
  search["resource"] = "search";
  Json graphql = rate(kLimit, 0, limit.reset);
  graphql["resource"] = "graphql";
  return Response{
      .body = {{"resources", {{"core", core}, {"search", search}, {"graphql", graphql}}}, {"rate", core}}};
}

Answer<Response> get_meta(Context& /*context*/, const Request& /*request*/) {
  return Response{.body = {{"verifiable_password_authentication", false}, {"installed_version", "3.19.0"}}};
}

constexpr std::array kRoutes{
    Route{"GET", "/user", get_authenticated_user, "users/users#get-the-authenticated-user", Need::kUser},
    Route{"GET", "/user/repos", list_user_repositories,
          "repos/repos#list-repositories-for-the-authenticated-user", Need::kUser},
    Route{"GET", "/users/{username}", get_user, "users/users#get-a-user"},
    Route{"GET", "/meta", get_meta, "meta/meta#get-apiname-meta-information"},
    Route{"GET", "/rate_limit", get_rate_limit,
          "rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user"},
    Route{"GET", "/app", get_app, "apps/apps#get-the-authenticated-app", Need::kApp},
    Route{"GET", "/app/installations", list_installations,
          "apps/apps#list-installations-for-the-authenticated-app", Need::kApp},
    Route{"GET", "/app/installations/{installation_id}", get_installation,
          "apps/apps#get-an-installation-for-the-authenticated-app", Need::kApp},
    Route{"POST", "/app/installations/{installation_id}/access_tokens", create_access_token,
          "apps/apps#create-an-installation-access-token-for-an-app", Need::kApp},
    Route{"GET", "/repos/{owner}/{repo}/installation", get_installation,
          "apps/apps#get-a-repository-installation-for-the-authenticated-app", Need::kApp},
    Route{"GET", "/installation/repositories", list_installation_repositories,
          "apps/installations#list-repositories-accessible-to-the-app-installation", Need::kInstallation},
};

}  // namespace

std::span<const Route> app_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
