#include "bot/forge/gitlab/events.h"

#include <nlohmann/json.hpp>

#include "bot/forge/gitlab/values.h"
#include "engine/base/json_reader.h"

namespace mlx::bot {
namespace {

constexpr std::string_view kAttributes = "object_attributes";

Result<RepositoryName> read_repository(const JsonReader& project) {
  return gitlab::repository_named(MLX_TRY(project.string("path_with_namespace")));
}

/// Accounts of access tokens are named `project_12_bot_…` and `group_12_bot_…`; deliveries say no more.
bool is_bot_name(std::string_view name) {
  const bool is_of_token = name.starts_with("project_") || name.starts_with("group_");
  return is_of_token && name.find("_bot_") != std::string_view::npos;
}

/// What all events have: where it was, and who did it.
template <typename Happened>
Result<Happened> read_common(const JsonReader& payload) {
  const JsonReader project = MLX_TRY(payload.at("project"));
  Happened event;
  event.repository = MLX_TRY(read_repository(project));
  event.installation = MLX_TRY(project.integer("id"));
  return event;
}

template <typename Happened>
Result<void> read_sender(const JsonReader& payload, Happened& event) {
  event.sender = MLX_TRY(MLX_TRY(payload.at("user")).string("username"));
  event.sender_is_bot = is_bot_name(event.sender);
  return {};
}

/// GitLab sends notes of confidential issues and internal ones as confidential; which of the two it is, only
/// the issue says.
Result<bool> is_of_confidential_issue(const JsonReader& payload) {
  return payload.has("issue") ? MLX_TRY(payload.at("issue")).boolean_or("confidential", false)
                              : Result<bool>(false);
}

Result<Event> read_note(const JsonReader& payload, bool is_confidential) {
  const JsonReader note = MLX_TRY(payload.at(kAttributes));
  if (MLX_TRY(note.boolean_or("system", false))) return IgnoredEvent{"GitLab itself wrote a note"};
  // Nothing says what it was before, so that which commands are new cannot be known.
  const std::string action = MLX_TRY(note.string_if_present("action")).value_or("create");
  if (action != "create") return IgnoredEvent{"a note was edited (" + action + ")"};
  const std::string subject = MLX_TRY(note.string_if_present("noteable_type")).value_or("");
  auto event = MLX_TRY(read_common<CommentEvent>(payload));
  if (subject == "MergeRequest") {
    event.issue = MLX_TRY(MLX_TRY(payload.at("merge_request")).integer("iid"));
  } else if (subject == "Issue") {
    event.issue = -MLX_TRY(MLX_TRY(payload.at("issue")).integer("iid"));
  } else {
    return IgnoredEvent{"a note on something else than an issue or a merge request"};
  }
  event.comment = MLX_TRY(note.integer("id"));
  event.created_at = MLX_TRY(gitlab::read_time(note, "created_at"));
  event.body = MLX_TRY(note.string_if_present("note")).value_or("");
  event.is_internal = is_confidential && !MLX_TRY(is_of_confidential_issue(payload));
  MLX_CHECK(read_sender(payload, event));
  return event;
}

bool is_description_changed(const JsonReader& payload) {
  return payload.value().contains(nlohmann::json::json_pointer("/changes/description"));
}

Result<Event> read_edited(const JsonReader& payload, bool is_pull_request) {
  const JsonReader edited = MLX_TRY(payload.at(kAttributes));
  auto event = MLX_TRY(read_common<BodyEditedEvent>(payload));
  const std::int64_t number = MLX_TRY(edited.integer("iid"));
  event.number = is_pull_request ? number : -number;
  event.is_pull_request = is_pull_request;
  MLX_CHECK(read_sender(payload, event));
  const JsonReader change = MLX_TRY(MLX_TRY(payload.at("changes")).at("description"));
  event.body = MLX_TRY(change.string_if_present("current")).value_or("");
  event.previous_body = MLX_TRY(change.string_if_present("previous")).value_or("");
  return event;
}

Result<Event> read_issue(const JsonReader& payload) {
  const JsonReader issue = MLX_TRY(payload.at(kAttributes));
  const std::string action = MLX_TRY(issue.string_if_present("action")).value_or("");
  if (action != "update") return IgnoredEvent{"an issue was changed (" + action + ")"};
  if (!is_description_changed(payload)) return IgnoredEvent{"an issue was edited elsewhere than in its text"};
  return read_edited(payload, false);
}

Result<Event> read_closed(const JsonReader& payload, const JsonReader& pull, bool is_merged) {
  auto event = MLX_TRY(read_common<PullRequestClosedEvent>(payload));
  event.number = MLX_TRY(pull.integer("iid"));
  event.head_branch = MLX_TRY(pull.string("source_branch"));
  event.is_from_fork = MLX_TRY(gitlab::is_from_fork(pull));
  event.is_merged = is_merged;
  MLX_CHECK(read_sender(payload, event));
  return event;
}

Result<Event> read_merge_request(const JsonReader& payload) {
  const JsonReader pull = MLX_TRY(payload.at(kAttributes));
  const std::string action = MLX_TRY(pull.string_if_present("action")).value_or("");
  if (action == "close" || action == "merge") return read_closed(payload, pull, action == "merge");
  // Only a push says which commit was there before.
  const bool is_pushed = action == "update" && MLX_TRY(pull.string_if_present("oldrev")).has_value();
  if (action == "open" || action == "reopen" || is_pushed) {
    auto event = MLX_TRY(read_common<PullRequestEvent>(payload));
    event.number = MLX_TRY(pull.integer("iid"));
    return event;
  }
  if (action == "update" && is_description_changed(payload)) return read_edited(payload, true);
  return IgnoredEvent{"a merge request was changed (" + action + ")"};
}

}  // namespace

Result<Event> parse_gitlab_event(std::string_view event, std::string_view body) {
  const std::string what = "the " + std::string(event) + " delivery";
  const nlohmann::json document = MLX_TRY(parse_json(body, what));
  const JsonReader payload(document, what);
  if (!document.is_object()) return std::unexpected(payload.complaint("expected an object"));
  if (event == "note_hook") return read_note(payload, false);
  if (event == "confidential_note_hook") return read_note(payload, true);
  if (event == "issue_hook" || event == "confidential_issue_hook") return read_issue(payload);
  if (event == "merge_request_hook") return read_merge_request(payload);
  return IgnoredEvent{"nothing is done on `" + std::string(event) + "`"};
}

}  // namespace mlx::bot
