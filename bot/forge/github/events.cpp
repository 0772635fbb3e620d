#include "bot/forge/github/events.h"

#include <nlohmann/json.hpp>

#include "engine/base/json_reader.h"

namespace mlx::bot {
namespace {

Result<RepositoryName> read_repository(const JsonReader& payload) {
  const JsonReader repository = MLX_TRY(payload.at("repository"));
  RepositoryName result;
  result.owner = MLX_TRY(MLX_TRY(repository.at("owner")).string("login"));
  result.name = MLX_TRY(repository.string("name"));
  return result;
}

/// 0 if the delivery is not an App's.
Result<std::int64_t> read_installation(const JsonReader& payload) {
  if (!payload.has("installation")) return 0;
  return MLX_TRY(payload.at("installation")).integer("id");
}

Result<std::string> read_previous_body(const JsonReader& payload) {
  if (!payload.has("changes")) return std::string();
  const JsonReader changes = MLX_TRY(payload.at("changes"));
  if (!changes.has("body")) return std::string();
  return MLX_TRY(changes.at("body")).string_or("from", "");
}

Result<Event> read_comment(const JsonReader& payload) {
  const std::string action = MLX_TRY(payload.string("action"));
  if (action != "created" && action != "edited") return IgnoredEvent{"a comment was " + action};
  const JsonReader comment = MLX_TRY(payload.at("comment"));
  const JsonReader sender = MLX_TRY(payload.at("sender"));
  CommentEvent event;
  event.repository = MLX_TRY(read_repository(payload));
  event.installation = MLX_TRY(read_installation(payload));
  event.issue = MLX_TRY(MLX_TRY(payload.at("issue")).integer("number"));
  event.comment = MLX_TRY(comment.integer("id"));
  event.created_at = MLX_TRY(comment.string("created_at"));
  event.sender = MLX_TRY(sender.string("login"));
  event.sender_is_bot = MLX_TRY(sender.string_or("type", "User")) == "Bot";
  event.body = MLX_TRY(comment.string_if_present("body")).value_or("");
  if (action == "edited") {
    event.previous_body = MLX_TRY(read_previous_body(payload));
    const bool is_body_changed = payload.value().contains(nlohmann::json::json_pointer("/changes/body"));
    if (!is_body_changed) return IgnoredEvent{"a comment was edited elsewhere than in its text"};
  }
  return event;
}

Result<Event> read_pull_request(const JsonReader& payload) {
  const std::string action = MLX_TRY(payload.string("action"));
  const bool has_other_commits = action == "opened" || action == "reopened" || action == "synchronize";
  if (!has_other_commits) return IgnoredEvent{"a pull request was " + action};
  PullRequestEvent result;
  result.repository = MLX_TRY(read_repository(payload));
  result.installation = MLX_TRY(read_installation(payload));
  result.number = MLX_TRY(payload.integer("number"));
  return result;
}

}  // namespace

Result<Event> parse_github_event(std::string_view event, std::string_view body) {
  const nlohmann::json document = MLX_TRY(parse_json(body, "the " + std::string(event) + " delivery"));
  const JsonReader payload(document, "the " + std::string(event) + " delivery");
  if (!document.is_object()) return std::unexpected(payload.complaint("expected an object"));
  if (event == "issue_comment") return read_comment(payload);
  if (event == "pull_request") return read_pull_request(payload);
  return IgnoredEvent{"nothing is done on `" + std::string(event) + "`"};
}

}  // namespace mlx::bot
