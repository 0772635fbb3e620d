#include "sandbox/github/deliver.h"

#include <algorithm>

#include "engine/base/digest.h"
#include "sandbox/github/events.h"
#include "sandbox/github/json.h"
#include "sandbox/keys.h"

namespace mlx::sandbox::github {
namespace {

constexpr std::size_t kKeptDeliveries = 1000;

bool listens(const State& state, const Hook& hook, std::string_view event) {
  const bool is_heard = !hook.is_app_hook || state.app.is_installed;
  return is_heard && hook.is_active &&
         (hook.events.contains("*") || hook.events.contains(std::string(event)));
}

void record(State& state, Delivery delivery, const WebhookResult& result) {
  const std::scoped_lock lock(state.mutex);
  delivery.delivered_at = now();
  delivery.seconds = result.seconds;
  delivery.status_code = result.status;
  const bool is_ok = result.status >= 200 && result.status < 300;
  delivery.status = is_ok                ? "OK"
                    : result.status == 0 ? result.problem
                                         : "Invalid HTTP Response: " + std::to_string(result.status);
  delivery.response_headers = result.headers;
  delivery.response_body = result.body;
  if (const auto hook = state.hooks.find(delivery.hook); hook != state.hooks.end()) {
    hook->second.last_code = result.status;
    hook->second.last_status = is_ok ? "active" : "misconfigured";
  }
  const Id id = delivery.id;
  state.deliveries.insert_or_assign(id, std::move(delivery));
  if (state.deliveries.size() > kKeptDeliveries) state.deliveries.erase(state.deliveries.begin());
}

void queue(Context& context, const Hook& hook, Delivery delivery) {
  State& state = context.state;
  const bool is_form = hook.content_type == "form";
  const std::string body = is_form ? "payload=" + percent_encode(delivery.payload) : delivery.payload;
  const Id target = hook.is_app_hook ? state.app.id : state.repository.id;
  Fields headers{{"Accept", "*/*"},
                 {"User-Agent", "GitHub-Hookshot/5b0d1a2"},
                 {"X-GitHub-Delivery", delivery.guid},
                 {"X-GitHub-Event", delivery.event},
                 {"X-GitHub-Hook-ID", std::to_string(hook.id)},
                 {"X-GitHub-Hook-Installation-Target-ID", std::to_string(target)},
                 {"X-GitHub-Hook-Installation-Target-Type", hook.is_app_hook ? "integration" : "repository"},
                 {"content-type", is_form ? "application/x-www-form-urlencoded" : "application/json"}};
  if (!hook.secret.empty()) {
    headers.emplace_back("X-Hub-Signature", "sha1=" + hmac_sha1_hex(hook.secret, body));
    headers.emplace_back("X-Hub-Signature-256", "sha256=" + hmac_sha256_hex(hook.secret, body));
  }
  delivery.id = state.next_id();
  delivery.hook = hook.id;
  delivery.url = hook.url;
  delivery.request_headers = headers;
  context.webhooks.send({.url = hook.url, .headers = std::move(headers), .body = body},
                        [&state, delivery = std::move(delivery)](const WebhookResult& result) {
                          record(state, delivery, result);
                        });
}

Delivery new_delivery(Context& context, std::string_view event, Json payload) {
  const State& state = context.state;
  payload["repository"] = repository_json(state);
  payload["sender"] = user_json(state, context.actor.login);
  payload["installation"] = {{"id", state.app.installation_id},
                             {"node_id", node_id("IntegrationInstallation", state.app.installation_id)}};
  if (state.repository.owner.type == "Organization") {
    const std::string api = state.api_url() + "/orgs/" + state.repository.owner.login;
    payload["organization"] = {{"login", state.repository.owner.login},
                               {"id", state.repository.owner.id},
                               {"node_id", node_id("Organization", state.repository.owner.id)},
                               {"url", api},
                               {"repos_url", api + "/repos"},
                               {"events_url", api + "/events"},
                               {"hooks_url", api + "/hooks"},
                               {"issues_url", api + "/issues"},
                               {"members_url", api + "/members{/member}"},
                               {"public_members_url", api + "/public_members{/member}"},
                               {"avatar_url", user_json(state, state.repository.owner)["avatar_url"]},
                               {"description", ""}};
  }
  if (event == "push") {
    // Here, and only here, GitHub writes these two as seconds and names the branch twice.
    const Repository& repository = state.repository;
    payload["repository"].update({{"created_at", repository.created_at.time_since_epoch().count()},
                                  {"pushed_at", repository.pushed_at.time_since_epoch().count()},
                                  {"master_branch", repository.default_branch},
                                  {"stargazers", 0}});
    payload["repository"]["owner"].update({{"name", repository.owner.login}, {"email", nullptr}});
  }
  Delivery delivery;
  delivery.guid = random_guid();
  delivery.event = event;
  const auto action = payload.find("action");
  if (action != payload.end()) delivery.action = *action;
  delivery.payload = payload.dump(-1, ' ', false, Json::error_handler_t::replace);
  return delivery;
}

}  // namespace

bool is_anybody_listening(const Context& context, std::string_view event) {
  const bool is_heard = context.listener.hears != nullptr && context.listener.hears(context.state, event);
  return is_heard || std::ranges::any_of(context.state.hooks, [&](const auto& hook) {
           return listens(context.state, hook.second, event);
         });
}

void deliver(Context& context, std::string_view event, Json payload) {
  if (!is_anybody_listening(context, event)) return;
  if (context.listener.tell != nullptr) context.listener.tell(context, event, payload);
  const Delivery delivery = new_delivery(context, event, std::move(payload));
  for (const auto& [id, hook] : context.state.hooks) {
    if (listens(context.state, hook, event)) queue(context, hook, delivery);
  }
}

void deliver_to_app(Context& context, std::string_view event, Json payload) {
  const Delivery delivery = new_delivery(context, event, std::move(payload));
  for (const auto& [id, hook] : context.state.hooks) {
    if (hook.is_app_hook && listens(context.state, hook, event)) queue(context, hook, delivery);
  }
}

void deliver_to(Context& context, const Hook& hook, std::string_view event, Json payload) {
  queue(context, hook, new_delivery(context, event, std::move(payload)));
}

void redeliver(Context& context, const Delivery& delivery) {
  const auto hook = context.state.hooks.find(delivery.hook);
  if (hook == context.state.hooks.end()) return;
  Delivery again;
  again.guid = delivery.guid;
  again.event = delivery.event;
  again.action = delivery.action;
  again.payload = delivery.payload;
  again.is_redelivery = true;
  queue(context, hook->second, std::move(again));
}

}  // namespace mlx::sandbox::github
