#include "sandbox/gitlab/events.h"

#include <algorithm>

#include "engine/base/digest.h"
#include "sandbox/gitlab/json.h"
#include "sandbox/keys.h"

namespace mlx::sandbox::gitlab {
namespace {

/// What goes to a webhook.
struct Event {
  std::string kind;    ///< "note"
  std::string header;  ///< "Note Hook"
  Json payload;
};

/// As webhooks write times.
std::string hook_time(Time time) {
  std::string text = timestamp(time);
  if (text.size() > 11) text[10] = ' ';
  if (text.ends_with('Z')) text.replace(text.size() - 1, 1, " UTC");
  return text;
}

Json hook_user_json(const State& state, const std::string& login) {
  Json user = user_json(state, login);
  if (user.is_null()) return user;
  return {{"id", user["id"]},
          {"name", user["name"]},
          {"username", user["username"]},
          {"avatar_url", user["avatar_url"]},
          {"email", "[REDACTED]"}};
}

Json hook_project_json(const State& state) {
  const Json project = project_json(state);
  Json json = Json::object();
  for (const char* const name :
       {"id", "name", "description", "web_url", "default_branch", "path_with_namespace"})
    json[name] = project[name];
  json["namespace"] = project["namespace"]["name"];
  json["visibility_level"] = 20;
  return json;
}

Json base(const github::Context& context, const char* kind) {
  return {
      {"object_kind", kind},
      {"event_type", kind},
      {"user", hook_user_json(context.state, context.actor.login)},
      {"project", hook_project_json(context.state)},
      {"repository", {{"name", context.state.repository.name}, {"homepage", project_web(context.state)}}}};
}

/// Merge requests and issues as `object_attributes`.
Json attributes(const State& state, const Issue& issue) {
  Json json = issue.pull ? merge_request_json(state, issue) : issue_json(state, issue);
  const Json author = json["author"];
  json["author_id"] = author.is_object() ? author["id"] : Json();
  json["url"] = json["web_url"];
  json["created_at"] = hook_time(issue.created_at);
  json["updated_at"] = hook_time(issue.updated_at);
  if (issue.pull) {
    json["last_commit"] = {{"id", issue.pull->head_sha}};
    json["work_in_progress"] = issue.pull->is_draft;
  }
  for (const char* const name : {"author", "web_url", "user_notes_count", "reference"}) json.erase(name);
  return json;
}

const Issue* issue_in(const State& state, const Json& payload, const char* name) {
  const auto found = state.issues.find(payload.at(name).at("number").get<int>());
  return found == state.issues.end() ? nullptr : &found->second;
}

std::optional<Event> note_event(const github::Context& context, const Json& payload) {
  const State& state = context.state;
  const std::string action = payload.at("action");
  const auto comment = state.comments.find(payload.at("comment").at("id").get<Id>());
  const Issue* issue = issue_in(state, payload, "issue");
  if (action == "deleted" || comment == state.comments.end() || issue == nullptr) return std::nullopt;
  Json json = base(context, "note");
  const User* author = state.find_user(comment->second.author);
  json["project_id"] = state.repository.id;
  json["object_attributes"] = {{"id", comment->second.id},
                               {"note", comment->second.body},
                               {"noteable_type", issue->pull ? "MergeRequest" : "Issue"},
                               {"noteable_id", issue->id},
                               {"author_id", author == nullptr ? Json() : Json(author->id)},
                               {"project_id", state.repository.id},
                               {"system", false},
                               {"type", nullptr},
                               {"action", action == "created" ? "create" : "update"},
                               {"created_at", hook_time(comment->second.created_at)},
                               {"updated_at", hook_time(comment->second.updated_at)},
                               {"url", project_web(state)}};
  json[issue->pull ? "merge_request" : "issue"] = attributes(state, *issue);
  return Event{"note", "Note Hook", std::move(json)};
}

Json changes_json(const Json& payload) {
  Json changes = Json::object();
  const Json of_github = payload.value("changes", Json::object());
  const auto add = [&](const char* name, const char* as, const Json& current) {
    if (of_github.contains(name))
      changes[as] = {{"previous", of_github[name].value("from", Json())}, {"current", current}};
  };
  const Json& subject = payload.contains("issue") ? payload["issue"] : payload["pull_request"];
  add("body", "description", subject["body"]);
  add("title", "title", subject["title"]);
  return changes;
}

std::string action_of(const Json& payload) {
  const std::string action = payload.at("action");
  if (action == "opened") return "open";
  if (action == "reopened") return "reopen";
  if (action != "closed") return "update";
  const bool is_merged =
      payload.contains("pull_request") && payload["pull_request"].value("merged_at", Json()).is_string();
  return is_merged ? "merge" : "close";
}

std::optional<Event> thread_event(const github::Context& context, const Json& payload, bool is_pull) {
  const Issue* issue = issue_in(context.state, payload, is_pull ? "pull_request" : "issue");
  if (issue == nullptr) return std::nullopt;
  Json json = base(context, is_pull ? "merge_request" : "issue");
  json["object_attributes"] = attributes(context.state, *issue);
  json["object_attributes"]["action"] = action_of(payload);
  if (payload.at("action") == "synchronize") json["object_attributes"]["oldrev"] = payload.at("before");
  json["changes"] = changes_json(payload);
  json["labels"] = Json::array();
  return is_pull ? Event{"merge_request", "Merge Request Hook", std::move(json)}
                 : Event{"issue", "Issue Hook", std::move(json)};
}

std::optional<Event> push_event(const github::Context& context, const Json& payload) {
  Json json = base(context, "push");
  json["project_id"] = context.state.repository.id;
  for (const char* const name : {"ref", "before", "after"}) json[name] = payload.at(name);
  json["user_username"] = json["user"]["username"];
  json["total_commits_count"] = payload.at("commits").size();
  json["commits"] = Json::array();
  return Event{"push", "Push Hook", std::move(json)};
}

std::optional<Event> translated(const github::Context& context, std::string_view event, const Json& payload) {
  if (event == "issue_comment") return note_event(context, payload);
  if (event == "issues") return thread_event(context, payload, false);
  if (event == "pull_request") return thread_event(context, payload, true);
  if (event == "push") return push_event(context, payload);
  return std::nullopt;
}

std::string_view kind_of(std::string_view github_event) {
  if (github_event == "issue_comment") return "note";
  if (github_event == "issues") return "issue";
  if (github_event == "pull_request") return "merge_request";
  return github_event == "push" ? "push" : "";
}

bool listens(const GitlabHook& hook, std::string_view kind) {
  return !kind.empty() && hook.events.contains(std::string(kind));
}

/// The newer signature: of the id, the time and the body, by the key behind `whsec_`.
std::string signature(const std::string& signing_token, const std::string& signed_bytes) {
  constexpr std::string_view kPrefix = "whsec_";
  const auto key = decode_base64(std::string_view(signing_token).substr(kPrefix.size()));
  return "v1," + mlx::base64(from_hex(hmac_sha256_hex(key.value_or(""), signed_bytes)).value_or(""));
}

void record(State& state, Delivery delivery, const WebhookResult& result) {
  const std::scoped_lock lock(state.mutex);
  delivery.delivered_at = now();
  delivery.seconds = result.seconds;
  delivery.status_code = result.status;
  const bool is_ok = result.status >= 200 && result.status < 300;
  delivery.status = is_ok ? "OK" : result.status == 0 ? result.problem : "Invalid HTTP Response";
  delivery.response_headers = result.headers;
  delivery.response_body = result.body;
  state.deliveries.insert_or_assign(delivery.id, std::move(delivery));
}

void send(github::Context& context, const GitlabHook& hook, const Event& event) {
  State& state = context.state;
  const std::string id = random_guid();
  const std::string body = event.payload.dump(-1, ' ', false, Json::error_handler_t::replace);
  Fields headers{{"User-Agent", "GitLab/18.0.0"},        {"X-Gitlab-Event", event.header},
                 {"X-Gitlab-Webhook-UUID", hook.uuid},   {"X-Gitlab-Instance", state.url},
                 {"X-Gitlab-Event-UUID", random_guid()}, {"Idempotency-Key", id},
                 {"content-type", "application/json"}};
  if (!hook.token.empty()) headers.emplace_back("X-Gitlab-Token", hook.token);
  if (!hook.signing_token.empty()) {
    const std::string time = std::to_string(now().time_since_epoch().count());
    headers.emplace_back("webhook-id", id);
    headers.emplace_back("webhook-timestamp", time);
    headers.emplace_back("webhook-signature", signature(hook.signing_token, id + "." + time + "." + body));
  }
  Delivery delivery;
  delivery.id = state.next_id();
  delivery.guid = id;
  delivery.hook = hook.id;
  delivery.event = event.kind;
  delivery.url = hook.url;
  delivery.request_headers = headers;
  delivery.payload = body;
  context.webhooks.send({.url = hook.url, .headers = std::move(headers), .body = body},
                        [&state, delivery = std::move(delivery)](const WebhookResult& result) {
                          record(state, delivery, result);
                        });
}

}  // namespace

bool is_anybody_listening(const State& state, std::string_view github_event) {
  return std::ranges::any_of(state.gitlab_hooks,
                             [&](const auto& hook) { return listens(hook.second, kind_of(github_event)); });
}

void deliver(github::Context& context, std::string_view github_event, const Json& payload) {
  if (!is_anybody_listening(context.state, github_event)) return;
  const auto event = translated(context, github_event, payload);
  if (!event) return;
  for (const auto& [id, hook] : context.state.gitlab_hooks) {
    if (listens(hook, event->kind)) send(context, hook, *event);
  }
}

}  // namespace mlx::sandbox::gitlab
