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
using Files = std::map<std::string, std::string>;

const Strings kSucceeded = {"eyes", "rocket"};
const Strings kRefused = {"confused", "eyes"};

/// One answer on the issue, and the reactions that go with it. Returns the answer.
std::string answer_of(World& world, const Strings& reactions) {
  const Strings replies = world.sandbox.replies(world.issue);
  REQUIRE(replies.size() == 1);
  CHECK_THAT(replies.front(),
             Catch::StartsWith("<!-- mlx:reply comment=" + std::to_string(world.comment) + " "));
  CHECK(world.sandbox.reactions(world.comment) == reactions);
  return replies.front();
}

void check_nothing_was_made(World& world) {
  CHECK(world.sandbox.branches().size() == 1);
  CHECK(world.sandbox.pulls().empty());
}

void check_nothing_was_said(World& world) {
  CHECK(world.sandbox.replies(world.issue).empty());
  CHECK(world.sandbox.reactions(world.comment).empty());
  check_nothing_was_made(world);
}

json only_pull(World& world) {
  const auto pulls = world.sandbox.pulls();
  REQUIRE(pulls.size() == 1);
  return pulls.front();
}

std::string number_of(const json& pull) { return "#" + std::to_string(pull["number"].get<int>()); }

}  // namespace

TEST_CASE("adding opens a pull request with one signed commit that has just the plan") {
  World world;
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
  CHECK(commit["commit"]["verification"]["verified"] == true);
  CHECK_THAT(commit["commit"]["message"].get<std::string>(),
             Catch::StartsWith("Add web\n\n- settings 2.0.1, required by web\n- web 1.2.0\n"));

  CHECK_THAT(answer_of(world, kSucceeded), Contains("🚀 `/mlx add web`") && Contains(number_of(pull)));
}

TEST_CASE("a delivery that comes twice changes nothing the second time") {
  World world;
  world.say("writer-will", "/mlx add web");
  const auto branches = world.sandbox.branches();
  const std::string reply = answer_of(world, kSucceeded);
  CHECK(world.run() == RunOutcome::kDone);
  CHECK(world.sandbox.branches() == branches);
  only_pull(world);
  CHECK(answer_of(world, kSucceeded) == reply);
}

TEST_CASE("asked again, the same pull request is named") {
  World world;
  world.say("writer-will", "/mlx add web");
  const auto branches = world.sandbox.branches();
  const json pull = only_pull(world);

  SECTION("on the same issue") {
    world.write_again("octocat", "/mlx add web");
    world.written_later();
    CHECK(world.run() == RunOutcome::kDone);
    const Strings replies = world.sandbox.replies(world.issue);
    REQUIRE(replies.size() == 2);
    CHECK_THAT(replies.back(), Contains(number_of(pull)));
  }
  SECTION("on another issue") {
    CHECK(world.say("octocat", "/mlx add web") == RunOutcome::kDone);
    CHECK_THAT(answer_of(world, kSucceeded), Contains(number_of(pull)));
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
  World world;
  world.say("writer-will", "/mlx add web");
  const json pull = only_pull(world);
  const std::string main = world.sandbox.commit("octocat", "main", {{"CHANGES.md", "new\n"}});

  CHECK(world.say("writer-will", "/mlx add web") == RunOutcome::kDone);
  CHECK(only_pull(world)["number"] == pull["number"]);
  CHECK(world.sandbox.tree("mlx/add/web") == world.main_with({"web"}));
  CHECK(world.sandbox.git("log --format=%P -1 mlx/add/web") == main + "\n");
  CHECK_THAT(answer_of(world, kSucceeded), Contains(number_of(pull)));
}

TEST_CASE("a title and a body that people changed are put right, once it is asked for again") {
  World world;
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
  World world;
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
  SECTION("whoever edits a comment counts, not whoever wrote it") {
    world.write("stranger-sam", "please add web");
    world.edit("octocat", "/mlx add web");
    CHECK(world.run() == RunOutcome::kDone);
    only_pull(world);
  }
  SECTION("a role counts when the job runs") {
    world.write("writer-will", "/mlx add web");
    world.sandbox.ask("octocat", "DELETE", "/collaborators/writer-will");
    CHECK(world.run() == RunOutcome::kRefused);
    check_nothing_was_made(world);
  }
}

TEST_CASE("everybody may look") {
  World world;
  const std::string user = GENERATE(as<std::string>{}, "triage-tom", "reader-rita", "stranger-sam");
  CHECK(world.say(user, "/mlx list\n/mlx status\n/mlx help") == RunOutcome::kDone);
  CHECK_THAT(answer_of(world, kSucceeded), Contains("🚀 `/mlx list`") && Contains("🚀 `/mlx status`") &&
                                               Contains("🚀 `/mlx help`") && Contains("| `web` | 1.2.0 |"));
  check_nothing_was_made(world);
}

TEST_CASE("bots are not obeyed, the own one least of all") {
  World world;
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
  World world;
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
  World world;
  CHECK(world.say("writer-will", "/mlx add settings\n/mlx add web\n/mlx frobnicate") == RunOutcome::kRefused);
  const std::string answer = answer_of(world, kRefused);
  CHECK_THAT(answer, Contains("🚀 `/mlx add settings`") && Contains("🚀 `/mlx add web`") &&
                         Contains("😕 `/mlx frobnicate`"));
  const auto pulls = world.sandbox.pulls();
  REQUIRE(pulls.size() == 2);
  for (const json& pull : pulls) CHECK_THAT(answer, Contains(number_of(pull)));
  CHECK(world.sandbox.tree("mlx/add/settings") == world.main_with({"settings"}));
  CHECK(world.sandbox.tree("mlx/add/web") == world.main_with({"web"}));
}

TEST_CASE("too many commands are none") {
  World world;
  CHECK(world.say("writer-will", "/mlx add web\n/mlx list\n/mlx list\n/mlx list\n/mlx list\n/mlx list") ==
        RunOutcome::kRefused);
  CHECK_THAT(answer_of(world, kRefused), Contains("6 commands"));
  check_nothing_was_made(world);
}

TEST_CASE("what cannot be understood is answered with help") {
  World world;
  CHECK(world.say("stranger-sam", "/mlx ad web") == RunOutcome::kRefused);
  CHECK_THAT(answer_of(world, kRefused), Contains("`ad`") && Contains("`add`") && Contains("`/mlx status`"));
}

TEST_CASE("a component that nobody knows") {
  World world;
  CHECK(world.say("writer-will", "/mlx add wbe") == RunOutcome::kRefused);
  CHECK_THAT(answer_of(world, kRefused), Contains("`wbe`") && Contains("`web`"));
  check_nothing_was_made(world);
}

TEST_CASE("a name that would be a mention or a reference stays text in the answer") {
  World world;
  CHECK(world.say("writer-will", "/mlx add @octocat #1 `</details>` caf\xC3\xA9") == RunOutcome::kRefused);
  answer_of(world, kRefused);
  check_nothing_was_made(world);
}

TEST_CASE("after merging there is nothing to do; the status knows what is there") {
  World world;
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
  World world;
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
  CHECK_THAT(answer_of(world, kSucceeded), Contains(number_of(pulls[1])));
}

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
    CHECK_THAT(replies.front(), Contains("🚀") && Contains(number_of(only_pull(world))));
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
