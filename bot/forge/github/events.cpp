#include "bot/forge/github/events.h"

#include <nlohmann/json.hpp>

#include "bot/forge/github/check_runs.h"
#include "engine/base/json_reader.h"

namespace mlx::bot {
namespace {

constexpr std::string_view kIssue = "issue";
constexpr std::string_view kPullRequest = "pull_request";

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

bool is_body_changed(const JsonReader& payload) {
  return payload.value().contains(nlohmann::json::json_pointer("/changes/body"));
}

/// Only if is_body_changed(); what there was no text before has no `from`.
Result<std::string> read_previous_body(const JsonReader& payload) {
  const JsonReader body = MLX_TRY(MLX_TRY(payload.at("changes")).at("body"));
  return body.value().is_object() ? MLX_TRY(body.string_if_present("from")).value_or("") : std::string();
}

Result<bool> is_sent_by_bot(const JsonReader& payload) {
  return MLX_TRY(MLX_TRY(payload.at("sender")).string_or("type", "User")) == "Bot";
}

Result<Event> read_comment(const JsonReader& payload) {
  const std::string action = MLX_TRY(payload.string("action"));
  if (action != "created" && action != "edited") return IgnoredEvent{"a comment was " + action};
  const JsonReader comment = MLX_TRY(payload.at("comment"));
  CommentEvent event;
  event.repository = MLX_TRY(read_repository(payload));
  event.installation = MLX_TRY(read_installation(payload));
  event.issue = MLX_TRY(MLX_TRY(payload.at("issue")).integer("number"));
  event.comment = MLX_TRY(comment.integer("id"));
  event.created_at = MLX_TRY(comment.string("created_at"));
  event.sender = MLX_TRY(MLX_TRY(payload.at("sender")).string("login"));
  event.sender_is_bot = MLX_TRY(is_sent_by_bot(payload));
  event.body = MLX_TRY(comment.string_if_present("body")).value_or("");
  if (action == "edited") {
    if (!is_body_changed(payload)) return IgnoredEvent{"a comment was edited elsewhere than in its text"};
    event.previous_body = MLX_TRY(read_previous_body(payload));
  }
  return event;
}

/// `subject` is where the delivery holds the issue or the pull request.
Result<Event> read_edited_body(const JsonReader& payload, std::string_view subject) {
  const std::string what = subject == kIssue ? "an issue" : "a pull request";
  if (!is_body_changed(payload)) return IgnoredEvent{what + " was edited elsewhere than in its text"};
  const JsonReader edited = MLX_TRY(payload.at(subject));
  BodyEditedEvent event;
  event.repository = MLX_TRY(read_repository(payload));
  event.installation = MLX_TRY(read_installation(payload));
  event.number = MLX_TRY(edited.integer("number"));
  event.is_pull_request = subject == kPullRequest;
  event.sender = MLX_TRY(MLX_TRY(payload.at("sender")).string("login"));
  event.sender_is_bot = MLX_TRY(is_sent_by_bot(payload));
  event.body = MLX_TRY(edited.string_if_present("body")).value_or("");
  event.previous_body = MLX_TRY(read_previous_body(payload));
  return event;
}

Result<Event> read_closed(const JsonReader& payload) {
  const JsonReader pull = MLX_TRY(payload.at(kPullRequest));
  const JsonReader head = MLX_TRY(pull.at("head"));
  PullRequestClosedEvent event;
  event.repository = MLX_TRY(read_repository(payload));
  event.installation = MLX_TRY(read_installation(payload));
  event.number = MLX_TRY(payload.integer("number"));
  event.head_branch = MLX_TRY(head.string("ref"));
  // The repository of a fork that was deleted is null.
  const bool has_repository = head.has("repo") && head.value().at("repo").is_object();
  const auto own_repository = MLX_TRY(MLX_TRY(payload.at("repository")).integer("id"));
  event.is_from_fork = !has_repository || MLX_TRY(MLX_TRY(head.at("repo")).integer("id")) != own_repository;
  event.is_merged = MLX_TRY(pull.boolean_or("merged", false));
  event.sender = MLX_TRY(MLX_TRY(payload.at("sender")).string("login"));
  event.sender_is_bot = MLX_TRY(is_sent_by_bot(payload));
  return event;
}

Result<Event> read_issue(const JsonReader& payload) {
  const std::string action = MLX_TRY(payload.string("action"));
  if (action == "edited") return read_edited_body(payload, kIssue);
  return IgnoredEvent{"an issue was " + action};
}

Result<Event> read_pull_request(const JsonReader& payload) {
  const std::string action = MLX_TRY(payload.string("action"));
  if (action == "edited") return read_edited_body(payload, kPullRequest);
  if (action == "closed") return read_closed(payload);
  const bool has_other_commits = action == "opened" || action == "reopened" || action == "synchronize";
  if (!has_other_commits) return IgnoredEvent{"a pull request was " + action};
  PullRequestEvent result;
  result.repository = MLX_TRY(read_repository(payload));
  result.installation = MLX_TRY(read_installation(payload));
  result.number = MLX_TRY(payload.integer("number"));
  return result;
}

/// The pull request that a check run or a check suite is about. GitHub does not name those of forks: the
/// bot's own check runs say it themselves. 0 if nobody does.
Result<std::int64_t> read_checked(const JsonReader& check) {
  const std::string external_id = MLX_TRY(check.string_if_present("external_id")).value_or("");
  if (const auto number = pull_request_in(external_id)) return *number;
  const auto pulls = MLX_TRY(check.elements("pull_requests"));
  return pulls.empty() ? 0 : MLX_TRY(pulls.front().integer("number"));
}

Result<Event> read_check_again(const JsonReader& payload, const JsonReader& check) {
  PullRequestEvent event;
  event.repository = MLX_TRY(read_repository(payload));
  event.installation = MLX_TRY(read_installation(payload));
  event.number = MLX_TRY(read_checked(check));
  if (event.number == 0) return IgnoredEvent{"a check is to run again, but of no pull request"};
  return event;
}

Result<Event> read_check_action(const JsonReader& payload, const JsonReader& check) {
  CheckActionEvent event;
  event.repository = MLX_TRY(read_repository(payload));
  event.installation = MLX_TRY(read_installation(payload));
  event.number = MLX_TRY(read_checked(check));
  event.head_sha = MLX_TRY(check.string("head_sha"));
  const auto completed_at = MLX_TRY(check.string_if_present("completed_at"));
  event.checked_at = completed_at ? *completed_at : MLX_TRY(check.string("started_at"));
  event.action = MLX_TRY(MLX_TRY(payload.at("requested_action")).string("identifier"));
  event.sender = MLX_TRY(MLX_TRY(payload.at("sender")).string("login"));
  event.sender_is_bot = MLX_TRY(is_sent_by_bot(payload));
  if (event.number == 0) return IgnoredEvent{"a button was pressed, but of no pull request"};
  return event;
}

Result<Event> read_check_run(const JsonReader& payload) {
  const std::string action = MLX_TRY(payload.string("action"));
  const bool is_asking = action == "rerequested" || action == "requested_action";
  if (!is_asking) return IgnoredEvent{"a check run was " + action};
  const JsonReader check = MLX_TRY(payload.at("check_run"));
  return action == "rerequested" ? read_check_again(payload, check) : read_check_action(payload, check);
}

Result<Event> read_check_suite(const JsonReader& payload) {
  const std::string action = MLX_TRY(payload.string("action"));
  if (action != "rerequested") return IgnoredEvent{"a check suite was " + action};
  return read_check_again(payload, MLX_TRY(payload.at("check_suite")));
}

}  // namespace

Result<Event> parse_github_event(std::string_view event, std::string_view body) {
  const nlohmann::json document = MLX_TRY(parse_json(body, "the " + std::string(event) + " delivery"));
  const JsonReader payload(document, "the " + std::string(event) + " delivery");
  if (!document.is_object()) return std::unexpected(payload.complaint("expected an object"));
  if (event == "issue_comment") return read_comment(payload);
  if (event == "issues") return read_issue(payload);
  if (event == "pull_request") return read_pull_request(payload);
  if (event == "check_run") return read_check_run(payload);
  if (event == "check_suite") return read_check_suite(payload);
  return IgnoredEvent{"nothing is done on `" + std::string(event) + "`"};
}

}  // namespace mlx::bot
