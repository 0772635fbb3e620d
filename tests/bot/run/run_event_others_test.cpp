// What a comment leads to where others have been at work, and in repositories as they are.
#include <catch2/catch.hpp>

#include "bot/run/run_event.h"
#include "tests/bot/run/run_world.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Contains;
using nlohmann::json;

namespace {

using Strings = std::vector<std::string>;
using Files = std::map<std::string, std::string>;

}  // namespace

TEST_CASE("commits of others on the branch are never overwritten") {
  World world;
  world.say("writer-will", "/mlx add web");
  SECTION("on top of ours") {
    world.sandbox.commit("writer-will", "mlx/add/web", {{"src/web/mine.py", "x = 1\n"}});
  }
  SECTION("instead of ours") {
    world.sandbox.move_branch("mlx/add/web",
                              world.sandbox.commit("octocat", "elsewhere", {{"src/mine.py", "x = 1\n"}}));
  }
  SECTION("ours, changed by the author of the commit's tree") {
    const std::string tree = world.sandbox.git("rev-parse main^{tree}").substr(0, 40);
    const json commit = world.sandbox.ask("bot", "POST", "/git/commits",
                                          {{"message", "Add web\n\nMlx-Tree: " + std::string(40, '0')},
                                           {"tree", tree},
                                           {"parents", {world.sandbox.branches().at("main")}}});
    world.sandbox.move_branch("mlx/add/web", commit["sha"]);
  }
  SECTION("a message like ours on somebody else's commit") {
    const std::string tree = world.sandbox.git("rev-parse mlx/add/web^{tree}").substr(0, 40);
    const json commit = world.sandbox.ask("octocat", "POST", "/git/commits",
                                          {{"message", "Add web\n\nMlx-Tree: " + tree},
                                           {"tree", tree},
                                           {"parents", {world.sandbox.branches().at("main")}}});
    world.sandbox.move_branch("mlx/add/web", commit["sha"]);
  }
  world.sandbox.commit("octocat", "main", {{"CHANGES.md", "new\n"}});
  const auto branches = world.sandbox.branches();
  CHECK(world.say("writer-will", "/mlx add web") == RunOutcome::kRefused);
  CHECK(world.sandbox.branches() == branches);
  CHECK(world.sandbox.pulls().size() == 1);
  CHECK_THAT(answer_of(world, kRefused), Contains("`mlx/add/web`"));
}

TEST_CASE("our branch, moved back to where main is, is used again") {
  World world;
  world.say("writer-will", "/mlx add web");
  world.sandbox.move_branch("mlx/add/web", world.sandbox.branches().at("main"));
  CHECK(world.say("writer-will", "/mlx add web") == RunOutcome::kDone);
  CHECK(world.sandbox.tree("mlx/add/web") == world.main_with({"web"}));
}

TEST_CASE("what others do meanwhile is seen") {
  World world;
  const auto once = [&world](const std::string& method, const std::string& part,
                             const std::function<void()>& act) {
    world.http.before = [&world, method, part, act](const HttpRequest& request) {
      if (request.method != method || request.url.find(part) == std::string::npos) return;
      world.http.before = [](const HttpRequest&) {};
      act();
    };
  };
  SECTION("a commit that comes onto our branch while it is brought up to date") {
    world.say("writer-will", "/mlx add web");
    world.sandbox.commit("octocat", "main", {{"CHANGES.md", "new\n"}});
    std::string foreign;
    once("POST", "/git/commits",
         [&] { foreign = world.sandbox.commit("writer-will", "mlx/add/web", {{"mine.py", "x = 1\n"}}); });
    world.write("writer-will", "/mlx add web");
    const auto outcome = world.run();
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == ErrorCode::kConflict);
    CHECK(world.sandbox.branches().at("mlx/add/web") == foreign);
    CHECK(world.run() == RunOutcome::kRefused);
    CHECK(world.sandbox.branches().at("mlx/add/web") == foreign);
    answer_of(world, kRefused);
  }
  SECTION("a branch of that name") {
    once("POST", "/git/refs",
         [&] { world.sandbox.commit("octocat", "mlx/add/web", {{"mine.py", "x = 1\n"}}); });
    world.write("writer-will", "/mlx add web");
    const auto outcome = world.run();
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == ErrorCode::kConflict);
    CHECK(world.run() == RunOutcome::kRefused);
    answer_of(world, kRefused);
    CHECK(world.sandbox.tree("mlx/add/web").contains("mine.py"));
  }
  SECTION("a pull request of that branch") {
    once("POST", "/pulls", [&] {
      world.sandbox.ask("octocat", "POST", "/pulls",
                        {{"title", "Mine"}, {"head", "mlx/add/web"}, {"base", "main"}});
    });
    world.write("writer-will", "/mlx add web");
    const auto outcome = world.run();
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == ErrorCode::kConflict);
    CHECK(world.run() == RunOutcome::kDone);
    CHECK(only_pull(world)["title"] == "Add web");
    answer_of(world, kSucceeded);
  }
  SECTION("the comment is deleted before its turn comes") {
    world.write("writer-will", "/mlx add web");
    world.sandbox.ask("octocat", "DELETE", "/issues/comments/" + std::to_string(world.comment));
    CHECK(world.run() == RunOutcome::kIgnored);
    CHECK(world.sandbox.replies(world.issue).empty());
    check_nothing_was_made(world);
  }
  SECTION("the comment is deleted while its command runs") {
    world.write("writer-will", "/mlx add web");
    once("POST", "/git/trees", [&] {
      world.sandbox.ask("octocat", "DELETE", "/issues/comments/" + std::to_string(world.comment));
    });
    CHECK(world.run() == RunOutcome::kDone);
    const Strings replies = world.sandbox.replies(world.issue);
    REQUIRE(replies.size() == 1);
    CHECK_THAT(replies.front(), Contains("🚀") && Contains(world.reference(only_pull(world))));
  }
}

TEST_CASE("a repository without commits") {
  World world;
  world.write("writer-will", "/mlx add web");
  world.sandbox.git("update-ref -d refs/heads/main");
  CHECK(world.run() == RunOutcome::kRefused);
  answer_of(world, kRefused);
  CHECK(world.sandbox.branches().empty());
}

TEST_CASE("projects as they are") {
  SECTION("without anything that declares dependencies") {
    World world(Files{{"README.md", "# Shop\n"}});
    CHECK(world.say("writer-will", "/mlx add web") == RunOutcome::kRefused);
    CHECK_THAT(answer_of(world, kRefused), Contains("pyproject.toml"));
    check_nothing_was_made(world);
  }
  SECTION("with a requirements.txt alone") {
    World world(Files{{"requirements.txt", "numpy\n"}});
    CHECK(world.say("writer-will", "/mlx add web") == RunOutcome::kDone);
    CHECK(world.sandbox.tree("mlx/add/web") == world.main_with({"web"}));
    answer_of(world, kSucceeded);
  }
  SECTION("with a pyproject.toml that is broken") {
    World world(Files{{"pyproject.toml", "[project]\nname = \"shop\"\ndependencies = [\n  \"fastapi\n]\n"}});
    CHECK(world.say("writer-will", "/mlx add web") == RunOutcome::kRefused);
    CHECK_THAT(answer_of(world, kRefused), Contains("`pyproject.toml:4:"));
    check_nothing_was_made(world);
  }
  SECTION("with bytes that are no UTF-8 where a message quotes them") {
    World world(Files{{"requirements.txt", "caf\xE9==1\nfastapi==0.1\n"}, {"mlx.toml", "caf\xE9 = 1\n"}});
    world.say("writer-will", "/mlx add web");
    CHECK(world.sandbox.replies(world.issue).size() == 1);
  }
  SECTION("with a file in the way") {
    World world(Files{
        {"pyproject.toml", kPyProject}, {"src/__init__.py", ""}, {"src/web/__init__.py", "mine = True\n"}});
    CHECK(world.say("writer-will", "/mlx add web") == RunOutcome::kRefused);
    CHECK_THAT(answer_of(world, kRefused), Contains("src/web/") && Contains("overwrite"));
    check_nothing_was_made(world);
    CHECK(world.say("writer-will", "/mlx add web --overwrite") == RunOutcome::kDone);
    CHECK(world.sandbox.tree("mlx/add/web-overwrite").at("src/web/__init__.py").text ==
          "from src.settings import PORT\n");
  }
  SECTION("with a symbolic link in the way") {
    World world;
    const std::string link =
        GENERATE(as<std::string>{}, "src", "tests", "mlx.lock", "pyproject.toml", ".env.example");
    CAPTURE(link);
    if (link == "pyproject.toml") world.sandbox.commit("octocat", "main", {{link, nullptr}});
    world.sandbox.put_symlink("main", link, "README.md");
    CHECK(world.say("writer-will", "/mlx add web") == RunOutcome::kRefused);
    answer_of(world, kRefused);
    check_nothing_was_made(world);
  }
  SECTION("with modes and names of all kinds, which are kept") {
    World world(Files{{"pyproject.toml", kPyProject},
                      {"src-old/x.py", "x\n"},
                      {"src.txt", "x\n"},
                      {"src/__init__.py", ""},
                      {"ä ö.txt", "\xFF\n"}});
    world.sandbox.put_symlink("main", "latest", "src.txt");
    CHECK(world.say("writer-will", "/mlx add web") == RunOutcome::kDone);
    CHECK(world.sandbox.tree("mlx/add/web") == world.main_with({"web"}));
    CHECK(world.sandbox.tree("mlx/add/web").at("latest").mode == "120000");
  }
}

TEST_CASE("on a pull request, main is what counts") {
  World world;
  world.sandbox.commit("writer-will", "topic", {{"topic.py", "x = 1\n"}});
  world.issue = world.sandbox.ask("writer-will", "POST", "/pulls",
                                  {{"title", "Topic"}, {"head", "topic"}, {"base", "main"}})["number"];
  world.write_again("writer-will", "/mlx add web");
  CHECK(world.run() == RunOutcome::kDone);
  CHECK(world.sandbox.tree("mlx/add/web") == world.main_with({"web"}));
  CHECK_FALSE(world.sandbox.tree("mlx/add/web").contains("topic.py"));
  answer_of(world, kSucceeded);
}
