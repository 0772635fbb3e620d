// What a comment leads to, read back through the API and from git.
#include "bot/run/run_event.h"

#include <catch2/catch.hpp>

#include "tests/bot/run/run_world.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Contains;
using nlohmann::json;

namespace {

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("adding opens a pull request with one signed commit that has just the plan") {
  World world(each_host());
  CHECK(world.say("writer-will", "Let's have it.\n\n/mlx add web") == RunOutcome::kDone);

  const json pull = only_pull(world);
  CHECK(pull["state"] == "open");
  CHECK(pull["title"] == "Add web");
  CHECK(pull["user"]["login"] == world.sandbox.bot_login());
  CHECK(pull["base"]["ref"] == "main");
  CHECK(pull["head"]["ref"] == "mlx/add/web");
  CHECK_THAT(pull["body"].get<std::string>(),
             Contains("`writer-will`") && Contains("#" + std::to_string(world.issue)));

  const auto branches = world.sandbox.branches();
  REQUIRE(branches.size() == 2);
  CHECK(branches.at("mlx/add/web") == pull["head"]["sha"].get<std::string>());
  CHECK(world.sandbox.tree("mlx/add/web") == world.main_with({"web"}));
  const std::string parent = world.sandbox.git("log --format=%P -1 mlx/add/web");
  CHECK(parent == branches.at("main") + "\n");
  const json commit = world.sandbox.get("/commits/" + branches.at("mlx/add/web"));
  CHECK(commit["author"]["login"] == world.sandbox.bot_login());
  // GitLab signs no commits that its API makes.
  CHECK(commit["commit"]["verification"]["verified"] == !world.is_on_gitlab());
  CHECK_THAT(commit["commit"]["message"].get<std::string>(),
             Catch::StartsWith("Add web\n\n- settings 2.0.1, required by web\n- web 1.2.0\n"));

  CHECK_THAT(answer_of(world, kSucceeded), Contains("🚀 `/mlx add web`") && Contains(world.reference(pull)));
}

TEST_CASE("a delivery that comes twice changes nothing the second time") {
  World world(each_host());
  world.say("writer-will", "/mlx add web");
  const auto branches = world.sandbox.branches();
  const std::string reply = answer_of(world, kSucceeded);
  CHECK(world.run() == RunOutcome::kDone);
  CHECK(world.sandbox.branches() == branches);
  only_pull(world);
  CHECK(answer_of(world, kSucceeded) == reply);
}

TEST_CASE("asked again, the same pull request is named") {
  World world(each_host());
  world.say("writer-will", "/mlx add web");
  const auto branches = world.sandbox.branches();
  const json pull = only_pull(world);

  SECTION("on the same issue") {
    world.write_again("octocat", "/mlx add web");
    world.written_later();
    CHECK(world.run() == RunOutcome::kDone);
    const Strings replies = world.sandbox.replies(world.issue);
    REQUIRE(replies.size() == 2);
    CHECK_THAT(replies.back(), Contains(world.reference(pull)));
  }
  SECTION("on another issue") {
    CHECK(world.say("octocat", "/mlx add web") == RunOutcome::kDone);
    CHECK_THAT(answer_of(world, kSucceeded), Contains(world.reference(pull)));
  }
  SECTION("with the names in another order, or required ones named") {
    world.say("writer-will", "/mlx add web settings");
    world.say("writer-will", "/mlx add settings, web");
    CHECK(world.sandbox.pulls().size() == 2);
    CHECK(world.sandbox.branches().contains("mlx/add/settings+web"));
    return;
  }
  CHECK(world.sandbox.branches() == branches);
  CHECK(only_pull(world)["number"] == pull["number"]);
}

TEST_CASE("asked again after main has moved, the pull request is brought up to date") {
  World world(each_host());
  world.say("writer-will", "/mlx add web");
  const json pull = only_pull(world);
  const std::string main = world.sandbox.commit("octocat", "main", {{"CHANGES.md", "new\n"}});

  CHECK(world.say("writer-will", "/mlx add web") == RunOutcome::kDone);
  CHECK(only_pull(world)["number"] == pull["number"]);
  CHECK(world.sandbox.tree("mlx/add/web") == world.main_with({"web"}));
  CHECK(world.sandbox.git("log --format=%P -1 mlx/add/web") == main + "\n");
  CHECK_THAT(answer_of(world, kSucceeded), Contains(world.reference(pull)));
}

TEST_CASE("a title and a body that people changed are put right, once it is asked for again") {
  World world(each_host());
  world.say("writer-will", "/mlx add web");
  const json pull = only_pull(world);
  world.sandbox.ask("octocat", "PATCH", "/pulls/" + std::to_string(pull["number"].get<int>()),
                    {{"title", "Mine"}, {"body", ""}});
  world.write_again("writer-will", "/mlx add web");
  CHECK(world.run() == RunOutcome::kDone);
  CHECK(only_pull(world)["title"] == "Add web");
  CHECK(only_pull(world)["body"] == pull["body"]);
}

TEST_CASE("who may add") {
  World world(each_host());
  SECTION("whoever can write") {
    const std::string user = GENERATE(as<std::string>{}, "octocat", "maintainer-mia", "writer-will");
    CAPTURE(user);
    CHECK(world.say(user, "/mlx add web") == RunOutcome::kDone);
    answer_of(world, kSucceeded);
    only_pull(world);
  }
  SECTION("nobody else; they are told") {
    const std::string user = GENERATE(as<std::string>{}, "triage-tom", "reader-rita", "stranger-sam");
    CAPTURE(user);
    CHECK(world.say(user, "/mlx add web") == RunOutcome::kRefused);
    CHECK_THAT(answer_of(world, kRefused), Contains("😕 `/mlx add web`") && Contains("`" + user + "`"));
    check_nothing_was_made(world);
  }
  SECTION("a role counts when the job runs") {
    world.write("writer-will", "/mlx add web");
    world.sandbox.ask("octocat", "DELETE", "/collaborators/writer-will");
    CHECK(world.run() == RunOutcome::kRefused);
    check_nothing_was_made(world);
  }
}

TEST_CASE("whoever edits a comment counts, not whoever wrote it") {
  World world;
  world.write("stranger-sam", "please add web");
  world.edit("octocat", "/mlx add web");
  CHECK(world.run() == RunOutcome::kDone);
  only_pull(world);
}

TEST_CASE("on GitLab, an edit runs nothing: no delivery says what the note was before") {
  World world(Host::kGitlab);
  world.write("writer-will", "/mlx list");
  world.edit("writer-will", "/mlx list\n/mlx add web");
  CHECK(world.run() == RunOutcome::kIgnored);
  check_nothing_was_said(world);
}

TEST_CASE("everybody may look") {
  World world(each_host());
  const std::string user = GENERATE(as<std::string>{}, "triage-tom", "reader-rita", "stranger-sam");
  CHECK(world.say(user, "/mlx list\n/mlx status\n/mlx help") == RunOutcome::kDone);
  CHECK_THAT(answer_of(world, kSucceeded), Contains("🚀 `/mlx list`") && Contains("🚀 `/mlx status`") &&
                                               Contains("🚀 `/mlx help`") && Contains("| `web` | 1.2.0 |"));
  check_nothing_was_made(world);
}

TEST_CASE("bots are not obeyed, the own one least of all") {
  World world(each_host());
  CHECK(world.say("bot", "/mlx add web") == RunOutcome::kIgnored);
  CHECK(world.sandbox.reactions(world.comment).empty());
  check_nothing_was_made(world);
  SECTION("nor what is written like its answer") {
    world.say("octocat", "/mlx list");
    const std::string reply = world.sandbox.replies(world.issue).front();
    CHECK(world.say("octocat", reply + "\n\n/mlx add web\n") == RunOutcome::kIgnored);
    check_nothing_was_said(world);
  }
}

TEST_CASE("what is quoted, or is code, is no command") {
  World world(each_host());
  const std::string body =
      GENERATE(as<std::string>{}, "> /mlx add web", "```\n/mlx add web\n```", "    /mlx add web",
               "`/mlx add web`", "Try /mlx add web", "<!-- /mlx add web -->", "no command at all");
  CAPTURE(body);
  CHECK(world.say("octocat", body) == RunOutcome::kIgnored);
  check_nothing_was_said(world);
}

TEST_CASE("an edit runs the commands that it adds, and those alone") {
  World world;
  world.write("writer-will", "/mlx list");
  CHECK(world.run() == RunOutcome::kDone);
  const std::string first = answer_of(world, kSucceeded);

  SECTION("one that is added") {
    world.edit("writer-will", "/mlx list\n/mlx status");
    CHECK(world.run() == RunOutcome::kDone);
    const Strings replies = world.sandbox.replies(world.issue);
    REQUIRE(replies.size() == 2);
    CHECK(replies.front() == first);
    CHECK_THAT(replies.back(), Contains("`/mlx status`") && !Contains("`/mlx list`\n\n"));
    CHECK(world.run() == RunOutcome::kDone);
    CHECK(world.sandbox.replies(world.issue).size() == 2);
  }
  SECTION("words around it") {
    world.edit("writer-will", "Hello!\n\n/mlx list\n\nBye.");
    CHECK(world.run() == RunOutcome::kIgnored);
    CHECK(answer_of(world, kSucceeded) == first);
  }
  SECTION("one that is taken away") {
    world.edit("writer-will", "never mind");
    CHECK(world.run() == RunOutcome::kIgnored);
    CHECK(answer_of(world, kSucceeded) == first);
  }
}

TEST_CASE("several commands have one answer") {
  World world(each_host());
  CHECK(world.say("writer-will", "/mlx add settings\n/mlx add web\n/mlx frobnicate") == RunOutcome::kRefused);
  const std::string answer = answer_of(world, kRefused);
  CHECK_THAT(answer, Contains("🚀 `/mlx add settings`") && Contains("🚀 `/mlx add web`") &&
                         Contains("😕 `/mlx frobnicate`"));
  const auto pulls = world.sandbox.pulls();
  REQUIRE(pulls.size() == 2);
  for (const json& pull : pulls) CHECK_THAT(answer, Contains(world.reference(pull)));
  CHECK(world.sandbox.tree("mlx/add/settings") == world.main_with({"settings"}));
  CHECK(world.sandbox.tree("mlx/add/web") == world.main_with({"web"}));
}

TEST_CASE("too many commands are none") {
  World world(each_host());
  CHECK(world.say("writer-will", "/mlx add web\n/mlx list\n/mlx list\n/mlx list\n/mlx list\n/mlx list") ==
        RunOutcome::kRefused);
  CHECK_THAT(answer_of(world, kRefused), Contains("6 commands"));
  check_nothing_was_made(world);
}

TEST_CASE("what cannot be understood is answered with help") {
  World world(each_host());
  CHECK(world.say("stranger-sam", "/mlx ad web") == RunOutcome::kRefused);
  CHECK_THAT(answer_of(world, kRefused), Contains("`ad`") && Contains("`add`") && Contains("`/mlx status`"));
}

TEST_CASE("a component that nobody knows") {
  World world(each_host());
  CHECK(world.say("writer-will", "/mlx add wbe") == RunOutcome::kRefused);
  CHECK_THAT(answer_of(world, kRefused), Contains("`wbe`") && Contains("`web`"));
  check_nothing_was_made(world);
}

TEST_CASE("a name that would be a mention or a reference stays text in the answer") {
  World world(each_host());
  CHECK(world.say("writer-will", "/mlx add @octocat #1 `</details>` caf\xC3\xA9") == RunOutcome::kRefused);
  answer_of(world, kRefused);
  check_nothing_was_made(world);
}

TEST_CASE("after merging there is nothing to do; the status knows what is there") {
  World world(each_host());
  world.say("writer-will", "/mlx add web");
  const json pull = only_pull(world);
  world.sandbox.ask("octocat", "PUT", "/pulls/" + std::to_string(pull["number"].get<int>()) + "/merge",
                    json::object());
  const auto branches = world.sandbox.branches();

  CHECK(world.say("writer-will", "/mlx add web") == RunOutcome::kDone);
  CHECK_THAT(answer_of(world, kSucceeded), Contains("1.2.0"));
  CHECK(world.sandbox.branches() == branches);
  only_pull(world);

  world.say("reader-rita", "/mlx status");
  CHECK_THAT(answer_of(world, kSucceeded), Contains("| `web` | 1.2.0 | 1.2.0 |"));

  SECTION("what was removed since can be added once more, on the branch that is still there") {
    world.sandbox.commit("octocat", "main", {{"mlx.lock", nullptr}, {"src/web/__init__.py", nullptr}});
    CHECK(world.say("writer-will", "/mlx add web") == RunOutcome::kDone);
    CHECK(world.sandbox.pulls().size() == 2);
    CHECK(world.sandbox.pulls().back()["state"] == "open");
    CHECK(world.sandbox.tree("mlx/add/web") == world.main_with({"web"}));
  }
}

TEST_CASE("after closing the pull request, asking again opens a new one") {
  World world(each_host());
  world.say("writer-will", "/mlx add web");
  world.sandbox.ask("octocat", "PATCH", "/pulls/" + std::to_string(only_pull(world)["number"].get<int>()),
                    {{"state", "closed"}});
  SECTION("on the branch that is still there") {}
  SECTION("on a new branch") { world.sandbox.ask("octocat", "DELETE", "/git/refs/heads/mlx/add/web"); }
  CHECK(world.say("writer-will", "/mlx add web") == RunOutcome::kDone);
  const auto pulls = world.sandbox.pulls();
  REQUIRE(pulls.size() == 2);
  CHECK(pulls[0]["state"] == "closed");
  CHECK(pulls[1]["state"] == "open");
  CHECK(world.sandbox.tree("mlx/add/web") == world.main_with({"web"}));
  CHECK_THAT(answer_of(world, kSucceeded), Contains(world.reference(pulls[1])));
}
