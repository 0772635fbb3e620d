#include <catch2/catch.hpp>

#include "tests/sandbox/sandbox_fixture.h"

namespace mlx::testing {
namespace {

std::string lines(int first, int last) {
  std::string text;
  for (int line = first; line <= last; ++line) text += "line " + std::to_string(line) + "\n";
  return text;
}

/// A pull request that adds a file of twenty lines, and somebody's remark on its line 10.
struct World : Forge {
  Caller bot = as("bot");
  int number = 0;
  std::string pull;
  std::string head;

  World() {
    head = commit(main_sha(), "a.py", lines(1, 20));
    branch("feature", head);
    number = as("bot")
                 .post(repository + "/pulls", {{"title", "T"}, {"head", "feature"}, {"base", "main"}})
                 .body["number"];
    pull = repository + "/pulls/" + std::to_string(number);
  }

  Json remark(int line, std::optional<int> start = {}) {
    Json body{{"body", "look"}, {"commit_id", head}, {"path", "a.py"}, {"line", line}, {"side", "RIGHT"}};
    if (start) body["start_line"] = *start;
    const Reply reply = bot.post(pull + "/comments", body);
    INFO(reply.text);
    REQUIRE(reply.status == 201);
    return reply.body;
  }
  void push(const std::string& text) {
    head = commit(head, "a.py", text);
    bot.patch(repository + "/git/refs/heads/feature", {{"sha", head}});
  }
  std::string path_of(const Json& comment) const {
    return repository + "/pulls/comments/" + std::to_string(comment["id"].get<std::int64_t>());
  }
};

}  // namespace

TEST_CASE_METHOD(World, "A remark is made, changed, answered, and taken away") {
  const Json made = remark(10, 8);
  CHECK(made["line"] == 10);
  CHECK(made["start_line"] == 8);
  CHECK(made["user"]["login"] == "mlx-bot[bot]");
  CHECK(made["diff_hunk"].get<std::string>().ends_with("+line 10"));
  const std::string path = path_of(made);
  CHECK(bot.get(path).body == made);
  CHECK(bot.patch(path, {{"body", "~~look~~"}}).body["body"] == "~~look~~");
  const Reply answer = as("octocat").post(
      pull + "/comments/" + std::to_string(made["id"].get<std::int64_t>()) + "/replies", {{"body", "why?"}});
  CHECK(answer.status == 201);
  CHECK(answer.body["in_reply_to_id"] == made["id"]);
  CHECK(answer.body["line"] == 10);
  const Json second =
      as("octocat").post(pull + "/comments", {{"body", "still"}, {"in_reply_to", answer.body["id"]}}).body;
  CHECK(second["in_reply_to_id"] == made["id"]);
  CHECK(bot.get(pull + "/comments").body.size() == 3);
  CHECK(bot.get(pull).body["review_comments"] == 3);
  CHECK(bot.remove(path).status == 204);
  CHECK(bot.remove(path).status == 404);
  CHECK(bot.get(path).status == 404);
  CHECK(bot.get(pull + "/comments").body.size() == 2);
}

TEST_CASE_METHOD(World, "Remarks of others are for those who may write") {
  const std::string path = path_of(remark(10));
  CHECK(as("reader-rita").patch(path, {{"body", "mine"}}).status == 403);
  CHECK(as("reader-rita").remove(path).status == 403);
  CHECK(as("nobody").patch(path, {{"body", "mine"}}).status == 401);
  CHECK(as("writer-will").patch(path, {{"body", "ours"}}).status == 200);
  CHECK(bot.patch(path, {{"body", " "}}).status == 422);
  CHECK(bot.patch(path, Json::object()).status == 422);
  CHECK(bot.patch(path, {{"body", std::string(65'537, 'x')}}).status == 422);
}

TEST_CASE_METHOD(World, "A remark stands on lines that the pull request changes, and on no others") {
  const auto refused = [&](const Json& more) {
    Json body{{"body", "look"}, {"commit_id", head}, {"path", "a.py"}, {"line", 10}};
    body.merge_patch(more);
    const Reply reply = bot.post(pull + "/comments", body);
    CHECK(reply.status == 422);
    return reply.body["errors"].is_array() ? reply.body["errors"][0] : Json();
  };
  CHECK(refused({{"line", 21}}) == "Line could not be resolved");
  CHECK(refused({{"line", 1}, {"side", "LEFT"}}) == "Line could not be resolved");
  CHECK(refused({{"path", "README.md"}}) == "Path could not be resolved");
  CHECK(refused({{"body", ""}}) == "Body can't be blank");
  CHECK(refused({{"line", nullptr}}) == "Line is missing");
  CHECK(refused({{"start_line", 10}}) == "Start line must precede the end line.");
  CHECK(refused({{"commit_id", std::string(40, '1')}}) == "The commit_id is not part of the pull request");
  CHECK(bot.get(pull + "/comments").body.empty());
  CHECK(bot.post(repository + "/pulls/" + std::to_string(issue()) + "/comments", {{"body", "x"}}).status ==
        404);
}

TEST_CASE_METHOD(World, "A remark goes with its line as the pull request goes on, until that is gone") {
  const Json one = remark(10);
  const Json range = remark(12, 10);
  const auto line = [&](const Json& comment, const char* name = "line") {
    return bot.get(path_of(comment)).body[name];
  };
  push("first\n" + lines(1, 20));
  CHECK(line(one) == 11);
  CHECK(line(range) == 13);
  CHECK(line(range, "start_line") == 11);
  CHECK(line(one, "commit_id") == head);
  push("first\n" + lines(3, 20));
  CHECK(line(one) == 9);
  push("first\n" + lines(3, 9) + "other\n" + lines(11, 20));
  CHECK(line(one).is_null());
  CHECK(line(range).is_null());
  CHECK(line(range, "start_line").is_null());
  CHECK(line(one, "original_line") == 10);
  // What is outdated stays so.
  push("first\n" + lines(3, 20));
  CHECK(line(one).is_null());
  const Json last = remark(5);
  bot.patch(repository + "/git/refs/heads/feature",
            {{"sha", commit(main_sha(), "other.py", "x\n")}, {"force", true}});
  CHECK(line(last).is_null());
}

TEST_CASE_METHOD(World, "A remark on an older commit is where that line is now") {
  const std::string before = head;
  push("first\n" + lines(1, 20));
  head = before;
  CHECK(remark(10)["line"] == 11);
}

TEST_CASE_METHOD(World, "The hook is told of remarks") {
  Receiver receiver;
  receiver.hook_to(*this, {"pull_request_review_comment"});
  const Json made = remark(10);
  bot.patch(path_of(made), {{"body", "other"}});
  bot.remove(path_of(made));
  REQUIRE(sandbox->wait_idle());
  CHECK(receiver.names() == std::vector<std::string>{"ping", "pull_request_review_comment.created",
                                                     "pull_request_review_comment.edited",
                                                     "pull_request_review_comment.deleted"});
  CHECK(receiver.received()[2].payload["changes"]["body"]["from"] == "look");
}

}  // namespace mlx::testing
