// What the bot does not do: too much, too soon, again, or over somebody else's work.
#include <catch2/catch.hpp>

#include "engine/plan/lock.h"
#include "tests/bot/run/update_world.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Matchers::Contains;

TEST_CASE("there are no more open pull requests than the limit", "[updates]") {
  Updates updates("[bot]\nupdate = { schedule = \"0 6 * * 1\", open-limit = 1 }\n");
  updates.publish_next();
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.pulls() == Strings{"Update api 1.0.0 → 1.1.0 (open)"});
  CHECK_THAT(updates.section("Waiting for a place"),
             Contains("log 1.0.0 → 1.1.0") && Contains("which is the limit"));
  SECTION("unless somebody asks for one") {
    CHECK(updates.world.say("octocat", "/mlx update log") == RunOutcome::kDone);
    CHECK(updates.pulls().size() == 2);
    CHECK(updates.section("Waiting for a place").empty());
  }
  SECTION("or ticks its box") {
    CHECK(updates.tick(updates.dashboard()["number"], "create=log") == RunOutcome::kDone);
    CHECK(updates.pulls().size() == 2);
  }
  SECTION("and the next comes when one is merged") {
    const std::int64_t number = updates.only_pull("mlx/update/api");
    updates.merge(number);
    CHECK(updates.closed(number) == RunOutcome::kDone);
    CHECK(updates.pulls().size() == 1);
    CHECK_THAT(updates.section("Waiting for the schedule"), Contains("log"));
    CHECK(updates.schedule() == RunOutcome::kDone);
    CHECK(updates.pulls().size() == 2);
  }
}

TEST_CASE("there are no more new pull requests within an hour than the limit", "[updates]") {
  Updates updates("[bot]\nupdate = { schedule = \"0 6 * * 1\", hourly-limit = 1 }\n");
  updates.publish_next();
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.pulls() == Strings{"Update api 1.0.0 → 1.1.0 (open)"});
  CHECK_THAT(updates.section("Waiting for a place"), Contains("within the last hour"));
  updates.world.now += std::chrono::hours(2);
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.pulls().size() == 2);
}

TEST_CASE("a version waits until it is known for long enough", "[updates]") {
  Updates updates("[bot]\nupdate = { schedule = \"0 6 * * 1\", minimum-age-days = 7 }\n");
  updates.publish({component("api", "1.0.0"), component("api", "1.1.0"), component("log", "1.0.0")});
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.pulls().empty());
  CHECK_THAT(updates.section("Waiting for their age"), Contains("api 1.0.0 → 1.1.0") && Contains("7 days"));
  updates.world.now += std::chrono::days(6);
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.pulls().empty());
  // A later one does not start the wait anew for the one before it.
  updates.publish({component("api", "1.0.0"), component("api", "1.1.0"), component("api", "1.2.0"),
                   component("log", "1.0.0")});
  updates.world.now += std::chrono::days(2);
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.pulls() == Strings{"Update api 1.0.0 → 1.1.0 (open)"});
  updates.world.now += std::chrono::days(8);
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.pulls() == Strings{"Update api 1.0.0 → 1.2.0 (open)"});
}

TEST_CASE("a pull request that was closed is not opened again for that version", "[updates]") {
  Updates updates;
  updates.publish({component("api", "1.0.0"), component("api", "1.1.0"), component("log", "1.0.0")});
  CHECK(updates.schedule() == RunOutcome::kDone);
  const std::int64_t number = updates.only_pull("mlx/update/api");
  updates.close(number);
  CHECK(updates.closed(number) == RunOutcome::kDone);
  CHECK_THAT(updates.section("Declined"), Contains(updates.reference(number)));
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.pulls() == Strings{"Update api 1.0.0 → 1.1.0 (closed)"});
  SECTION("but for the next") {
    updates.publish({component("api", "1.0.0"), component("api", "1.2.0"), component("log", "1.0.0")});
    CHECK(updates.schedule() == RunOutcome::kDone);
    CHECK(updates.pulls() == Strings{"Update api 1.0.0 → 1.1.0 (closed)", "Update api 1.0.0 → 1.2.0 (open)"});
  }
  SECTION("or when its box is ticked") {
    CHECK(updates.tick(updates.dashboard()["number"], "create=api") == RunOutcome::kDone);
    CHECK(updates.pulls().size() == 2);
  }
  SECTION("or when somebody says recreate on it") {
    CHECK(updates.say_on(number, "writer-will", "/mlx rebase") == RunOutcome::kRefused);
    CHECK_THAT(updates.reply(), Contains("`/mlx recreate`"));
    CHECK(updates.say_on(number, "writer-will", "/mlx recreate") == RunOutcome::kDone);
    CHECK(updates.pulls().size() == 2);
  }
}

TEST_CASE("commits of others are never overwritten, and it is said once", "[updates]") {
  Updates updates;
  updates.publish({component("api", "1.0.0"), component("api", "1.1.0"), component("log", "1.0.0")});
  CHECK(updates.schedule() == RunOutcome::kDone);
  const std::int64_t number = updates.only_pull("mlx/update/api");
  const std::string theirs =
      updates.world.sandbox.commit("writer-will", "mlx/update/api", {{"src/mine.py", "MINE = 1\n"}});
  updates.publish({component("api", "1.0.0"), component("api", "1.2.0"), component("log", "1.0.0")});
  for (int round = 0; round < 3; ++round) CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.world.sandbox.branches().at("mlx/update/api") == theirs);
  CHECK(updates.world.sandbox.replies(number).size() == 1);
  CHECK_THAT(updates.section("Left alone"), Contains(updates.reference(number)));
  SECTION("nor by a rebase") {
    CHECK(updates.say_on(number, "writer-will", "/mlx rebase") == RunOutcome::kRefused);
    CHECK(updates.world.sandbox.branches().at("mlx/update/api") == theirs);
  }
  SECTION("but by somebody who says recreate, who hears what was there") {
    CHECK(updates.say_on(number, "writer-will", "/mlx recreate") == RunOutcome::kDone);
    CHECK(updates.world.sandbox.branches().at("mlx/update/api") != theirs);
    CHECK_FALSE(updates.world.sandbox.tree("mlx/update/api").contains("src/mine.py"));
    CHECK_THAT(updates.reply(), Contains(theirs));
    CHECK(updates.pulls() == Strings{"Update api 1.0.0 → 1.2.0 (open)"});
  }
  SECTION("nor closed when nothing asks for it any more") {
    updates.publish({component("api", "1.0.0"), component("log", "1.0.0")});
    CHECK(updates.schedule() == RunOutcome::kDone);
    CHECK(updates.world.sandbox.branches().at("mlx/update/api") == theirs);
    CHECK(updates.pulls().front().ends_with("(open)"));
  }
}

TEST_CASE("a branch is made anew when its change is another one by now, or when that is asked for",
          "[updates]") {
  Updates updates;
  updates.publish({component("api", "1.0.0"), component("api", "1.1.0"), component("log", "1.0.0")});
  CHECK(updates.schedule() == RunOutcome::kDone);
  const auto head = [&] { return updates.world.sandbox.branches().at("mlx/update/api"); };
  const std::string first = head();
  const std::int64_t number = updates.only_pull("mlx/update/api");
  updates.world.sandbox.commit("octocat", "main", {{"README.md", "# Other\n"}});
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(head() == first);
  const auto is_on_main = [&] {
    return updates.world.sandbox.git("merge-base main mlx/update/api") ==
           updates.world.sandbox.git("rev-parse main");
  };
  SECTION("by a command") {
    CHECK(updates.say_on(number, "writer-will", "/mlx rebase") == RunOutcome::kDone);
    CHECK(is_on_main());
  }
  SECTION("by a box") {
    CHECK(updates.tick(number, "rebase") == RunOutcome::kDone);
    CHECK(is_on_main());
    CHECK_THAT(updates.pull("mlx/update/api")["body"].get<std::string>(),
               Contains("- [ ] <!-- mlx:rebase -->"));
  }
  SECTION("by a box of the dashboard") {
    CHECK(updates.tick(updates.dashboard()["number"], "rebase=api") == RunOutcome::kDone);
    CHECK(is_on_main());
  }
  SECTION("because the user changed the file meanwhile") {
    updates.world.sandbox.commit(
        "octocat", "main", {{"src/api.py", "VERSION = \"1.0.0\"\n\n\ndef work() -> int:\n    return 5\n"}});
    CHECK(updates.schedule() == RunOutcome::kDone);
    CHECK(is_on_main());
    CHECK(updates.file("mlx/update/api", "src/api.py") ==
          "VERSION = \"1.1.0\"\n\n\ndef work() -> int:\n    return 5\n");
  }
  SECTION("but not by somebody who may not write") {
    CHECK(updates.say_on(number, "reader-rita", "/mlx rebase") == RunOutcome::kRefused);
    CHECK(updates.tick(number, "rebase", "reader-rita") == RunOutcome::kRefused);
    CHECK(head() == first);
  }
}

TEST_CASE("somebody who pushes while the bot makes a branch anew is not overwritten", "[updates]") {
  Updates updates;
  updates.publish({component("api", "1.0.0"), component("api", "1.1.0"), component("log", "1.0.0")});
  CHECK(updates.schedule() == RunOutcome::kDone);
  updates.publish({component("api", "1.0.0"), component("api", "1.2.0"), component("log", "1.0.0")});
  std::string pushed;
  updates.world.http.before = [&](const HttpRequest& request) {
    // Between the two looks at the branch: the bot's, and the one before it writes.
    const bool is_between =
        request.url.ends_with("/git/commits") || request.url.contains("/repository/compare");
    if (!is_between || !pushed.empty()) return;
    pushed = "now";
    pushed = updates.world.sandbox.commit("writer-will", "mlx/update/api", {{"src/mine.py", "MINE = 1\n"}});
  };
  const ScheduleEvent event{.repository = {.owner = "octo-team", .name = "shop"},
                            .installation = updates.installation(),
                            .due = to_timestamp(updates.world.now)};
  CHECK(updates.world.run(event).error().code == ErrorCode::kConflict);
  CHECK(updates.world.sandbox.branches().at("mlx/update/api") == pushed);
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.world.sandbox.branches().at("mlx/update/api") == pushed);
  CHECK_THAT(updates.section("Left alone"), Contains("api"));
}

TEST_CASE("an update that was made otherwise takes its pull request with it", "[updates]") {
  Updates updates;
  updates.publish({component("api", "1.0.0"), component("api", "1.1.0"), component("log", "1.0.0")});
  CHECK(updates.schedule() == RunOutcome::kDone);
  // Somebody merges the same by hand.
  const auto tree = updates.world.sandbox.tree("mlx/update/api");
  updates.world.sandbox.commit(
      "octocat", "main",
      {{"src/api.py", tree.at("src/api.py").text}, {"mlx.lock", tree.at("mlx.lock").text}});
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.pulls() == Strings{"Update api 1.0.0 → 1.1.0 (closed)"});
  CHECK_FALSE(updates.world.sandbox.branches().contains("mlx/update/api"));
}

TEST_CASE("what is ignored is not offered", "[updates]") {
  Updates updates;
  updates.publish_next();
  CHECK(updates.schedule() == RunOutcome::kDone);
  const std::int64_t number = updates.only_pull("mlx/update/api");
  SECTION("by name") {
    CHECK(updates.world.say("writer-will", "/mlx ignore api") == RunOutcome::kDone);
    CHECK(updates.pulls() == Strings{"Update api 1.0.0 → 1.1.0 (closed)", "Update log 1.0.0 → 1.1.0 (open)"});
    CHECK_THAT(updates.section("Ignored"), Contains("`api`"));
    CHECK(updates.schedule() == RunOutcome::kDone);
    CHECK(updates.pulls().size() == 2);
    SECTION("until that is taken back") {
      CHECK(updates.world.say("writer-will", "/mlx unignore api") == RunOutcome::kDone);
      CHECK(updates.section("Ignored").empty());
      CHECK(updates.world.say("writer-will", "/mlx unignore api") == RunOutcome::kRefused);
      CHECK_THAT(updates.reply(), Contains("is not ignored"));
    }
    SECTION("by its box, too") {
      CHECK(updates.tick(updates.dashboard()["number"], "unignore=api") == RunOutcome::kDone);
      CHECK(updates.section("Ignored").empty());
    }
  }
  SECTION("by the versions of a pull request") {
    CHECK(updates.say_on(number, "writer-will", "/mlx ignore") == RunOutcome::kDone);
    CHECK_THAT(updates.section("Ignored"), Contains("`api@1.1.0`"));
    updates.publish({component("api", "1.0.0"), component("api", "1.2.0"), component("log", "1.0.0")});
    CHECK(updates.schedule() == RunOutcome::kDone);
    CHECK(updates.pulls().back() == "Update api 1.0.0 → 1.2.0 (open)");
  }
  SECTION("and what is wrong is said") {
    CHECK(updates.world.say("writer-will", "/mlx ignore apo") == RunOutcome::kRefused);
    CHECK_THAT(updates.reply(), Contains("did you mean `api`?"));
    CHECK(updates.world.say("writer-will", "/mlx ignore api@soon") == RunOutcome::kRefused);
    CHECK(updates.world.say("reader-rita", "/mlx ignore api") == RunOutcome::kRefused);
    CHECK(updates.section("Ignored").empty());
  }
}

TEST_CASE("what is no business of the bot's is left alone", "[updates]") {
  Updates updates;
  updates.publish_next();
  CHECK(updates.schedule() == RunOutcome::kDone);
  const std::int64_t dashboard = updates.dashboard()["number"];
  const std::string text = updates.dashboard_text();
  SECTION("a dashboard that somebody else wrote") {
    const json fake =
        updates.world.sandbox.ask("writer-will", "POST", "/issues", {{"title", "x"}, {"body", text}});
    CHECK(updates.schedule() == RunOutcome::kDone);
    CHECK(updates.world.sandbox.get("/issues/" + fake["number"].dump())["body"] == text);
  }
  SECTION("a box that somebody ticked who may not write") {
    CHECK(updates.tick(dashboard, "rebase=api", "reader-rita") == RunOutcome::kRefused);
  }
  SECTION("a pull request of somebody else from such a branch") {
    updates.world.sandbox.commit("writer-will", "mlx/update/other", {{"x.txt", "1\n"}});
    updates.world.sandbox.ask("writer-will", "POST", "/pulls",
                              {{"title", "Mine"}, {"head", "mlx/update/other"}, {"base", "main"}});
    CHECK(updates.schedule() == RunOutcome::kDone);
    CHECK(updates.pulls().back() == "Mine (open)");
  }
  SECTION("state that somebody made unreadable") {
    std::string broken = text;
    broken.replace(broken.find("mlx:state {"), 11, "mlx:state ]");
    updates.world.sandbox.ask("octocat", "PATCH", "/issues/" + std::to_string(dashboard), {{"body", broken}});
    CHECK(updates.schedule() == RunOutcome::kDone);
    CHECK(updates.dashboard_text() == text);
  }
}

TEST_CASE("a repository without issues gets its pull requests all the same", "[updates]") {
  Updates updates;
  updates.publish_next();
  updates.world.http.after = [](const HttpRequest& request, HttpResponse& response) {
    const bool is_about_issues = request.url.ends_with("/issues") || request.url.contains("/issues?");
    if (!is_about_issues) return;
    response.status = 410;
    response.body = R"({"message": "Issues has been disabled in this repository."})";
  };
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.pulls().size() == 2);
  SECTION("also when its configuration cannot be used, which nobody can be told there") {
    updates.world.sandbox.commit("octocat", "main", {{"mlx.toml", "[bot\n"}});
    CHECK(updates.schedule() == RunOutcome::kRefused);
  }
}

TEST_CASE("a year of schedules", "[updates]") {
  Updates updates("[bot]\nupdate = { schedule = \"0 6 * * 1\", open-limit = 1, minimum-age-days = 3 }\n");
  // A version a month of each; the user merges at his own pace, declines one, and pushes to another.
  int merged = 0;
  int declined = 0;
  std::set<std::string> seen;
  std::vector<test::TestComponent> published = {component("api", "1.0.0"), component("log", "1.0.0")};
  for (int week = 1; week <= 52; ++week) {
    updates.world.now += std::chrono::days(7);
    if (week % 4 == 0) {
      const std::string version = "1." + std::to_string(week / 4) + ".0";
      published.push_back(component(week % 8 == 0 ? "api" : "log", version));
      updates.publish(published);
    }
    CHECK(updates.schedule() == RunOutcome::kDone);
    std::vector<json> open;
    for (const json& pull : updates.world.sandbox.pulls()) {
      const std::string branch = pull["head"]["ref"];
      if (branch.starts_with("mlx/update/") && pull["state"] == "open") open.push_back(pull);
    }
    CHECK(open.size() <= 1);
    if (open.empty() || week % 3 != 0) continue;
    const std::int64_t number = open.front()["number"];
    CHECK(seen.insert(open.front()["title"].get<std::string>() + std::to_string(number)).second);
    if (week == 21) {
      updates.close(number);
      ++declined;
    } else {
      updates.merge(number);
      ++merged;
    }
    CHECK(updates.closed(number) == RunOutcome::kDone);
  }
  CHECK(merged >= 8);
  CHECK(declined == 1);
  const Lock lock = read_lock(updates.file("main", "mlx.lock")).value();
  CHECK(lock.components.at("api").version.minor >= 10);
  CHECK(lock.components.at("log").version.minor >= 9);
  CHECK(updates.file("main", "src/api.py").contains(to_string(lock.components.at("api").version)));
}
