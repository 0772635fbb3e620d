#include <catch2/catch.hpp>

#include "tests/sandbox/sandbox_fixture.h"

namespace mlx::testing {

TEST_CASE("Wrong pull requests are refused in GitHub's words") {
  Forge forge;
  Caller bot = forge.as("bot");
  const std::string pulls = forge.repository + "/pulls";
  forge.pull_request("mlx/x");
  const auto error = [&](const std::string& head, const std::string& base) {
    const Reply reply = bot.post(pulls, {{"title", "t"}, {"head", head}, {"base", base}});
    CHECK(reply.status == 422);
    CHECK(reply.body["message"] == "Validation Failed");
    return reply.body["errors"][0];
  };
  CHECK(error("mlx/x", "main") == Json{{"resource", "PullRequest"},
                                       {"code", "custom"},
                                       {"message", "A pull request already exists for octo-team:mlx/x."}});
  CHECK(error("octo-team:mlx/x", "main")["code"] == "custom");
  CHECK(error("main", "main")["message"] == "No commits between main and main");
  CHECK(error("none", "main") == Json{{"resource", "PullRequest"}, {"field", "head"}, {"code", "invalid"}});
  CHECK(error("somebody:mlx/x", "main")["field"] == "head");
  CHECK(error("mlx/x", "none") == Json{{"resource", "PullRequest"}, {"field", "base"}, {"code", "invalid"}});
  CHECK(bot.post(pulls, {{"head", "mlx/x"}, {"base", "main"}}).body["errors"][0]["field"] == "title");
  CHECK(bot.get(pulls + "/99").status == 404);
  CHECK(bot.get(pulls + "/" + std::to_string(forge.issue())).status == 404);
}

TEST_CASE("Pull requests are found by state, head and base") {
  Forge forge;
  Caller bot = forge.as("bot");
  const std::string pulls = forge.repository + "/pulls";
  const int one = forge.pull_request("mlx/one", "one.py");
  forge.pull_request("mlx/two", "two.py");
  CHECK(bot.get(pulls + "?head=octo-team:mlx/one").body.size() == 1);
  CHECK(bot.get(pulls + "?head=octo-team:mlx/one&base=other").body.empty());
  CHECK(bot.get(pulls + "?head=somebody:mlx/one").body.empty());
  CHECK(bot.patch(pulls + "/" + std::to_string(one), {{"state", "closed"}}).body["state"] == "closed");
  CHECK(bot.get(pulls).body.size() == 1);
  CHECK(bot.get(pulls + "?state=closed").body.size() == 1);
  CHECK(bot.get(pulls + "?state=all").body.size() == 2);
  CHECK(bot.get(forge.repository + "/issues/" + std::to_string(one)).body.contains("pull_request"));
}

TEST_CASE("A pull request shows its commits and files") {
  Forge forge;
  Caller bot = forge.as("bot");
  const std::string path =
      forge.repository + "/pulls/" + std::to_string(forge.pull_request("mlx/x", "src/x.py"));
  const Json files = bot.get(path + "/files").body;
  REQUIRE(files.size() == 1);
  CHECK(files[0]["filename"] == "src/x.py");
  CHECK(files[0]["status"] == "added");
  CHECK(files[0]["patch"] == "@@ -0,0 +1 @@\n+new = 1");
  CHECK(bot.get(path + "/commits").body[0]["commit"]["message"] == "Change src/x.py");
  CHECK(bot.get(path, {{"Accept", "application/vnd.github.diff"}})
            .text.starts_with("diff --git a/src/x.py b/src/x.py\n"));
}

TEST_CASE("A pull request follows its branch") {
  Forge forge;
  Receiver receiver;
  receiver.hook_to(forge, {"pull_request"});
  Caller bot = forge.as("bot");
  const std::string path = forge.repository + "/pulls/" + std::to_string(forge.pull_request("mlx/x"));
  const std::string before = bot.get(path).body["head"]["sha"];
  const std::string after = forge.commit(before, "more.py", "more\n");
  bot.patch(forge.repository + "/git/refs/heads/mlx/x", {{"sha", after}});
  CHECK(bot.get(path).body["head"]["sha"] == after);
  CHECK(bot.get(path).body["commits"] == 2);
  CHECK(bot.remove(forge.repository + "/git/refs/heads/mlx/x").status == 204);
  CHECK(bot.get(path).body["state"] == "closed");
  CHECK(bot.patch(path, {{"state", "open"}}).status == 422);
  REQUIRE(forge.sandbox->wait_idle());
  CHECK(receiver.names() == std::vector<std::string>{"ping", "pull_request.opened",
                                                     "pull_request.synchronize", "pull_request.closed"});
  CHECK(receiver.received()[2].payload["before"] == before);
  CHECK(receiver.received()[2].payload["after"] == after);
}

TEST_CASE("A pull request is edited, closed and opened again") {
  Forge forge;
  Receiver receiver;
  receiver.hook_to(forge, {"pull_request"});
  const std::string path = forge.repository + "/pulls/" + std::to_string(forge.pull_request("mlx/x"));
  Caller bot = forge.as("bot");
  CHECK(bot.patch(path, {{"title", "Other"}, {"body", "Text"}}).body["body"] == "Text");
  bot.patch(path, {{"state", "closed"}});
  CHECK(bot.patch(path, {{"state", "open"}}).body["state"] == "open");
  forge.branch("release", forge.main_sha());
  CHECK(bot.patch(path, {{"base", "release"}}).body["base"]["ref"] == "release");
  CHECK(bot.patch(path, {{"base", "none"}}).status == 422);
  CHECK(forge.as("stranger-sam").patch(path, {{"title", "Mine"}}).status == 403);
  REQUIRE(forge.sandbox->wait_idle());
  CHECK(receiver.names() == std::vector<std::string>{"ping", "pull_request.opened", "pull_request.edited",
                                                     "pull_request.closed", "pull_request.reopened",
                                                     "pull_request.edited"});
}

TEST_CASE("What cannot be merged is refused") {
  Forge forge;
  Caller octocat = forge.as("octocat");
  const std::string main = forge.main_sha();
  forge.branch("mlx/conflict", forge.commit(main, "src/app.py", "print('theirs')\n"));
  const int conflicting =
      octocat.post(forge.repository + "/pulls", {{"title", "c"}, {"head", "mlx/conflict"}, {"base", "main"}})
          .body["number"];
  const std::string good = forge.repository + "/pulls/" + std::to_string(forge.pull_request("mlx/good"));
  octocat.patch(forge.repository + "/git/refs/heads/main",
                {{"sha", forge.commit(main, "src/app.py", "print('ours')\n")}});

  const std::string bad = forge.repository + "/pulls/" + std::to_string(conflicting);
  CHECK(octocat.get(bad).body["mergeable_state"] == "dirty");
  CHECK(octocat.put(bad + "/merge").status == 405);
  CHECK(octocat.put(good + "/merge", {{"sha", main}}).status == 409);
  CHECK(octocat.put(good + "/merge", {{"merge_method", "squash"}}).status == 405);
  CHECK(forge.as("reader-rita").put(good + "/merge").status == 403);
  CHECK(octocat.get(good + "/merge").status == 404);
  const Reply merged =
      octocat.put(good + "/merge", {{"commit_title", "Title"}, {"commit_message", "Message"}});
  REQUIRE(merged.status == 200);
  CHECK(octocat.get(good + "/merge").status == 204);
  CHECK(octocat.put(good + "/merge").status == 405);
  const Json commit =
      octocat.get(forge.repository + "/git/commits/" + merged.body["sha"].get<std::string>()).body;
  CHECK(commit["message"] == "Title\n\nMessage");
  CHECK(commit["parents"].size() == 2);
}

TEST_CASE("A push of its commits to the base merges a pull request") {
  Forge forge;
  const std::string path = forge.repository + "/pulls/" + std::to_string(forge.pull_request("mlx/x"));
  Caller octocat = forge.as("octocat");
  const Json head = octocat.get(path).body["head"]["sha"];
  octocat.patch(forge.repository + "/git/refs/heads/main", {{"sha", head}});
  const Json pull = octocat.get(path).body;
  CHECK(pull["merged"] == true);
  CHECK(pull["state"] == "closed");
  CHECK(pull["merged_by"]["login"] == "octocat");
}

TEST_CASE("A review's remarks are on lines of the changes") {
  Forge forge;
  Caller bot = forge.as("bot");
  const std::string base = forge.commit(forge.main_sha(), "src/app.py", "one\ntwo\n");
  forge.branch("mlx/x", base);
  const Json opened =
      bot.post(forge.repository + "/pulls", {{"title", "T"}, {"head", "mlx/x"}, {"base", "main"}}).body;
  const std::string pull = forge.repository + "/pulls/" + opened["number"].dump();
  const auto review = [&](const Json& comments, const std::string& body = "B") {
    return bot.post(pull + "/reviews",
                    {{"event", "COMMENT"}, {"body", body}, {"commit_id", base}, {"comments", comments}});
  };
  const Reply made = review({{{"path", "src/app.py"}, {"start_line", 1}, {"line", 2}, {"body", "both"}},
                             {{"path", "src/app.py"}, {"line", 1}, {"side", "LEFT"}, {"body", "before"}}});
  CHECK(made.status == 200);
  CHECK(made.body["state"] == "COMMENTED");
  CHECK(made.body["user"]["login"] == "mlx-bot[bot]");
  CHECK(bot.get(pull + "/reviews").body.size() == 1);
  const Json comments = bot.get(pull + "/comments").body;
  REQUIRE(comments.size() == 2);
  CHECK(comments[0]["start_line"] == 1);
  CHECK(comments[0]["diff_hunk"] == "@@ -1 +1,2 @@\n-print('one')\n+one\n+two");
  CHECK(bot.get(pull).body["review_comments"] == 2);

  const auto reason = [&](const Json& comment) {
    const Reply reply = review(Json::array({comment}));
    CHECK(reply.status == 422);
    return reply.body["errors"][0];
  };
  CHECK(reason({{"path", "src/app.py"}, {"line", 3}, {"body", "b"}}) == "Line could not be resolved");
  CHECK(reason({{"path", "src/app.py"}, {"line", 2}, {"side", "LEFT"}, {"body", "b"}}) ==
        "Line could not be resolved");
  CHECK(reason({{"path", "none.py"}, {"line", 1}, {"body", "b"}}) == "Path could not be resolved");
  CHECK(reason({{"path", "src/app.py"}, {"start_line", 2}, {"line", 2}, {"body", "b"}}) ==
        "Start line must precede the end line.");
  CHECK(review(Json::array(), "").status == 422);
  CHECK(bot.post(pull + "/reviews", {{"event", "LOOK"}, {"body", "b"}}).status == 422);
  CHECK(bot.get(pull + "/reviews").body.size() == 1);
  CHECK(bot.post(forge.repository + "/pulls/99/reviews", {{"event", "COMMENT"}, {"body", "b"}}).status ==
        404);
}

}  // namespace mlx::testing
