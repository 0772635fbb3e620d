#include "sandbox/github/manifests.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "sandbox/github/deliver.h"
#include "sandbox/github/events.h"
#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"
#include "sandbox/keys.h"

namespace mlx::sandbox::github {
namespace {

constexpr std::size_t kLongestName = 34;
constexpr std::size_t kMostCallbacks = 10;
constexpr std::chrono::hours kCodeLifetime{1};
constexpr std::size_t kCodeDigits = 40;

constexpr std::array<std::string_view, 14> kPermissions = {
    "actions",          "administration",  "checks",   "contents", "deployments",
    "issues",           "members",         "metadata", "packages", "pull_requests",
    "repository_hooks", "security_events", "statuses", "workflows"};

/// An event, and the permission without which an App cannot subscribe to it.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kEvents = {{
    {"check_run", "checks"},
    {"check_suite", "checks"},
    {"commit_comment", "contents"},
    {"create", "contents"},
    {"delete", "contents"},
    {"issue_comment", "issues"},
    {"issues", "issues"},
    {"label", "metadata"},
    {"pull_request", "pull_requests"},
    {"pull_request_review", "pull_requests"},
    {"pull_request_review_comment", "pull_requests"},
    {"push", "contents"},
    {"release", "contents"},
    {"repository", "metadata"},
}};

bool is_web_address(const std::string& text) {
  return (text.starts_with("https://") || text.starts_with("http://")) &&
         text.find_first_of(" \t\r\n\"<>") == text.npos;
}

/// Gathers what is wrong, since GitHub tells all of it at once.
class Complaints {
 public:
  void add(const std::string& text) { all_ += (all_.empty() ? "" : "; ") + text; }
  [[nodiscard]] const std::string& all() const { return all_; }

 private:
  std::string all_;
};

std::string read_text(const Json& object, const char* name, const std::string& path, Complaints& wrong) {
  const auto found = object.find(name);
  if (found == object.end()) return {};
  if (!found->is_string()) wrong.add(path + name + " must be a string");
  return found->is_string() ? found->get<std::string>() : std::string();
}

bool read_flag(const Json& object, const char* name, bool fallback, Complaints& wrong) {
  const auto found = object.find(name);
  if (found == object.end()) return fallback;
  if (!found->is_boolean()) wrong.add(std::string(name) + " must be a boolean");
  return found->is_boolean() ? found->get<bool>() : fallback;
}

void read_hook(const Json& manifest, AppManifest& app, Complaints& wrong) {
  const auto hook = manifest.find("hook_attributes");
  if (hook == manifest.end()) return;
  if (!hook->is_object()) return wrong.add("hook_attributes must be an object");
  app.hook_url = read_text(*hook, "url", "hook_attributes.", wrong);
  if (!is_web_address(app.hook_url)) wrong.add("Hook url is not a valid URL");
  app.is_hook_active = read_flag(*hook, "active", true, wrong);
}

void read_permissions(const Json& manifest, AppManifest& app, Complaints& wrong) {
  const auto permissions = manifest.find("default_permissions");
  if (permissions == manifest.end()) return;
  if (!permissions->is_object()) return wrong.add("default_permissions must be an object");
  for (const auto& [name, level] : permissions->items()) {
    const bool is_known = std::ranges::find(kPermissions, name) != kPermissions.end();
    const bool is_level = level == "read" || (level == "write" && name != "metadata") || level == "none";
    if (!is_known || !is_level) wrong.add("Default permission " + name + " is not supported");
    if (is_known && is_level && level != "none") app.permissions[name] = level.get<std::string>();
  }
  if (!app.permissions.empty()) app.permissions.emplace("metadata", "read");
}

void read_events(const Json& manifest, AppManifest& app, Complaints& wrong) {
  const auto events = manifest.find("default_events");
  if (events == manifest.end()) return;
  if (!events->is_array()) return wrong.add("default_events must be an array");
  for (const Json& event : *events) {
    const std::string name = event.is_string() ? event.get<std::string>() : event.dump();
    const auto* const known =
        std::ranges::find(kEvents, name, &std::pair<std::string_view, std::string_view>::first);
    if (known == kEvents.end() || !app.permissions.contains(std::string(known->second))) {
      wrong.add("Default events unsupported: " + name);
    } else {
      app.events.push_back(name);
    }
  }
}

std::string slug_of(const std::string& name) {
  std::string slug;
  for (const char c : name) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0;
    if (is_plain) slug += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (!is_plain && !slug.empty() && !slug.ends_with('-')) slug += '-';
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug;
}

/// What every App hears of, and those of check runs if it may write them.
std::set<std::string> heard_events(const App& app) {
  std::set<std::string> events(app.events.begin(), app.events.end());
  events.insert({"installation", "installation_repositories"});
  const auto checks = app.permissions.find("checks");
  if (checks != app.permissions.end() && checks->second == "write")
    events.insert({"check_run", "check_suite"});
  return events;
}

Answer<Response> convert(Context& context, const Request& request) {
  State& state = context.state;
  const auto found = state.app_codes.find(request.parameter("code"));
  if (found == state.app_codes.end()) return not_found();
  const AppCode code = found->second;
  state.app_codes.erase(found);
  if (code.expires_at <= now() || code.app != state.app.id) return not_found();
  Json json = app_json(state);
  json.update({{"client_secret", random_hex(kCodeDigits)},
               {"webhook_secret", code.webhook_secret},
               {"pem", app_key().private_pem}});
  return Response{.status = 201, .body = std::move(json)};
}

constexpr std::array kRoutes{
    Route{"POST", "/app-manifests/{code}/conversions", convert,
          "apps/apps#create-a-github-app-from-a-manifest"},
};

}  // namespace

Answer<AppManifest> read_manifest(std::string_view text) {
  const Json manifest = Json::parse(text, nullptr, false);
  if (!manifest.is_object())
    return refuse(422, "Invalid GitHub App configuration: the manifest is no JSON object");
  Complaints wrong;
  AppManifest app;
  app.name = read_text(manifest, "name", "", wrong);
  app.url = read_text(manifest, "url", "", wrong);
  app.redirect_url = read_text(manifest, "redirect_url", "", wrong);
  if (app.name.size() > kLongestName) wrong.add("Name is too long (maximum is 34 characters)");
  if (app.url.empty()) wrong.add("\"url\" wasn't supplied");
  if (!app.url.empty() && !is_web_address(app.url)) wrong.add("Url is not a valid URL");
  if (app.redirect_url.empty()) wrong.add("\"redirect_url\" wasn't supplied");
  if (!app.redirect_url.empty() && !is_web_address(app.redirect_url))
    wrong.add("Redirect url is not a valid URL");
  const auto callbacks = manifest.find("callback_urls");
  if (callbacks != manifest.end() && (!callbacks->is_array() || callbacks->size() > kMostCallbacks)) {
    wrong.add("callback_urls must be an array of at most 10");
  }
  app.is_public = read_flag(manifest, "public", false, wrong);
  read_hook(manifest, app, wrong);
  read_permissions(manifest, app, wrong);
  read_events(manifest, app, wrong);
  if (!wrong.all().empty()) return refuse(422, "Invalid GitHub App configuration: " + wrong.all());
  return app;
}

Answer<std::string> register_app(Context& context, const AppManifest& manifest, const std::string& owner) {
  State& state = context.state;
  const bool is_for_owner = to_lower(owner) == to_lower(state.repository.owner.login);
  if (is_for_owner && context.role() < Role::kAdmin) return not_found();
  if (!is_for_owner && to_lower(owner) != to_lower(context.actor.login)) return not_found();
  const std::string slug = slug_of(manifest.name);
  if (slug.empty()) return refuse(422, "Name can't be blank");
  const bool is_taken = slug == state.app.slug || state.find_user(slug) != nullptr;
  if (is_taken) return refuse(422, "Name is already taken");
  std::erase_if(state.hooks, [](const auto& hook) { return hook.second.is_app_hook; });
  state.app = {.id = state.next_id(),
               .installation_id = state.next_id(),
               .name = manifest.name,
               .slug = slug,
               .client_id = "Iv23li" + random_hex(14),
               .bot_login = slug + "[bot]",
               .owner = is_for_owner ? state.repository.owner.login : context.actor.login,
               .is_public = manifest.is_public,
               .is_installed = false,
               .permissions = manifest.permissions,
               .events = manifest.events,
               .created_at = now()};
  state.users.push_back({.id = state.next_id(),
                         .login = state.app.bot_login,
                         .name = state.app.bot_login,
                         .type = "Bot",
                         .role = Role::kWrite,
                         .created_at = now()});
  std::string code = random_hex(kCodeDigits);
  const std::string secret = random_hex(kCodeDigits);
  state.app_codes[code] = {
      .app = state.app.id, .webhook_secret = secret, .expires_at = now() + kCodeLifetime};
  if (!manifest.hook_url.empty()) {
    Hook hook{.id = state.next_id(),
              .url = manifest.hook_url,
              .secret = secret,
              .events = heard_events(state.app),
              .is_active = manifest.is_hook_active,
              .is_app_hook = true,
              .created_at = now(),
              .updated_at = now()};
    const Hook& added = state.hooks.emplace(hook.id, std::move(hook)).first->second;
    if (added.is_active) ping_event(context, added);
  }
  return code;
}

Answer<void> install_app(Context& context) {
  State& state = context.state;
  if (context.role() < Role::kAdmin) return not_found();
  if (!state.app.is_public && state.app.owner != state.repository.owner.login) {
    return refuse(403, "This App is private: it can be installed on " + state.app.owner + " only");
  }
  if (state.app.is_installed) return {};
  state.app.is_installed = true;
  deliver_to_app(
      context, "installation",
      {{"action", "created"}, {"installation", installation_json(state)}, {"repositories", Json::array()}});
  return {};
}

std::span<const Route> manifest_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
