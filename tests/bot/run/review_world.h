#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/bot/run/run_world.h"
#include "tests/support/registry_builder.h"

namespace mlx::testing {

using Strings = std::vector<std::string>;
using Files = std::map<std::string, nlohmann::json>;

inline constexpr const char* kProject =
    "[project]\nname = \"shop\"\nversion = \"1.0\"\nrequires-python = \">=3.11\"\ndependencies = [\n"
    "  \"fastapi>=0.110\",\n]\n";
inline constexpr const char* kWaiting = "import time\n\n\nasync def settle() -> None:\n    time.sleep(1)\n";
inline constexpr const char* kPatient =
    "import asyncio\n\n\nasync def settle() -> None:\n    await asyncio.sleep(1)\n";

/// A project with `api` installed, and a pull request from `feature`, on each forge unless a test names one.
struct Reviewed : World {
  explicit Reviewed(const std::string& configuration = "", Host host = each_host())
      : World(host, {{"pyproject.toml", kProject}, {"mlx.toml", configuration}, {"README.md", "# Shop\n"}}) {
    publish(mlx::test::built_registry({{.name = "api",
                                        .files = {{.target = "src/api/__init__.py", .text = "LEVEL = 1\n"}},
                                        .modules = {"src.api"},
                                        .distributions = {"pydantic>=2.6"}}}));
    REQUIRE(say("octocat", "/mlx add api") == bot::RunOutcome::kDone);
    sandbox.move_branch("main", sandbox.branches().at("mlx/add/api"));
  }

  void push(const Files& files) {
    sandbox.commit("writer-will", "feature", files);
    if (pull != 0) return;
    pull = sandbox.ask("writer-will", "POST", "/pulls",
                       {{"title", "Change it"}, {"head", "feature"}, {"base", "main"}})["number"];
  }

  bot::RunOutcome look() {
    requests = 0;
    writes = 0;
    const auto count = http.before;
    http.before = [this, count](const HttpRequest& request) {
      count(request);
      ++requests;
      if (request.method != "GET") ++writes;
    };
    const auto outcome = run_pull_request(pull);
    http.before = count;
    if (!outcome) FAIL(to_string(outcome.error()));
    return *outcome;
  }

  Strings comments() {
    Strings found;
    for (const std::string& body : sandbox.replies(pull))
      if (body.starts_with("<!-- mlx:review -->")) found.push_back(body);
    return found;
  }
  std::string comment() {
    const Strings found = comments();
    REQUIRE(found.size() == 1);
    return found.front();
  }

  nlohmann::json check_run() {
    const nlohmann::json runs =
        sandbox.get("/commits/" + sandbox.branches().at("feature") + "/check-runs")["check_runs"];
    REQUIRE(runs.size() == 1);
    return runs[0];
  }
  /// What the check comes to. A status of GitLab has nothing between good and bad.
  bool has_concluded(const std::string& conclusion) {
    const std::string expected = is_on_gitlab() && conclusion == "neutral" ? "success" : conclusion;
    return check_run()["conclusion"] == expected;
  }
  /// How much is written where there is nothing new: GitHub's check run is brought up to date.
  [[nodiscard]] std::size_t least_writes() const { return is_on_gitlab() ? 0 : 1; }
  nlohmann::json remarks() { return sandbox.get("/pulls/" + std::to_string(pull) + "/comments"); }
  nlohmann::json annotations() {
    return sandbox.get("/check-runs/" + std::to_string(check_run()["id"].get<long>()) + "/annotations");
  }

  std::int64_t pull = 0;
  std::size_t requests = 0;
  std::size_t writes = 0;
};

/// For what only check runs have, or only GitHub's answers look like.
struct ReviewedOnGithub : Reviewed {
  ReviewedOnGithub() : Reviewed("", Host::kGithub) {}
};

}  // namespace mlx::testing
