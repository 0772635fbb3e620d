#include "sandbox/github/events.h"
#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

Answer<Hook*> find_hook(Context& context, const Request& request) {
  const auto found = context.state.hooks.find(MLX_TRY(request.number("hook_id")));
  if (found == context.state.hooks.end() || found->second.is_app_hook) return not_found();
  return &found->second;
}

/// Reads the `config` of a body into the hook.
Answer<void> read_config(const Json& config, Hook& hook) {
  const auto text = [&config](const char* name) {
    const auto found = config.find(name);
    if (found == config.end() || found->is_null()) return std::optional<std::string>();
    return std::optional(found->is_string() ? found->get<std::string>() : found->dump());
  };
  hook.url = text("url").value_or(hook.url);
  hook.content_type = text("content_type").value_or(hook.content_type);
  hook.secret = text("secret").value_or(hook.secret);
  hook.insecure_ssl = text("insecure_ssl").value_or(hook.insecure_ssl);
  if (hook.url.empty()) return invalid_field("Hook", "url", "missing_field", "config url cannot be blank");
  const bool is_web = hook.url.starts_with("http://") || hook.url.starts_with("https://");
  if (!is_web) return invalid_field("Hook", "url", "custom", "url is not a valid URL");
  const bool is_known = hook.content_type == "json" || hook.content_type == "form";
  if (!is_known) return invalid_field("Hook", "content_type", "invalid");
  return {};
}

Answer<void> read_hook(const Request& request, Hook& hook) {
  if (const auto config = request.body.find("config"); config != request.body.end()) {
    if (!config->is_object())
      return refuse(422, "Invalid request.\n\nFor 'properties/config', it is not an object.");
    MLX_CHECK(read_config(*config, hook));
  }
  if (const auto events = request.body.find("events"); events != request.body.end()) {
    if (!events->is_array())
      return refuse(422, "Invalid request.\n\nFor 'properties/events', it is not an array.");
    hook.events.clear();
    for (const Json& event : *events) {
      if (!event.is_string()) return invalid_field("Hook", "events", "invalid");
      hook.events.insert(event.get<std::string>());
    }
  }
  hook.is_active = MLX_TRY(request.flag("active")).value_or(hook.is_active);
  hook.updated_at = now();
  return {};
}

Answer<Response> list_hooks(Context& context, const Request& request) {
  std::vector<const Hook*> hooks;
  for (const auto& [id, hook] : context.state.hooks) {
    if (!hook.is_app_hook) hooks.push_back(&hook);
  }
  return paginated(context, request, hooks,
                   [&](const Hook* hook) { return hook_json(context.state, *hook); });
}

Answer<Response> create_hook(Context& context, const Request& request) {
  State& state = context.state;
  Hook hook{.id = 0, .url = {}, .secret = {}, .events = {"push"}, .created_at = now(), .updated_at = now()};
  MLX_CHECK(read_hook(request, hook));
  if (hook.url.empty()) return invalid_field("Hook", "url", "missing_field", "config url cannot be blank");
  for (const auto& [id, other] : state.hooks) {
    const bool is_same = other.url == hook.url && other.events == hook.events && !other.is_app_hook;
    if (is_same) return invalid_field("Hook", "", "custom", "Hook already exists on this repository");
  }
  hook.id = state.next_id();
  const Hook& added = state.hooks.emplace(hook.id, std::move(hook)).first->second;
  if (added.is_active) ping_event(context, added);
  Response response{.status = 201, .body = hook_json(state, added)};
  response.headers.emplace_back("Location", response.body["url"]);
  return response;
}

Answer<Response> get_hook(Context& context, const Request& request) {
  const Hook* hook = MLX_TRY(find_hook(context, request));
  return Response{.body = hook_json(context.state, *hook)};
}

Answer<Response> update_hook(Context& context, const Request& request) {
  Hook* hook = MLX_TRY(find_hook(context, request));
  Hook changed = *hook;
  MLX_CHECK(read_hook(request, changed));
  *hook = std::move(changed);
  return Response{.body = hook_json(context.state, *hook)};
}

Answer<Response> delete_hook(Context& context, const Request& request) {
  context.state.hooks.erase(MLX_TRY(find_hook(context, request))->id);
  return Response{.status = 204};
}

Answer<Response> ping(Context& context, const Request& request) {
  ping_event(context, *MLX_TRY(find_hook(context, request)));
  return Response{.status = 204};
}

Hook* app_hook(State& state) {
  for (auto& [id, hook] : state.hooks) {
    if (hook.is_app_hook) return &hook;
  }
  return nullptr;
}

Json app_config_json(const Hook& hook) {
  Json json{{"content_type", hook.content_type}, {"insecure_ssl", hook.insecure_ssl}, {"url", hook.url}};
  if (!hook.secret.empty()) json["secret"] = "********";
  return json;
}

Answer<Response> get_app_hook(Context& context, const Request& /*request*/) {
  const Hook* hook = app_hook(context.state);
  return Response{.body = app_config_json(hook == nullptr ? Hook() : *hook)};
}

/// The hook of the app itself; it gets all events of the app's repositories.
Answer<Response> update_app_hook(Context& context, const Request& request) {
  State& state = context.state;
  const Hook* present = app_hook(state);
  Hook hook = present == nullptr ? Hook{.created_at = now(), .updated_at = now()} : *present;
  MLX_CHECK(read_config(request.body, hook));
  hook.is_app_hook = true;
  hook.events = {"*"};
  if (hook.id == 0) hook.id = state.next_id();
  const Hook& changed = state.hooks.insert_or_assign(hook.id, std::move(hook)).first->second;
  return Response{.body = app_config_json(changed)};
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/hooks", list_hooks, "repos/webhooks#list-repository-webhooks",
          Need::kAdmin, "repository_hooks"},
    Route{"POST", "/repos/{owner}/{repo}/hooks", create_hook, "repos/webhooks#create-a-repository-webhook",
          Need::kAdmin, "repository_hooks"},
    Route{"GET", "/repos/{owner}/{repo}/hooks/{hook_id}", get_hook, "repos/webhooks#get-a-repository-webhook",
          Need::kAdmin, "repository_hooks"},
    Route{"PATCH", "/repos/{owner}/{repo}/hooks/{hook_id}", update_hook,
          "repos/webhooks#update-a-repository-webhook", Need::kAdmin, "repository_hooks"},
    Route{"DELETE", "/repos/{owner}/{repo}/hooks/{hook_id}", delete_hook,
          "repos/webhooks#delete-a-repository-webhook", Need::kAdmin, "repository_hooks"},
    Route{"POST", "/repos/{owner}/{repo}/hooks/{hook_id}/pings", ping,
          "repos/webhooks#ping-a-repository-webhook", Need::kAdmin, "repository_hooks"},
    Route{"GET", "/app/hook/config", get_app_hook, "apps/webhooks#get-a-webhook-configuration-for-an-app",
          Need::kApp},
    Route{"PATCH", "/app/hook/config", update_app_hook,
          "apps/webhooks#update-a-webhook-configuration-for-an-app", Need::kApp},
};

}  // namespace

std::span<const Route> hook_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
