#include "bot/forge/github/events.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace mlx;
using namespace mlx::bot;
using nlohmann::json;

namespace {

/// A delivery with what the bot reads and a little of the rest.
json payload() {
  return {{"action", "created"},
          {"issue", {{"number", 7}, {"title", "T"}, {"user", {{"login", "writer-will"}}}}},
          {"comment",
           {{"id", 1'700'000'000'123},
            {"body", "/mlx add web"},
            {"created_at", "2026-01-31T12:00:00Z"},
            {"updated_at", "2026-01-31T12:00:00Z"},
            {"user", {{"login", "writer-will"}, {"type", "User"}}}}},
          {"repository",
           {{"name", "shop"}, {"full_name", "octo-team/shop"}, {"owner", {{"login", "octo-team"}}}}},
          {"sender", {{"login", "octocat"}, {"type", "User"}}},
          {"installation", {{"id", 51}}}};
}

json edited(const json& changes) {
  json delivery = payload();
  delivery["action"] = "edited";
  delivery["changes"] = changes;
  return delivery;
}

Event event_of(const json& delivery, const char* name = "issue_comment") {
  const auto event = parse_github_event(name, delivery.dump());
  if (!event) FAIL(to_string(event.error()));
  return *event;
}

CommentEvent comment_of(const json& delivery) {
  const Event event = event_of(delivery);
  REQUIRE(std::holds_alternative<CommentEvent>(event));
  return std::get<CommentEvent>(event);
}

bool is_ignored(const json& delivery, const char* name = "issue_comment") {
  return std::holds_alternative<IgnoredEvent>(event_of(delivery, name));
}

Error error_of(const std::string& body) {
  const auto event = parse_github_event("issue_comment", body);
  REQUIRE_FALSE(event);
  CHECK(event.error().code == ErrorCode::kInvalidInput);
  return event.error();
}

}  // namespace

TEST_CASE("a new comment") {
  const CommentEvent event = comment_of(payload());
  CHECK(event.repository == RepositoryName{.owner = "octo-team", .name = "shop"});
  CHECK(event.installation == 51);
  CHECK(event.issue == 7);
  CHECK(event.comment == 1'700'000'000'123);
  CHECK(event.created_at == "2026-01-31T12:00:00Z");
  CHECK(event.sender == "octocat");
  CHECK_FALSE(event.sender_is_bot);
  CHECK(event.body == "/mlx add web");
  CHECK(event.previous_body.empty());
}

TEST_CASE("an edited comment has its previous text; who edited counts, not who wrote") {
  const CommentEvent event = comment_of(edited({{"body", {{"from", "before"}}}}));
  CHECK(event.body == "/mlx add web");
  CHECK(event.previous_body == "before");
  CHECK(event.sender == "octocat");
}

TEST_CASE("an edit of anything but the text asks for nothing") {
  CHECK(is_ignored(edited(json::object())));
  CHECK(is_ignored(edited(nullptr)));
  CHECK(is_ignored(edited({{"title", {{"from", "x"}}}})));
  json without = payload();
  without["action"] = "edited";
  CHECK(is_ignored(without));
}

TEST_CASE("other actions and events ask for nothing, whatever else they say") {
  json deleted = payload();
  deleted["action"] = "deleted";
  CHECK(is_ignored(deleted));
  CHECK(is_ignored({{"action", "pinned"}}));
  CHECK(is_ignored({{"zen", "Keep it simple."}}, "ping"));
  CHECK(is_ignored(json::object(), "push"));
  CHECK(is_ignored(payload(), "issues"));
  CHECK(is_ignored(payload(), "mlx-schedule"));
  CHECK(is_ignored(payload(), "Issue_Comment"));
}

TEST_CASE("bots are known by their type") {
  json delivery = payload();
  delivery["sender"]["type"] = "Bot";
  CHECK(comment_of(delivery).sender_is_bot);
  delivery["sender"]["type"] = "Organization";
  CHECK_FALSE(comment_of(delivery).sender_is_bot);
  delivery["sender"].erase("type");
  CHECK_FALSE(comment_of(delivery).sender_is_bot);
}

TEST_CASE("a repository's own webhook names no installation") {
  json delivery = payload();
  delivery.erase("installation");
  CHECK(comment_of(delivery).installation == 0);
}

TEST_CASE("a comment may have no text") {
  json delivery = payload();
  delivery["comment"]["body"] = nullptr;
  CHECK(comment_of(delivery).body.empty());
  delivery["comment"].erase("body");
  CHECK(comment_of(delivery).body.empty());
  CHECK(comment_of(edited({{"body", json::object()}})).previous_body.empty());
}

TEST_CASE("what is missing or of another type is named") {
  const std::vector<std::pair<std::string, std::string>> fields = {
      {"/action", "action"},
      {"/comment", "comment"},
      {"/comment/id", "comment.id"},
      {"/comment/created_at", "comment.created_at"},
      {"/issue", "issue"},
      {"/issue/number", "issue.number"},
      {"/repository", "repository"},
      {"/repository/name", "repository.name"},
      {"/repository/owner", "repository.owner"},
      {"/repository/owner/login", "repository.owner.login"},
      {"/sender", "sender"},
      {"/sender/login", "sender.login"}};
  for (const auto& [pointer, field] : fields) {
    INFO(field);
    const json::json_pointer place(pointer);
    json delivery = payload();
    delivery.at(place.parent_pointer()).erase(place.back());
    CHECK(error_of(delivery.dump()).location.field == field);
    delivery = payload();
    delivery[place] = json::array();
    CHECK(error_of(delivery.dump()).location.field.starts_with(field));
  }
  json delivery = payload();
  delivery["comment"]["body"] = 7;
  CHECK(error_of(delivery.dump()).location.field == "comment.body");
  delivery = payload();
  delivery["installation"] = {{"id", "51"}};
  CHECK(error_of(delivery.dump()).location.field == "installation.id");
}

namespace {

json pull_request(const char* action) {
  json delivery = payload();
  delivery.erase("issue");
  delivery.erase("comment");
  delivery["action"] = action;
  delivery["number"] = 12;
  delivery["pull_request"] = {{"number", 12}, {"head", {{"sha", "a"}}}};
  return delivery;
}

}  // namespace

TEST_CASE("a pull request with other commits than before") {
  for (const char* action : {"opened", "reopened", "synchronize"}) {
    INFO(action);
    const Event event = event_of(pull_request(action), "pull_request");
    REQUIRE(std::holds_alternative<PullRequestEvent>(event));
    const auto& pull = std::get<PullRequestEvent>(event);
    CHECK(pull.repository == RepositoryName{.owner = "octo-team", .name = "shop"});
    CHECK(pull.installation == 51);
    CHECK(pull.number == 12);
  }
  json delivery = pull_request("opened");
  delivery.erase("installation");
  CHECK(std::get<PullRequestEvent>(event_of(delivery, "pull_request")).installation == 0);
}

TEST_CASE("what else happens to a pull request asks for nothing") {
  for (const char* action :
       {"labeled", "unlabeled", "converted_to_draft", "assigned", "ready_for_review", "something_new"}) {
    INFO(action);
    CHECK(is_ignored(pull_request(action), "pull_request"));
  }
}

namespace {

json edited_body(const char* subject) {
  json delivery = pull_request("edited");
  delivery.erase("pull_request");
  delivery[subject] = {{"number", 12}, {"body", "- [x] a"}};
  delivery["changes"] = {{"body", {{"from", "- [ ] a"}}}};
  return delivery;
}

}  // namespace

TEST_CASE("an edited text of an issue or a pull request has its previous one") {
  for (const auto& [name, subject] : {std::pair("issues", "issue"), {"pull_request", "pull_request"}}) {
    INFO(name);
    json delivery = edited_body(subject);
    const auto event = std::get<BodyEditedEvent>(event_of(delivery, name));
    CHECK(event.repository == RepositoryName{.owner = "octo-team", .name = "shop"});
    CHECK(event.installation == 51);
    CHECK(event.number == 12);
    CHECK(event.is_pull_request == (name == std::string("pull_request")));
    CHECK(event.sender == "octocat");
    CHECK_FALSE(event.sender_is_bot);
    CHECK(event.body == "- [x] a");
    CHECK(event.previous_body == "- [ ] a");

    delivery["sender"]["type"] = "Bot";
    delivery[subject]["body"] = nullptr;
    delivery["changes"]["body"] = json::object();
    const auto emptied = std::get<BodyEditedEvent>(event_of(delivery, name));
    CHECK(emptied.sender_is_bot);
    CHECK(emptied.body.empty());
    CHECK(emptied.previous_body.empty());
    delivery["changes"] = {{"title", {{"from", "x"}}}};
    CHECK(is_ignored(delivery, name));
    delivery.erase("changes");
    CHECK(is_ignored(delivery, name));
  }
}

TEST_CASE("what else happens to an issue asks for nothing") {
  for (const char* action : {"opened", "closed", "labeled", "pinned"})
    CHECK(is_ignored({{"action", action}}, "issues"));
}

TEST_CASE("a pull request is closed, with its changes or without") {
  json delivery = pull_request("closed");
  delivery["repository"]["id"] = 5;
  delivery["pull_request"] = {
      {"number", 12}, {"merged", true}, {"head", {{"ref", "mlx/update/a"}, {"repo", {{"id", 5}}}}}};
  const auto merged = std::get<PullRequestClosedEvent>(event_of(delivery, "pull_request"));
  CHECK(merged.repository == RepositoryName{.owner = "octo-team", .name = "shop"});
  CHECK(merged.installation == 51);
  CHECK(merged.number == 12);
  CHECK(merged.head_branch == "mlx/update/a");
  CHECK_FALSE(merged.is_from_fork);
  CHECK(merged.is_merged);
  CHECK(merged.sender == "octocat");
  CHECK_FALSE(merged.sender_is_bot);

  delivery["sender"]["type"] = "Bot";
  delivery["pull_request"]["merged"] = false;
  delivery["pull_request"]["head"]["repo"]["id"] = 6;
  const auto closed = std::get<PullRequestClosedEvent>(event_of(delivery, "pull_request"));
  CHECK(closed.is_from_fork);
  CHECK_FALSE(closed.is_merged);
  CHECK(closed.sender_is_bot);
  delivery["pull_request"]["head"]["repo"] = nullptr;
  CHECK(std::get<PullRequestClosedEvent>(event_of(delivery, "pull_request")).is_from_fork);
}

namespace {

json check_run(const std::string& action) {
  json delivery = payload();
  delivery.erase("issue");
  delivery.erase("comment");
  delivery["action"] = action;
  delivery["check_run"] = {{"id", 9},
                           {"head_sha", "h1"},
                           {"external_id", "mlx:12:0123456789abcdef"},
                           {"started_at", "2026-11-20T10:00:00Z"},
                           {"completed_at", "2026-11-20T10:00:01Z"},
                           {"pull_requests", json::array()}};
  if (action == "requested_action") delivery["requested_action"] = {{"identifier", "add web"}};
  return delivery;
}

}  // namespace

TEST_CASE("a button of a check run is pressed") {
  json delivery = check_run("requested_action");
  const auto pressed = std::get<CheckActionEvent>(event_of(delivery, "check_run"));
  CHECK(pressed.repository == RepositoryName{.owner = "octo-team", .name = "shop"});
  CHECK(pressed.installation == 51);
  CHECK(pressed.number == 12);
  CHECK(pressed.head_sha == "h1");
  CHECK(pressed.checked_at == "2026-11-20T10:00:01Z");
  CHECK(pressed.action == "add web");
  CHECK(pressed.sender == "octocat");
  json running = delivery;
  running["check_run"]["completed_at"] = nullptr;
  CHECK(std::get<CheckActionEvent>(event_of(running, "check_run")).checked_at == "2026-11-20T10:00:00Z");
  CHECK_FALSE(pressed.sender_is_bot);
  delivery["sender"]["type"] = "Bot";
  CHECK(std::get<CheckActionEvent>(event_of(delivery, "check_run")).sender_is_bot);
  for (const char* field : {"requested_action", "check_run", "sender", "repository"}) {
    INFO(field);
    json lacking = delivery;
    lacking.erase(field);
    CHECK(parse_github_event("check_run", lacking.dump()).error().location.field == field);
  }
}

TEST_CASE("a check run says which pull request it is of, or its forge does") {
  struct Case {
    json external_id;
    json pull_requests;
    std::int64_t number;
  };
  const json five = {{{"number", 5}}, {{"number", 6}}};
  const std::vector<Case> cases = {{"mlx:12:0a", json::array(), 12},
                                   {"mlx:12:0a", five, 12},
                                   {"", five, 5},
                                   {nullptr, five, 5},
                                   {"other", five, 5},
                                   {"mlx:", five, 5},
                                   {"mlx:12", five, 5},
                                   {"mlx:x:0a", five, 5},
                                   {"mlx:-3:0a", five, 5},
                                   {"mlx:99999999999999999999:0a", five, 5}};
  for (const auto& [external_id, pull_requests, number] : cases) {
    CAPTURE(external_id.dump(), number);
    for (const char* action : {"requested_action", "rerequested"}) {
      json delivery = check_run(action);
      delivery["check_run"]["external_id"] = external_id;
      delivery["check_run"]["pull_requests"] = pull_requests;
      const Event event = event_of(delivery, "check_run");
      if (const auto* pressed = std::get_if<CheckActionEvent>(&event))
        CHECK(pressed->number == number);
      else
        CHECK(std::get<PullRequestEvent>(event).number == number);
    }
  }
}

TEST_CASE("a check is to run again") {
  const auto again = std::get<PullRequestEvent>(event_of(check_run("rerequested"), "check_run"));
  CHECK(again.number == 12);
  CHECK(again.installation == 51);
  json suite = check_run("rerequested");
  suite["check_suite"] = {{"id", 3}, {"head_sha", "h1"}, {"pull_requests", {{{"number", 7}}}}};
  CHECK(std::get<PullRequestEvent>(event_of(suite, "check_suite")).number == 7);
}

TEST_CASE("what else happens to checks asks for nothing") {
  for (const char* action : {"created", "completed"}) CHECK(is_ignored(check_run(action), "check_run"));
  for (const char* action : {"requested", "completed"})
    CHECK(is_ignored({{"action", action}}, "check_suite"));
  for (const char* action : {"rerequested", "requested_action"}) {
    json of_no_pull_request = check_run(action);
    of_no_pull_request["check_run"]["external_id"] = "";
    CHECK(is_ignored(of_no_pull_request, "check_run"));
  }
}

TEST_CASE("what a pull request's delivery lacks is named") {
  for (const char* field : {"action", "number", "repository"}) {
    INFO(field);
    json delivery = pull_request("opened");
    delivery.erase(field);
    const auto event = parse_github_event("pull_request", delivery.dump());
    REQUIRE_FALSE(event);
    CHECK(event.error().location.field == field);
  }
}

TEST_CASE("a body that is no JSON object") {
  for (const char* body : {"", "{", "[]", "null", "7", "\"text\"", "payload=%7B%7D"}) {
    INFO(body);
    (void)error_of(body);
  }
  CHECK(error_of("{\n  \"a\": }").location.line == 2);
  // What JSON cannot hold is no JSON.
  (void)error_of("{\"action\": \"\xFF\"}");
}
