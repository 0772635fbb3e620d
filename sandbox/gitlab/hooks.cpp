#include <array>

#include "sandbox/gitlab/json.h"
#include "sandbox/gitlab/routes.h"
#include "sandbox/keys.h"

namespace mlx::sandbox::gitlab {
namespace {

struct EventFlag {
  const char* flag;
  const char* kind;
};
constexpr std::array<EventFlag, 4> kEvents{{{"push_events", "push"},
                                            {"issues_events", "issue"},
                                            {"note_events", "note"},
                                            {"merge_requests_events", "merge_request"}}};

Json hook_json(const State& state, const GitlabHook& hook) {
  Json json{{"id", hook.id},
            {"url", hook.url},
            {"project_id", state.repository.id},
            {"created_at", time_json(hook.created_at)},
            {"enable_ssl_verification", true},
            {"alert_status", "executable"},
            {"disabled_until", nullptr}};
  for (const EventFlag& event : kEvents) json[event.flag] = hook.events.contains(event.kind);
  return json;
}

Answer<GitlabHook*> find_hook(Call& call) {
  const auto found = call.state.gitlab_hooks.find(MLX_TRY(call.number("hook_id")));
  if (found == call.state.gitlab_hooks.end()) return not_found();
  return &found->second;
}

Answer<void> read_hook(const Call& call, GitlabHook& hook) {
  hook.url = call.text("url").value_or(hook.url);
  const bool is_web = hook.url.starts_with("http://") || hook.url.starts_with("https://");
  if (!is_web) return refuse(422, {{"url", {"is blocked: Only allowed schemes are http, https"}}});
  hook.token = call.text("token").value_or(hook.token);
  hook.signing_token = call.text("signing_token").value_or(hook.signing_token);
  for (const EventFlag& event : kEvents) {
    const auto wanted = call.flag(event.flag);
    if (!wanted) continue;
    if (*wanted) {
      hook.events.insert(event.kind);
    } else {
      hook.events.erase(event.kind);
    }
  }
  return {};
}

Answer<Response> list_hooks(Call& call) {
  std::vector<Json> hooks;
  for (const auto& [id, hook] : call.state.gitlab_hooks) hooks.push_back(hook_json(call.state, hook));
  return call.paginated(hooks);
}

Answer<Response> create_hook(Call& call) {
  GitlabHook hook{.id = 0, .uuid = random_guid(), .events = {"push"}, .created_at = now()};
  MLX_CHECK(call.required("url"));
  MLX_CHECK(read_hook(call, hook));
  hook.id = call.state.next_id();
  const GitlabHook& added = call.state.gitlab_hooks.emplace(hook.id, std::move(hook)).first->second;
  return Response{.status = 201, .body = hook_json(call.state, added)};
}

Answer<Response> get_hook(Call& call) {
  return Response{.body = hook_json(call.state, *MLX_TRY(find_hook(call)))};
}

Answer<Response> update_hook(Call& call) {
  GitlabHook* hook = MLX_TRY(find_hook(call));
  MLX_CHECK(read_hook(call, *hook));
  return Response{.body = hook_json(call.state, *hook)};
}

Answer<Response> delete_hook(Call& call) {
  call.state.gitlab_hooks.erase(MLX_TRY(find_hook(call))->id);
  return Response{.status = 204};
}

constexpr std::array kRoutes{
    Route{"GET", "/projects/{id}/hooks", list_hooks, Need::kMaintainer},
    Route{"POST", "/projects/{id}/hooks", create_hook, Need::kMaintainer},
    Route{"GET", "/projects/{id}/hooks/{hook_id}", get_hook, Need::kMaintainer},
    Route{"PUT", "/projects/{id}/hooks/{hook_id}", update_hook, Need::kMaintainer},
    Route{"DELETE", "/projects/{id}/hooks/{hook_id}", delete_hook, Need::kMaintainer},
};

}  // namespace

std::span<const Route> hook_routes() { return kRoutes; }

}  // namespace mlx::sandbox::gitlab
