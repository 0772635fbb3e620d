#include "sandbox/github/json.h"

namespace mlx::sandbox::github {
namespace {

Json headers_json(const Fields& headers) {
  Json json = Json::object();
  for (const auto& [name, value] : headers) json[name] = value;
  return json;
}

}  // namespace

Json hook_json(const State& state, const Hook& hook) {
  const std::string url = repository_api(state) + "/hooks/" + std::to_string(hook.id);
  Json config{{"content_type", hook.content_type}, {"insecure_ssl", hook.insecure_ssl}, {"url", hook.url}};
  if (!hook.secret.empty()) config["secret"] = "********";
  return {{"type", hook.is_app_hook ? "App" : "Repository"},
          {"id", hook.id},
          {"name", "web"},
          {"active", hook.is_active},
          {"events", hook.events},
          {"config", std::move(config)},
          {"updated_at", timestamp(hook.updated_at)},
          {"created_at", timestamp(hook.created_at)},
          {"url", url},
          {"test_url", url + "/test"},
          {"ping_url", url + "/pings"},
          {"deliveries_url", url + "/deliveries"},
          {"last_response",
           {{"code", hook.last_code ? Json(*hook.last_code) : Json()},
            {"status", hook.last_status},
            {"message", nullptr}}}};
}

Json delivery_json(const State& state, const Delivery& delivery) {
  return {{"id", delivery.id},
          {"guid", delivery.guid},
          {"delivered_at", timestamp(delivery.delivered_at)},
          {"redelivery", delivery.is_redelivery},
          {"duration", delivery.seconds},
          {"status", delivery.status},
          {"status_code", delivery.status_code},
          {"event", delivery.event},
          {"action", delivery.action.empty() ? Json() : Json(delivery.action)},
          {"installation_id", state.app.installation_id},
          {"repository_id", state.repository.id},
          {"throttled_at", nullptr}};
}

Json full_delivery_json(const State& state, const Delivery& delivery) {
  Json json = delivery_json(state, delivery);
  json.update(
      {{"url", delivery.url},
       {"request",
        {{"headers", headers_json(delivery.request_headers)},
         {"payload", Json::parse(delivery.payload, nullptr, false)}}},
       {"response",
        {{"headers", headers_json(delivery.response_headers)}, {"payload", delivery.response_body}}}});
  return json;
}

}  // namespace mlx::sandbox::github
