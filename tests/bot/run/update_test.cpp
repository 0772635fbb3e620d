// Which updates become pull requests, and what those say.
#include <catch2/catch.hpp>

#include "bot/core/update/update_answers.h"
#include "tests/bot/run/update_world.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Matchers::Contains;

TEST_CASE("on its schedule the bot opens a pull request for each component", "[updates]") {
  Updates updates;
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.pulls().empty());
  CHECK(updates.dashboard().is_null());
  updates.publish_next();
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.pulls() == Strings{"Update api 1.0.0 → 1.1.0 (open)", "Update log 1.0.0 → 1.1.0 (open)"});
  const json pull = updates.pull("mlx/update/api");
  CHECK(pull["labels"][0]["name"] == "mlx");
  CHECK_THAT(pull["body"].get<std::string>(), Contains("new version; you had not changed it"));
  CHECK(updates.file("mlx/update/api", "src/api.py").contains("1.1.0"));
  CHECK(updates.file("mlx/update/api", "src/log.py").contains("1.0.0"));
  CHECK_THAT(updates.section("Open"), Contains("api 1.0.0 → 1.1.0") && Contains("log 1.0.0 → 1.1.0"));
  SECTION("once") {
    const auto branches = updates.world.sandbox.branches();
    CHECK(updates.schedule() == RunOutcome::kDone);
    CHECK(updates.pulls().size() == 2);
    CHECK(updates.world.sandbox.branches() == branches);
  }
  SECTION("and again for the version after that") {
    updates.publish({component("api", "1.0.0"), component("api", "1.2.0"), component("log", "1.0.0"),
                     component("log", "1.1.0")});
    CHECK(updates.schedule() == RunOutcome::kDone);
    CHECK(updates.pulls() == Strings{"Update api 1.0.0 → 1.2.0 (open)", "Update log 1.0.0 → 1.1.0 (open)"});
    CHECK(updates.file("mlx/update/api", "src/api.py").contains("1.2.0"));
  }
  SECTION("and says so when all is done") {
    for (const char* branch : {"mlx/update/api", "mlx/update/log"}) {
      const std::int64_t number = updates.only_pull(branch);
      updates.merge(number);
      CHECK(updates.closed(number) == RunOutcome::kDone);
    }
    CHECK_THAT(updates.dashboard_text(), Contains("Everything is up to date."));
  }
}

TEST_CASE("updates may come together in one pull request", "[updates]") {
  Updates updates("[bot]\nupdate = { schedule = \"0 6 * * 1\", group = true }\n");
  updates.publish_next();
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.pulls() == Strings{"Update 2 components (open)"});
  CHECK(updates.file("mlx/update/all", "src/api.py").contains("1.1.0"));
  CHECK(updates.file("mlx/update/all", "src/log.py").contains("1.1.0"));
}

TEST_CASE("an update is merged with what the user did", "[updates]") {
  Updates updates;
  const std::string mine =
      "VERSION = \"1.0.0\"\n\n\ndef work() -> int:\n    return 1\n\n\ndef own() -> int:\n    return 7\n";
  updates.world.sandbox.commit("octocat", "main", {{"src/api.py", mine}});
  updates.publish_next();
  CHECK(updates.schedule() == RunOutcome::kDone);
  const std::string merged = updates.file("mlx/update/api", "src/api.py");
  CHECK(merged.contains("VERSION = \"1.1.0\""));
  CHECK(merged.contains("def own()"));
  CHECK_THAT(updates.pull("mlx/update/api")["body"].get<std::string>(),
             Contains("**merged** with your changes"));
}

TEST_CASE("an update with conflicts is a draft that shows both sides", "[updates]") {
  const std::string mine = "VERSION = \"mine\"\n\n\ndef work() -> int:\n    return 1\n";
  const std::string theirs = "VERSION = \"1.1.0\"\n\n\ndef work() -> float:\n    return 1\n";
  const auto run = [&](Updates& updates) {
    updates.world.sandbox.commit("octocat", "main", {{"src/api.py", mine}});
    updates.publish(
        {component("api", "1.0.0"), component("api", "1.1.0", theirs), component("log", "1.0.0")});
    CHECK(updates.schedule() == RunOutcome::kDone);
    CHECK(updates.pulls() == Strings{"Update api 1.0.0 → 1.1.0 (open, draft)"});
    CHECK_THAT(updates.pull("mlx/update/api")["body"].get<std::string>(),
               Contains("❌ **conflict** in 1 place") && Contains("VERSION = \"mine\"") &&
                   Contains("VERSION = \"1.1.0\""));
    CHECK_THAT(updates.section("Open"), Contains("with conflicts"));
  };
  SECTION("the file has the user's side, and the other one is suggested") {
    Updates updates;
    run(updates);
    CHECK(updates.file("mlx/update/api", "src/api.py") ==
          "VERSION = \"mine\"\n\n\ndef work() -> float:\n    return 1\n");
    const std::string number = std::to_string(updates.only_pull("mlx/update/api"));
    const json comments = updates.world.sandbox.get("/pulls/" + number + "/comments");
    REQUIRE(comments.size() == 1);
    CHECK(comments[0]["path"] == "src/api.py");
    CHECK(comments[0]["line"] == 1);
    const std::string language = updates.world.is_on_gitlab() ? "suggestion:-0+0" : "suggestion";
    CHECK_THAT(comments[0]["body"].get<std::string>(),
               Contains("```" + language + "\nVERSION = \"1.1.0\"\n```"));
    CHECK(updates.schedule() == RunOutcome::kDone);
    CHECK(updates.world.sandbox.get("/pulls/" + number + "/comments").size() == 1);
  }
  SECTION("or both between markers, if the configuration says so") {
    Updates updates("[bot]\nupdate = { schedule = \"0 6 * * 1\", conflicts = \"markers\" }\n");
    run(updates);
    CHECK(updates.file("mlx/update/api", "src/api.py")
              .starts_with("<<<<<<< yours\nVERSION = \"mine\"\n=======\n"));
  }
}

TEST_CASE("updates that are asked for", "[updates]") {
  Updates updates("[bot]\ncommand-prefix = \"/mlx\"\n");
  CHECK(updates.world.say("writer-will", "/mlx update") == RunOutcome::kDone);
  CHECK_THAT(updates.reply(), Contains("Everything is up to date."));
  updates.publish({component("api", "1.0.0"), component("api", "1.1.0"), component("api", "1.2.0"),
                   component("log", "1.0.0"), component("log", "1.1.0")});
  SECTION("all of them") {
    CHECK(updates.world.say("writer-will", "/mlx update") == RunOutcome::kDone);
    CHECK(updates.pulls() == Strings{"Update api 1.0.0 → 1.2.0 (open)", "Update log 1.0.0 → 1.1.0 (open)"});
    CHECK_THAT(updates.reply(), Contains("brings api 1.0.0 → 1.2.0") && Contains("brings log 1.0.0 → 1.1.0"));
  }
  SECTION("one, in a version") {
    CHECK(updates.world.say("writer-will", "/mlx update api --to 1.1.0") == RunOutcome::kDone);
    CHECK(updates.pulls() == Strings{"Update api 1.0.0 → 1.1.0 (open)"});
    CHECK_THAT(updates.section("Waiting for the schedule"), Contains("log"));
  }
  SECTION("and what is not possible") {
    CHECK(updates.world.say("writer-will", "/mlx update apo") == RunOutcome::kRefused);
    CHECK_THAT(updates.reply(), Contains("did you mean `api`?"));
    CHECK(updates.world.say("writer-will", "/mlx update api --to 9.0.0") == RunOutcome::kRefused);
    CHECK_THAT(updates.reply(), Contains("it has 1.0.0, 1.1.0, 1.2.0"));
    CHECK(updates.world.say("reader-rita", "/mlx update") == RunOutcome::kRefused);
    CHECK(updates.pulls().empty());
  }
}

TEST_CASE("an update that cannot be made is shown, and the others are made", "[updates]") {
  Updates updates;
  updates.publish({component("api", "1.0.0"), component("api", "1.1.0", "", {{"cache", "^2.0"}}),
                   component("log", "1.0.0"), component("log", "1.1.0")});
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.pulls() == Strings{"Update log 1.0.0 → 1.1.0 (open)"});
  CHECK_THAT(updates.section("Cannot be made"), Contains("api") && Contains("`cache`"));
}

TEST_CASE("an invalid configuration is reported in one issue, and nothing else is done", "[updates]") {
  Updates updates;
  updates.publish_next();
  const std::string broken =
      GENERATE(as<std::string>{}, "[bot]\nupdate = { schedule = \"0 6 * * 9\" }\n",
               "[bot]\nupdate = { schedule = \"0 6 * * 1\", timezone = \"Mars/Olympus\" }\n",
               "[bot]\nignore = [\"api@soon\"]\nupdate = { schedule = \"0 6 * * 1\" }\n", "[bot\n");
  updates.world.sandbox.commit("octocat", "main", {{"mlx.toml", broken}});
  for (int round = 0; round < 2; ++round) CHECK(updates.schedule() == RunOutcome::kRefused);
  CHECK(updates.pulls().empty());
  CHECK(updates.dashboard().is_null());
  const json issue = updates.issue(kConfigurationMarker);
  REQUIRE_FALSE(issue.is_null());
  CHECK_THAT(issue["body"].get<std::string>(), Contains("mlx.toml"));
  CHECK(issue["state"] == "open");
  updates.world.sandbox.commit("octocat", "main", {{"mlx.toml", kScheduled}});
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.issue(kConfigurationMarker)["state"] == "closed");
  CHECK(updates.pulls().size() == 2);
}
