#include <catch2/catch.hpp>

#include "tests/sandbox/sandbox_fixture.h"

namespace mlx::testing {

TEST_CASE("Issues are opened, edited, closed and opened again") {
  Forge forge;
  Receiver receiver;
  receiver.hook_to(forge, {"issues"});
  const int number = forge.issue("Old title");
  const std::string path = forge.repository + "/issues/" + std::to_string(number);
  Caller tom = forge.as("triage-tom");
  CHECK(tom.patch(path, {{"title", "New title"}}).body["title"] == "New title");
  const Reply closed = tom.patch(path, {{"state", "closed"}, {"state_reason", "not_planned"}});
  CHECK(closed.body["state_reason"] == "not_planned");
  CHECK(closed.body["closed_by"]["login"] == "triage-tom");
  CHECK(tom.patch(path, {{"state", "open"}}).body["closed_at"] == nullptr);
  REQUIRE(forge.sandbox->wait_idle());
  CHECK(receiver.names() == std::vector<std::string>{"ping", "issues.opened", "issues.edited",
                                                     "issues.closed", "issues.reopened"});
  CHECK(receiver.received()[2].payload["changes"]["title"]["from"] == "Old title");
}

TEST_CASE("Wrong issues are refused field by field") {
  Forge forge;
  Caller octocat = forge.as("octocat");
  const std::string issues = forge.repository + "/issues";
  const Reply untitled = octocat.post(issues, Json::object());
  CHECK(untitled.status == 422);
  CHECK(untitled.body["message"] == "Validation Failed");
  CHECK(untitled.body["errors"] ==
        Json::array({{{"resource", "Issue"}, {"field", "title"}, {"code", "missing_field"}}}));
  CHECK(octocat.post(issues, {{"title", 5}}).status == 422);
  CHECK(octocat.post(issues, {{"title", "x"}, {"body", std::string(65537, 'x')}})
            .body["errors"][0]["message"] == "body is too long (maximum is 65536 characters)");
  CHECK(octocat.patch(issues + "/1", {{"state", "ajar"}}).status == 404);
  forge.issue();
  CHECK(octocat.patch(issues + "/1", {{"state", "ajar"}}).status == 422);
  CHECK(forge.as("reader-rita").patch(issues + "/1", {{"state", "closed"}}).status == 403);
  CHECK(octocat.get(issues + "/99").status == 404);
  CHECK(octocat.get(issues + "/one").status == 404);
}

TEST_CASE("Comments are written, changed and deleted") {
  Forge forge;
  Receiver receiver;
  receiver.hook_to(forge, {"issue_comment"});
  Caller bot = forge.as("bot");
  const std::string issue = forge.repository + "/issues/" + std::to_string(forge.issue());
  const Reply made = bot.post(issue + "/comments", {{"body", "one"}});
  CHECK(made.body["performed_via_github_app"]["slug"] == "mlx-bot");
  const std::string path = forge.repository + "/issues/comments/" + made.body["id"].dump();
  CHECK(bot.patch(path, {{"body", "two"}}).body["body"] == "two");
  CHECK(bot.get(path).body["body"] == "two");
  CHECK(bot.get(issue).body["comments"] == 1);
  CHECK(forge.as("reader-rita").patch(path, {{"body", "mine"}}).status == 403);
  CHECK(forge.as("reader-rita").remove(path).status == 403);
  CHECK(bot.remove(path).status == 204);
  CHECK(bot.get(path).status == 404);
  REQUIRE(forge.sandbox->wait_idle());
  CHECK(receiver.names() == std::vector<std::string>{"ping", "issue_comment.created", "issue_comment.edited",
                                                     "issue_comment.deleted"});
  CHECK(receiver.received()[2].payload["changes"]["body"]["from"] == "one");
}

TEST_CASE("Wrong comments are refused") {
  Forge forge;
  Caller bot = forge.as("bot");
  const std::string issue = forge.repository + "/issues/" + std::to_string(forge.issue());
  CHECK(bot.post(issue + "/comments", Json::object()).body["errors"][0]["code"] == "missing_field");
  CHECK(bot.post(issue + "/comments", {{"body", " \n"}}).body["errors"][0]["message"] ==
        "Body cannot be blank");
  const Reply longer = bot.post(issue + "/comments", {{"body", std::string(65537, 'x')}});
  CHECK(longer.status == 422);
  CHECK(longer.body["errors"][0]["message"] == "Body is too long (maximum is 65536 characters)");
  std::string characters;
  for (int count = 0; count < 65536; ++count) characters += "é";
  CHECK(bot.post(issue + "/comments", {{"body", characters}}).status == 201);
  CHECK(bot.post(forge.repository + "/issues/99/comments", {{"body", "x"}}).status == 404);
}

TEST_CASE("A locked issue takes comments of writers only") {
  Forge forge;
  const std::string issue = forge.repository + "/issues/" + std::to_string(forge.issue());
  CHECK(forge.as("octocat").put(issue + "/lock").status == 204);
  CHECK(forge.as("reader-rita").post(issue + "/comments", {{"body", "x"}}).status == 403);
  CHECK(forge.as("writer-will").post(issue + "/comments", {{"body", "x"}}).status == 201);
  CHECK(forge.as("octocat").remove(issue + "/lock").status == 204);
  CHECK(forge.as("reader-rita").post(issue + "/comments", {{"body", "x"}}).status == 201);
}

TEST_CASE("Lists are filtered and paged") {
  Forge forge;
  Caller bot = forge.as("bot");
  for (int count = 0; count < 5; ++count) forge.issue("Issue " + std::to_string(count));
  const std::string issues = forge.repository + "/issues";
  bot.patch(issues + "/1", {{"state", "closed"}});
  CHECK(bot.get(issues).body.size() == 4);
  CHECK(bot.get(issues + "?state=all").body[0]["number"] == 5);
  CHECK(bot.get(issues + "?state=all&direction=asc").body[0]["number"] == 1);
  CHECK(bot.get(issues + "?creator=nobody").body.empty());

  const Reply page = bot.get(issues + "?per_page=2&page=2&state=all");
  CHECK(page.body.size() == 2);
  const std::string link = page.header("Link");
  const std::string base =
      "<" + forge.sandbox->api_url() + "/repositories/1296269/issues?per_page=2&state=all&page=";
  CHECK(link == base + "1>; rel=\"prev\", " + base + "3>; rel=\"next\", " + base + "3>; rel=\"last\", " +
                    base + "1>; rel=\"first\"");
  CHECK(bot.get("/repositories/1296269/issues?per_page=2&state=all&page=3").body.size() == 1);
  CHECK(bot.get(issues + "?per_page=0&page=-1").status == 200);
  CHECK(bot.get(issues + "?page=9").body.empty());

  for (int count = 0; count < 3; ++count) bot.post(issues + "/2/comments", {{"body", std::to_string(count)}});
  CHECK(bot.get(issues + "/2/comments?per_page=2").body.size() == 2);
  CHECK(bot.get(issues + "/2/comments?since=2999-01-01T00:00:00Z").body.empty());
  CHECK(bot.get(issues + "/2/comments?since=2020-01-01T00:00:00Z").body.size() == 3);
  CHECK(bot.get(issues + "/comments?direction=desc").body[0]["body"] == "2");
}

TEST_CASE("A reaction is there once for each person") {
  Forge forge;
  Caller bot = forge.as("bot");
  const std::string issue = forge.repository + "/issues/" + std::to_string(forge.issue());
  const std::string comment = forge.repository + "/issues/comments/" +
                              bot.post(issue + "/comments", {{"body", "x"}}).body["id"].dump();
  for (const std::string& target : {issue, comment}) {
    const Reply made = bot.post(target + "/reactions", {{"content", "eyes"}});
    CHECK(made.status == 201);
    CHECK(bot.post(target + "/reactions", {{"content", "eyes"}}).status == 200);
    CHECK(forge.as("octocat").post(target + "/reactions", {{"content", "eyes"}}).status == 201);
    CHECK(bot.post(target + "/reactions", {{"content", "shrug"}}).status == 422);
    CHECK(bot.get(target + "/reactions").body.size() == 2);
    CHECK(bot.get(target).body["reactions"]["eyes"] == 2);
    const std::string path = target + "/reactions/" + made.body["id"].dump();
    CHECK(forge.as("octocat").remove(path).status == 403);
    CHECK(bot.remove(path).status == 204);
    CHECK(bot.remove(path).status == 404);
  }
}

TEST_CASE("Roles are told as GitHub tells them") {
  Forge forge;
  Caller bot = forge.as("bot");
  const std::string collaborators = forge.repository + "/collaborators";
  const auto roles = [&](const std::string& login) {
    const Json body = bot.get(collaborators + "/" + login + "/permission").body;
    return std::pair<std::string, std::string>(body["permission"], body["role_name"]);
  };
  using Pair = std::pair<std::string, std::string>;
  CHECK(roles("octocat") == Pair("admin", "admin"));
  CHECK(roles("maintainer-mia") == Pair("write", "maintain"));
  CHECK(roles("writer-will") == Pair("write", "write"));
  CHECK(roles("triage-tom") == Pair("read", "triage"));
  CHECK(roles("reader-rita") == Pair("read", "read"));
  CHECK(roles("stranger-sam") == Pair("read", "read"));
  CHECK(bot.get(collaborators + "/who-knows/permission").status == 404);
  CHECK(bot.get(collaborators).body.size() == 5);
  CHECK(forge.as("reader-rita").get(collaborators + "/octocat/permission").status == 403);

  CHECK(bot.put(collaborators + "/stranger-sam").status == 403);
  Caller octocat = forge.as("octocat");
  CHECK(octocat.put(collaborators + "/stranger-sam", {{"permission", "push"}}).status == 201);
  CHECK(octocat.put(collaborators + "/stranger-sam", {{"permission", "triage"}}).status == 204);
  CHECK(roles("stranger-sam") == Pair("read", "triage"));
  CHECK(octocat.put(collaborators + "/stranger-sam", {{"permission", "king"}}).status == 422);
  CHECK(octocat.remove(collaborators + "/stranger-sam").status == 204);
  CHECK(octocat.get(collaborators + "/stranger-sam").status == 404);
}

TEST_CASE("Labels come and go one by one, and everybody hears of it") {
  Forge forge;
  Receiver receiver;
  receiver.hook_to(forge, {"issues", "pull_request"});
  Caller bot = forge.as("bot");
  const Reply made = bot.post(forge.repository + "/issues",
                              {{"title", "T"}, {"labels", {"mlx", {{"name", "wait"}}, "MLX"}}});
  const std::string labels = forge.repository + "/issues/" + made.body["number"].dump() + "/labels";
  const auto names = [](const Reply& reply) {
    std::vector<std::string> all;
    for (const Json& label : reply.body) all.push_back(label["name"]);
    return all;
  };
  using Names = std::vector<std::string>;
  CHECK(names(bot.get(labels)) == Names{"mlx", "wait"});
  CHECK(names(bot.post(labels, {{"labels", {"Wait", "new"}}})) == Names{"mlx", "wait", "new"});
  CHECK(names(bot.remove(labels + "/MLX")) == Names{"wait", "new"});
  CHECK(bot.remove(labels + "/mlx").status == 404);
  CHECK(names(bot.put(labels, {{"labels", {"last"}}})) == Names{"last"});
  CHECK(bot.post(labels, {{"labels", {std::string(51, 'x')}}}).status == 422);
  CHECK(bot.post(labels, {{"labels", {7}}}).status == 422);
  CHECK(forge.as("reader-rita").post(labels, {{"labels", {"mine"}}}).status == 403);
  CHECK(forge.as("reader-rita").remove(labels + "/last").status == 403);
  CHECK(bot.get(forge.repository + "/issues?labels=last&creator=mlx-bot[bot]").body.size() == 1);
  CHECK(bot.get(forge.repository + "/issues?labels=last&creator=octocat").body.empty());
  const std::string pull = std::to_string(forge.pull_request("mlx/x"));
  bot.post(forge.repository + "/issues/" + pull + "/labels", {{"labels", {"mlx"}}});
  CHECK(bot.get(forge.repository + "/pulls/" + pull).body["labels"][0]["name"] == "mlx");
  REQUIRE(forge.sandbox->wait_idle());
  CHECK(receiver.names() == Names{"ping", "issues.opened", "issues.labeled", "issues.labeled",
                                  "issues.labeled", "issues.unlabeled", "issues.unlabeled",
                                  "issues.unlabeled", "issues.labeled", "pull_request.opened",
                                  "pull_request.labeled"});
  CHECK(receiver.received()[5].payload["label"]["name"] == "mlx");
}

}  // namespace mlx::testing
