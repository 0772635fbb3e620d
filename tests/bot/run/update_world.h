#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "bot/core/update/dashboard.h"
#include "engine/base/timestamp.h"
#include "tests/bot/run/run_world.h"
#include "tests/support/registry_builder.h"

namespace mlx::testing {

using nlohmann::json;
using Strings = std::vector<std::string>;

inline const std::string kScheduled = "[bot]\nupdate = { schedule = \"0 6 * * 1\" }\n";

/// A component with one module, which tells its version.
inline mlx::test::TestComponent component(const std::string& name, const std::string& version,
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

/// A repository with `api` and `log` in their first versions, and a registry that goes on. Each test case
/// runs on each forge, unless it names one.
class Updates {
 public:
  explicit Updates(const std::string& configuration = kScheduled, Host host = each_host())
      : world(host, {{"pyproject.toml", kPyProject}, {"mlx.toml", configuration}}) {
    publish({component("api", "1.0.0"), component("log", "1.0.0")});
    REQUIRE(world.say("octocat", "/mlx add api log") == bot::RunOutcome::kDone);
    merge(only_pull("mlx/add/api+log"));
  }

  World world;

  void publish(const std::vector<mlx::test::TestComponent>& components) {
    world.publish(mlx::test::built_registry(components));
  }
  /// The registry with 1.1.0 of both.
  void publish_next() {
    publish({component("api", "1.0.0"), component("api", "1.1.0"), component("log", "1.0.0"),
             component("log", "1.1.0")});
  }

  bot::RunOutcome schedule() {
    const auto done = world.run(bot::ScheduleEvent{.repository = {.owner = "octo-team", .name = "shop"},
                                                   .installation = installation(),
                                                   .due = to_timestamp(world.now)});
    if (!done) FAIL(to_string(done.error()));
    return *done;
  }
  bot::RunOutcome closed(std::int64_t number) {
    const json pull = world.sandbox.get("/pulls/" + std::to_string(number));
    const auto done =
        world.run(bot::PullRequestClosedEvent{.repository = {.owner = "octo-team", .name = "shop"},
                                              .installation = installation(),
                                              .number = number,
                                              .head_branch = pull["head"]["ref"],
                                              .is_merged = pull["merged"],
                                              .sender = "octocat"});
    if (!done) FAIL(to_string(done.error()));
    return *done;
  }
  /// Ticks the box that is for something, as the forge's page does: the whole text again.
  bot::RunOutcome tick(std::int64_t number, const std::string& box, const std::string& user = "octocat") {
    const json issue = world.sandbox.get("/issues/" + std::to_string(number));
    const std::string before = issue["body"];
    std::string after = before;
    const auto at = after.find("- [ ] <!-- mlx:" + box);
    REQUIRE(at != std::string::npos);
    after[at + 3] = 'x';
    world.sandbox.ask("octocat", "PATCH", "/issues/" + std::to_string(number), {{"body", after}});
    const auto done =
        world.run(bot::BodyEditedEvent{.repository = {.owner = "octo-team", .name = "shop"},
                                       .installation = installation(),
                                       .number = port_number(world.host(), world.sandbox, number),
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
  json dashboard() { return issue(bot::kDashboardMarker); }
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
  bot::RunOutcome say_on(std::int64_t number, const std::string& user, const std::string& body) {
    world.issue = number;
    world.write_again(user, body);
    const auto done = world.run();
    if (!done) FAIL(to_string(done.error()));
    return *done;
  }
  std::int64_t installation() { return installation_of(world.host(), world.sandbox); }
  /// As the bot writes a pull request.
  std::string reference(std::int64_t number) { return world.reference({{"number", number}}); }
  std::string file(const std::string& revision, const std::string& path) {
    return world.sandbox.tree(revision).at(path).text;
  }
};

}  // namespace mlx::testing
