#include <algorithm>

#include <catch2/catch.hpp>

#include "bot/core/update/dashboard.h"
#include "bot/core/update/render_update.h"
#include "bot/core/update/update_answers.h"
#include "engine/base/timestamp.h"
#include "engine/plan/lock.h"
#include "tests/bot/run/run_world.h"
#include "tests/support/registry_builder.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Matchers::Contains;
using nlohmann::json;

namespace {

using Strings = std::vector<std::string>;

const std::string kConfiguration = "[bot]\nupdate = { schedule = \"0 6 * * 1\" }\n";

test::TestComponent component(const std::string& name, const std::string& version,
                              const std::string& text = "",
                              std::map<std::string, std::string> components = {}) {
  return {.name = name,
          .version = version,
          .files = {{.target = "src/" + name + ".py",
                     .text = text.empty()
                                 ? "VERSION = \"" + version + "\"\n\n\ndef work() -> int:\n    return 1\n"
                                 : text}},
          .modules = {"src." + name},
          .components = std::move(components)};
}

/// A repository with `api` and `log` in their first versions, and a registry that goes on.
class Updates {
 public:
  explicit Updates(const std::string& configuration = kConfiguration)
      : world({{"pyproject.toml", kPyProject}, {"mlx.toml", configuration}}) {
    publish({component("api", "1.0.0"), component("log", "1.0.0")});
    REQUIRE(world.say("octocat", "/mlx add api log") == RunOutcome::kDone);
    merge(only_pull("mlx/add/api+log"));
  }

  World world;

  void publish(const std::vector<test::TestComponent>& components) {
    world.publish(test::built_registry(components));
  }
  /// The registry with 1.1.0 of both.
  void publish_next() {
    publish({component("api", "1.0.0"), component("api", "1.1.0"), component("log", "1.0.0"),
             component("log", "1.1.0")});
  }

  RunOutcome schedule() {
    const auto done = world.run(ScheduleEvent{.repository = {.owner = "octo-team", .name = "shop"},
                                              .installation = installation(),
                                              .due = to_timestamp(world.now)});
    if (!done) FAIL(to_string(done.error()));
    return *done;
  }
  RunOutcome closed(std::int64_t number) {
    const json pull = world.sandbox.get("/pulls/" + std::to_string(number));
    const auto done = world.run(PullRequestClosedEvent{.repository = {.owner = "octo-team", .name = "shop"},
                                                       .installation = installation(),
                                                       .number = number,
                                                       .head_branch = pull["head"]["ref"],
                                                       .is_merged = pull["merged"],
                                                       .sender = "octocat"});
    if (!done) FAIL(to_string(done.error()));
    return *done;
  }
  /// Ticks the box that is for something, as the forge's page does: the whole text again.
  RunOutcome tick(std::int64_t number, const std::string& box, const std::string& user = "octocat") {
    const json issue = world.sandbox.get("/issues/" + std::to_string(number));
    const std::string before = issue["body"];
    std::string after = before;
    const auto at = after.find("- [ ] <!-- mlx:" + box);
    REQUIRE(at != std::string::npos);
    after[at + 3] = 'x';
    world.sandbox.ask("octocat", "PATCH", "/issues/" + std::to_string(number), {{"body", after}});
    const auto done = world.run(BodyEditedEvent{.repository = {.owner = "octo-team", .name = "shop"},
                                                .installation = installation(),
                                                .number = number,
                                                .is_pull_request = issue.contains("pull_request"),
                                                .sender = user,
                                                .body = after,
                                                .previous_body = before});
    if (!done) FAIL(to_string(done.error()));
    return *done;
  }

  /// `TITLE (state)` of all pull requests of updates, oldest first.
  Strings pulls() {
    Strings found;
    for (const json& pull : world.sandbox.pulls()) {
      const std::string branch = pull["head"]["ref"];
      if (!branch.starts_with("mlx/update/")) continue;
      std::string state = pull["state"];
      if (!pull["merged_at"].is_null()) state = "merged";
      if (pull["draft"] == true) state += ", draft";
      found.push_back(pull["title"].get<std::string>() + " (" + state + ")");
    }
    return found;
  }
  json pull(const std::string& branch) {
    json found;
    for (const json& pull : world.sandbox.pulls()) {
      if (pull["head"]["ref"] == branch) found = pull;
    }
    REQUIRE_FALSE(found.is_null());
    return found;
  }
  std::int64_t only_pull(const std::string& branch) { return pull(branch)["number"]; }
  void merge(std::int64_t number) {
    world.sandbox.ask("octocat", "PUT", "/pulls/" + std::to_string(number) + "/merge", json::object());
  }
  void close(std::int64_t number) {
    world.sandbox.ask("octocat", "PATCH", "/pulls/" + std::to_string(number), {{"state", "closed"}});
  }
  /// The dashboard's issue; null if there is none.
  json dashboard() { return issue(kDashboardMarker); }
  json issue(std::string_view marker) {
    for (const json& issue : world.sandbox.get("/issues?state=all&per_page=100")) {
      const std::string body = issue["body"].is_string() ? issue["body"] : "";
      if (body.contains(marker)) return issue;
    }
    return {};
  }
  std::string dashboard_text() { return dashboard()["body"]; }
  /// The part of the dashboard under a heading; empty if it has none.
  std::string section(const std::string& heading) {
    const std::string text = dashboard_text();
    const auto begin = text.find("### " + heading + "\n");
    if (begin == std::string::npos) return {};
    return text.substr(begin, text.find("\n### ", begin + 1) - begin);
  }
  std::string reply() { return world.sandbox.replies(world.issue).back(); }
  /// Says something on a pull request.
  RunOutcome say_on(std::int64_t number, const std::string& user, const std::string& body) {
    world.issue = number;
    world.write_again(user, body);
    const auto done = world.run();
    if (!done) FAIL(to_string(done.error()));
    return *done;
  }
  std::int64_t installation() { return world.sandbox.description()["app"]["installation_id"]; }
  std::string file(const std::string& revision, const std::string& path) {
    return world.sandbox.tree(revision).at(path).text;
  }
};

}  // namespace

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
    CHECK_THAT(comments[0]["body"].get<std::string>(), Contains("```suggestion\nVERSION = \"1.1.0\"\n```"));
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
  CHECK_THAT(updates.section("Declined"), Contains("#" + std::to_string(number)));
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
  CHECK_THAT(updates.section("Left alone"), Contains("#" + std::to_string(number)));
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
    const bool is_commit = request.method == "POST" && request.url.ends_with("/git/commits");
    if (!is_commit || !pushed.empty()) return;
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
  updates.world.sandbox.commit("octocat", "main", {{"mlx.toml", kConfiguration}});
  CHECK(updates.schedule() == RunOutcome::kDone);
  CHECK(updates.issue(kConfigurationMarker)["state"] == "closed");
  CHECK(updates.pulls().size() == 2);
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
