#include <algorithm>
#include <limits>
#include <ranges>

#include "sandbox/github/events.h"
#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

/// Repository routes name a hook. The app's see every delivery: here the hooks of its one
/// repository stand for its own.
Answer<std::optional<Id>> named_hook(const Context& context, const Request& request) {
  if (request.parameter("hook_id").empty()) return std::nullopt;
  const Id id = MLX_TRY(request.number("hook_id"));
  if (!context.state.hooks.contains(id)) return not_found();
  return id;
}

Answer<const Delivery*> find_delivery(const Context& context, const Request& request) {
  const auto hook = MLX_TRY(named_hook(context, request));
  const auto found = context.state.deliveries.find(MLX_TRY(request.number("delivery_id")));
  if (found == context.state.deliveries.end() || (hook && found->second.hook != *hook)) return not_found();
  return &found->second;
}

/// Pages are not numbered: the cursor is the id of the last delivery of the page before.
Answer<Response> list(Context& context, const Request& request) {
  const auto hook = MLX_TRY(named_hook(context, request));
  const auto number = [&request](const char* name, Id otherwise) {
    const auto text = field(request.query, name);
    const bool is_number = text && !text->empty() &&
                           text->find_first_not_of("0123456789") == std::string::npos && text->size() < 18;
    return is_number ? std::stoll(*text) : otherwise;
  };
  const auto per_page = static_cast<std::size_t>(std::clamp<Id>(number("per_page", 30), 1, 100));
  const Id cursor = number("cursor", std::numeric_limits<Id>::max());
  const std::string status = field(request.query, "status").value_or("");
  Response response{.body = Json::array()};
  Id last = 0;
  for (const auto& [id, delivery] : std::views::reverse(context.state.deliveries)) {
    const bool is_success = delivery.status == "OK";
    const bool is_filtered = (status == "success" && !is_success) || (status == "failure" && is_success);
    if (delivery.id >= cursor || (hook && delivery.hook != *hook) || is_filtered) continue;
    if (response.body.size() == per_page) {
      response.headers.emplace_back("Link", "<" + context.state.api_url() + request.path +
                                                "?per_page=" + std::to_string(per_page) +
                                                "&cursor=" + std::to_string(last) + ">; rel=\"next\"");
      break;
    }
    last = delivery.id;
    response.body.push_back(delivery_json(context.state, delivery));
  }
  return response;
}

Answer<Response> get(Context& context, const Request& request) {
  const Delivery* delivery = MLX_TRY(find_delivery(context, request));
  return Response{.body = full_delivery_json(context.state, *delivery)};
}

Answer<Response> attempt(Context& context, const Request& request) {
  redeliver(context, *MLX_TRY(find_delivery(context, request)));
  return Response{.status = 202, .body = Json::object()};
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries", list,
          "repos/webhooks#list-deliveries-for-a-repository-webhook", Need::kAdmin, "repository_hooks"},
    Route{"GET", "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}", get,
          "repos/webhooks#get-a-delivery-for-a-repository-webhook", Need::kAdmin, "repository_hooks"},
    Route{"POST", "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts", attempt,
          "repos/webhooks#redeliver-a-delivery-for-a-repository-webhook", Need::kAdmin, "repository_hooks"},
    Route{"GET", "/app/hook/deliveries", list, "apps/webhooks#list-deliveries-for-an-app-webhook",
          Need::kApp},
    Route{"GET", "/app/hook/deliveries/{delivery_id}", get, "apps/webhooks#get-a-delivery-for-an-app-webhook",
          Need::kApp},
    Route{"POST", "/app/hook/deliveries/{delivery_id}/attempts", attempt,
          "apps/webhooks#redeliver-a-delivery-for-an-app-webhook", Need::kApp},
};

}  // namespace

std::span<const Route> delivery_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
