#include "action/job_repository.h"

#include <catch2/catch.hpp>

#include "action/github/permission_advice.h"
#include "tests/bot/forge/scripted_repository.h"

using namespace mlx;
using namespace mlx::action;
using mlx::testing::ScriptedRepository;
using nlohmann::json;
using Strings = std::vector<std::string>;

namespace {

const json kRefusal = {{"message", "Resource not accessible by integration"}};

struct Job {
  explicit Job(Refused how) : policy{.refused = how, .advice = github::permission_advice} {}

  RefusalPolicy policy;
  ScriptedRepository forge;
  JobEffects effects;
  JobRepository repository{*forge.repository, effects, policy};
};

template <typename T>
std::string refusal_of(const Result<T>& result) {
  REQUIRE_FALSE(result);
  CHECK(result.error().code == ErrorCode::kRefused);
  return result.error().message;
}

json pull(int number) {
  return {{"number", number},
          {"html_url", "https://forge/pull/" + std::to_string(number)},
          {"title", "t"},
          {"body", "b"},
          {"created_at", "2026-01-01T00:00:00Z"}};
}

}  // namespace

TEST_CASE("a refused call names the permission and the line of the workflow") {
  Job job(Refused::kIsError);
  for (int i = 0; i < 6; ++i) job.forge.then(403, kRefusal);
  CHECK(refusal_of(job.repository.default_branch()).contains("`contents: read`"));
  CHECK(refusal_of(job.repository.pull_request(1)).contains("`pull-requests: read`"));
  CHECK(refusal_of(job.repository.tree_with({.sha = "c", .tree = "t"}, {})).contains("`contents: write`"));
  CHECK(refusal_of(job.repository.create_comment(1, "x")).contains("`pull-requests: write`"));
  CHECK(refusal_of(job.repository.add_labels(1, {"x"})).contains("`issues: write`"));
  const std::string message = refusal_of(
      job.repository.create_pull_request({.branch = "b", .base = "main", .text = {}, .labels = {}}));
  CHECK(message.contains("`pull-requests: write` to the `permissions:` of the workflow's job"));
  CHECK(job.effects.said.empty());
}

TEST_CASE("a repository that lets no job open pull requests is told from a missing permission") {
  Job job(Refused::kIsError);
  job.forge.then(403, {{"message", "GitHub Actions is not permitted to create or approve pull requests."}});
  const std::string message = refusal_of(
      job.repository.create_pull_request({.branch = "b", .base = "main", .text = {}, .labels = {}}));
  CHECK(message.contains("Allow GitHub Actions to create and approve pull requests"));
  CHECK_FALSE(message.contains("`pull-requests: write`"));
}

TEST_CASE("a review goes on where remarks are refused, and says so once for each permission") {
  Job job(Refused::kIsNoted);
  for (int i = 0; i < 5; ++i) job.forge.then(403, kRefusal);
  CHECK(job.repository.create_comment(1, "x"));
  CHECK(job.repository.update_comment(7, 1, "x"));
  CHECK(job.repository.create_review(1, {.commit = "c", .body = "b", .comments = {}}));
  CHECK(job.repository.put_check_run({.name = "n", .head_sha = "c"}).value() == std::nullopt);
  CHECK(job.effects.said.empty());
  REQUIRE(job.effects.refused.size() == 3);
  CHECK(job.effects.refused[0].contains("`pull-requests: write`"));
  CHECK(job.effects.refused[2].contains("`checks: write`"));
}

TEST_CASE("a forge that is down is no refusal") {
  Job job(Refused::kIsNoted);
  job.forge.then(502, json::object());
  const auto said = job.repository.create_comment(1, "x");
  REQUIRE_FALSE(said);
  CHECK(said.error().code == ErrorCode::kUnavailable);
}

TEST_CASE("what was done is kept account of") {
  Job job(Refused::kIsError);
  job.forge.then(201, json::object());
  REQUIRE(job.repository.create_comment(1, "hello"));
  job.forge.then(201, pull(7));
  REQUIRE(job.repository.create_pull_request({.branch = "b", .base = "main", .text = {}, .labels = {}}));
  job.forge.then(200, json::array({pull(8)}));
  REQUIRE(job.repository.open_pull_request("c"));
  CHECK(job.effects.pull_requests.size() == 1);  // one that was only found is not of this job's making
  job.forge.then(200, pull(8));
  REQUIRE(job.repository.update_pull_request(8, {.title = "t", .body = "b"}));
  CHECK(job.effects.said == Strings{"hello"});
  REQUIRE(job.effects.pull_requests.size() == 2);
  CHECK(job.effects.pull_requests[0].number == 7);
  CHECK(job.effects.pull_requests[1].number == 8);
}

TEST_CASE("a check run of a job has no buttons, which nobody would hear of") {
  Job job(Refused::kIsNoted);
  job.forge.then(200, {{"check_runs", json::array()}});
  job.forge.then(201, {{"id", 1}, {"html_url", "https://forge/runs/1"}});
  REQUIRE(
      job.repository.put_check_run({.name = "n",
                                    .head_sha = "c",
                                    .conclusion = bot::CheckRun::Conclusion::kSuccess,
                                    .actions = {{.label = "Add", .description = "d", .identifier = "i"}}}));
  CHECK(job.forge.sent(1)["actions"].empty());
}
