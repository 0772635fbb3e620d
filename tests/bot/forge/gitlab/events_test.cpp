// What GitLab's webhooks mean. The payloads have what its documentation shows, as far as it is read.
#include "bot/forge/gitlab/events.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace mlx;
using namespace mlx::bot;
using nlohmann::json;

namespace {

json payload(const char* kind) {
  return {{"object_kind", kind},
          {"user", {{"id", 1}, {"username", "will"}, {"name", "Will"}}},
          {"project", {{"id", 7}, {"path_with_namespace", "a/b/c"}}},
          {"object_attributes", json::object()}};
}

json note(const std::string& subject = "MergeRequest") {
  json all = payload("note");
  all["object_attributes"] = {
      {"id", 70},        {"note", "/mlx add web"}, {"noteable_type", subject},
      {"system", false}, {"action", "create"},     {"created_at", "2026-01-31 12:00:00 UTC"}};
  if (subject == "MergeRequest") all["merge_request"] = {{"iid", 12}};
  if (subject == "Issue") all["issue"] = {{"iid", 5}};
  return all;
}

json merge_request(const std::string& action, const json& changes = json::object()) {
  json all = payload("merge_request");
  all["object_attributes"] = {{"iid", 12},
                              {"action", action},
                              {"source_branch", "mlx/update/api"},
                              {"source_project_id", 7},
                              {"target_project_id", 7}};
  all["changes"] = changes;
  return all;
}

Event parsed(const char* event, const json& body) {
  auto result = parse_gitlab_event(event, body.dump());
  if (!result) FAIL(to_string(result.error()));
  return *result;
}

bool is_ignored(const char* event, const json& body) {
  return std::holds_alternative<IgnoredEvent>(parsed(event, body));
}

}  // namespace

TEST_CASE("a note on a merge request or an issue") {
  const auto event = std::get<CommentEvent>(parsed("note_hook", note()));
  CHECK(event.repository == RepositoryName{.owner = "a/b", .name = "c"});
  CHECK(event.installation == 7);
  CHECK(event.issue == 12);
  CHECK(event.comment == 70);
  CHECK(event.created_at == "2026-01-31T12:00:00Z");
  CHECK(event.sender == "will");
  CHECK_FALSE(event.sender_is_bot);
  CHECK(event.body == "/mlx add web");
  CHECK(event.previous_body.empty());
  CHECK(std::get<CommentEvent>(parsed("note_hook", note("Issue"))).issue == -5);
  CHECK(std::get<CommentEvent>(parsed("confidential_note_hook", note("Issue"))).issue == -5);
}

TEST_CASE("an internal note is told from one of a confidential issue, whose author sees what is answered") {
  json of_issue = note("Issue");
  CHECK_FALSE(std::get<CommentEvent>(parsed("note_hook", of_issue)).is_internal);
  CHECK(std::get<CommentEvent>(parsed("confidential_note_hook", of_issue)).is_internal);
  CHECK(std::get<CommentEvent>(parsed("confidential_note_hook", note())).is_internal);
  of_issue["issue"]["confidential"] = false;
  CHECK(std::get<CommentEvent>(parsed("confidential_note_hook", of_issue)).is_internal);
  of_issue["issue"]["confidential"] = true;
  CHECK_FALSE(std::get<CommentEvent>(parsed("confidential_note_hook", of_issue)).is_internal);
}

TEST_CASE("times come in more than one form") {
  for (const char* time : {"2026-01-31 12:00:00 UTC", "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.999Z",
                           "2026-01-31T13:30:00.000+01:30", "2026-01-31 04:00:00-08:00"}) {
    CAPTURE(time);
    json body = note();
    body["object_attributes"]["created_at"] = time;
    CHECK(std::get<CommentEvent>(parsed("note_hook", body)).created_at == "2026-01-31T12:00:00Z");
  }
  for (const char* time :
       {"", "yesterday", "2026-01-31", "2026-13-31 12:00:00 UTC", "2026-01-31 12:00:00 CET"}) {
    CAPTURE(time);
    json body = note();
    body["object_attributes"]["created_at"] = time;
    const auto event = parse_gitlab_event("note_hook", body.dump());
    REQUIRE_FALSE(event);
    CHECK(event.error().code == ErrorCode::kInvalidInput);
    CHECK(event.error().location.field == "object_attributes.created_at");
  }
}

TEST_CASE("accounts of access tokens are bots") {
  for (const char* name : {"project_7_bot_5f3c", "group_12_bot_0a", "project_7_bot_"}) {
    json body = note();
    body["user"]["username"] = name;
    CHECK(std::get<CommentEvent>(parsed("note_hook", body)).sender_is_bot);
  }
  for (const char* name : {"project_bot", "robot", "my_bot_is_mine"}) {
    json body = note();
    body["user"]["username"] = name;
    CHECK_FALSE(std::get<CommentEvent>(parsed("note_hook", body)).sender_is_bot);
  }
}

TEST_CASE("notes that ask for nothing") {
  json body = note();
  SECTION("GitLab's own") { body["object_attributes"]["system"] = true; }
  SECTION("edited ones") { body["object_attributes"]["action"] = "update"; }
  SECTION("on a commit") { body["object_attributes"]["noteable_type"] = "Commit"; }
  SECTION("on a snippet") { body["object_attributes"]["noteable_type"] = "Snippet"; }
  CHECK(is_ignored("note_hook", body));
}

TEST_CASE("a merge request that has other commits is reviewed") {
  for (const char* action : {"open", "reopen"}) {
    const auto event = std::get<PullRequestEvent>(parsed("merge_request_hook", merge_request(action)));
    CHECK(event.number == 12);
    CHECK(event.installation == 7);
  }
  json pushed = merge_request("update");
  pushed["object_attributes"]["oldrev"] = "b1";
  CHECK(std::holds_alternative<PullRequestEvent>(parsed("merge_request_hook", pushed)));
  for (const char* action : {"update", "approved", "unapproved", "approval", "unapproval"})
    CHECK(is_ignored("merge_request_hook", merge_request(action)));
}

TEST_CASE("a merge request that is closed or merged, and where it came from") {
  const auto merged = std::get<PullRequestClosedEvent>(parsed("merge_request_hook", merge_request("merge")));
  CHECK(merged.is_merged);
  CHECK(merged.head_branch == "mlx/update/api");
  CHECK_FALSE(merged.is_from_fork);
  json body = merge_request("close");
  body["object_attributes"]["source_project_id"] = 9;
  const auto closed = std::get<PullRequestClosedEvent>(parsed("merge_request_hook", body));
  CHECK_FALSE(closed.is_merged);
  CHECK(closed.is_from_fork);
}

TEST_CASE("a text that was changed comes with what it was") {
  const json changes = {{"description", {{"previous", "- [ ] a"}, {"current", "- [x] a"}}}};
  const auto pull = std::get<BodyEditedEvent>(parsed("merge_request_hook", merge_request("update", changes)));
  CHECK(pull.number == 12);
  CHECK(pull.is_pull_request);
  CHECK(pull.body == "- [x] a");
  CHECK(pull.previous_body == "- [ ] a");
  json body = payload("issue");
  body["object_attributes"] = {{"iid", 5}, {"action", "update"}};
  CHECK(is_ignored("issue_hook", body));
  body["changes"] = {{"description", {{"previous", nullptr}, {"current", "new"}}}};
  const auto issue = std::get<BodyEditedEvent>(parsed("issue_hook", body));
  CHECK(issue.number == -5);
  CHECK_FALSE(issue.is_pull_request);
  CHECK(issue.previous_body.empty());
  body["object_attributes"]["action"] = "open";
  CHECK(is_ignored("issue_hook", body));
}

TEST_CASE("events that nothing is done on") {
  for (const char* event :
       {"push_hook", "pipeline_hook", "job_hook", "emoji_hook", "wiki_page_hook", "anything"})
    CHECK(is_ignored(event, payload("x")));
}

TEST_CASE("a body that is not what GitLab sends names what is wrong with it") {
  for (const char* body : {"", "{", "[]", "3", "{}"}) {
    CAPTURE(body);
    for (const char* event : {"note_hook", "issue_hook", "merge_request_hook"})
      CHECK(parse_gitlab_event(event, body).error().code == ErrorCode::kInvalidInput);
  }
  json body = note();
  body["project"].erase("path_with_namespace");
  CHECK_THAT(to_string(parse_gitlab_event("note_hook", body.dump()).error()),
             Catch::Contains("path_with_namespace"));
}
