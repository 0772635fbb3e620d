#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "action/github/environment.h"
#include "tests/action/job_values.h"

using namespace mlx;
using namespace mlx::action;
using namespace mlx::testing;
using namespace mlx::action::github;
using nlohmann::json;

namespace {

Result<Environment> read(const Values& values) { return read_environment(lookup_in(values)); }

Environment of_event(const std::string& event) {
  return {.event = event, .event_file = "event.json", .repository = {.owner = "octo-team", .name = "shop"}};
}

json pull_request_event(const std::string& action = "opened") {
  const json repository = {{"id", 1}, {"name", "shop"}, {"owner", {{"login", "octo-team"}}}};
  return {{"action", action},
          {"number", 7},
          {"repository", repository},
          {"sender", {{"login", "will"}, {"type", "User"}}},
          {"pull_request",
           {{"number", 7},
            {"state", "open"},
            {"created_at", "2026-01-01T00:00:00Z"},
            {"user", {{"login", "will"}}},
            {"labels", json::array()},
            {"head", {{"ref", "feature"}, {"sha", std::string(40, 'a')}, {"repo", {{"id", 1}}}}},
            {"base", {{"ref", "main"}, {"sha", std::string(40, 'b')}, {"repo", {{"id", 1}}}}}}}};
}

Result<Job> job_of(const std::string& event, const std::optional<std::string>& text) {
  return read_job(of_event(event), text, "2026-01-01T00:00:00Z");
}

std::string complaint(const Result<Job>& job) {
  REQUIRE_FALSE(job);
  CHECK(job.error().code == ErrorCode::kInvalidInput);
  return to_string(job.error());
}

}  // namespace

TEST_CASE("a job's environment is read") {
  const auto environment = read({{"GITHUB_EVENT_NAME", "pull_request"},
                                 {"GITHUB_EVENT_PATH", "/e.json"},
                                 {"GITHUB_REPOSITORY", "octo-team/shop.py"},
                                 {"GITHUB_API_URL", "https://api.github.com/"},
                                 {"GITHUB_WORKSPACE", "/work"},
                                 {"GITHUB_OUTPUT", "/o"},
                                 {"GITHUB_STEP_SUMMARY", "/s"},
                                 {"GITHUB_ACTIONS", "true"},
                                 {"RUNNER_DEBUG", "1"},
                                 {"INPUT_FAIL-ON", "warning"},
                                 {"INPUT_WORKING-DIRECTORY", "api"},
                                 {"INPUT_TOKEN", "one"},
                                 {"GITHUB_TOKEN", "two"}});
  REQUIRE(environment);
  CHECK(read({{"INPUT_TOKEN", ""}, {"GITHUB_TOKEN", "two"}})->inputs.token.empty());
  CHECK(read({{"GITHUB_TOKEN", "two"}})->inputs.token == "two");
  CHECK(environment->repository == bot::RepositoryName{.owner = "octo-team", .name = "shop.py"});
  CHECK(environment->api_url == "https://api.github.com");
  CHECK(environment->inputs.token == "one");
  CHECK(environment->inputs.fail_on == FailOn{.severity = Severity::kWarning});
  CHECK(environment->inputs.working_directory == "api");
  CHECK(environment->is_runner);
  CHECK(environment->is_debug);
}

TEST_CASE("outside of a job there are defaults") {
  const auto environment = read({});
  REQUIRE(environment);
  CHECK(environment->api_url == "https://api.github.com");
  CHECK(environment->workspace == ".");
  CHECK(environment->output_file.empty());
  CHECK_FALSE(environment->is_runner);
}

TEST_CASE("an Enterprise server's API is found by either address") {
  CHECK(read({{"GITHUB_API_URL", "https://git.acme.example/api/v3"}})->api_url ==
        "https://git.acme.example/api/v3");
  CHECK(read({{"GITHUB_SERVER_URL", "https://git.acme.example/"}})->api_url ==
        "https://git.acme.example/api/v3");
  CHECK(read({{"GITHUB_SERVER_URL", "https://github.com"}})->api_url == "https://api.github.com");
  for (const char* url : {"git.acme.example", "ftp://x", "https://u@x/api", "https://x/api?y"})
    CHECK_FALSE(read({{"GITHUB_API_URL", url}}));
}

TEST_CASE("a repository and a token are what they look like") {
  for (const char* name : {"shop", "/shop", "a/", "a/b/c", "a/..", "a b/c", "a/b?x"})
    CHECK_FALSE(read({{"GITHUB_REPOSITORY", name}}));
  const auto wrong = read({{"INPUT_TOKEN", "top secret"}});
  REQUIRE_FALSE(wrong);
  CHECK_FALSE(wrong.error().message.contains("top"));
}

TEST_CASE("each event has its mode") {
  const std::string text = "{}";
  const auto mode = [&](const std::string& event) { return job_of(event, text).value().mode; };
  CHECK(mode("schedule") == Mode::kUpdate);
  CHECK(mode("workflow_dispatch") == Mode::kUpdate);
  CHECK(mode("repository_dispatch") == Mode::kUpdate);
  CHECK(mode("push") == Mode::kCheck);
  CHECK(mode("merge_group") == Mode::kCheck);
  for (const char* event : {"pull_request", "pull_request_target"}) {
    for (const char* action : {"opened", "synchronize", "ready_for_review", "labeled"}) {
      const Job job = job_of(event, pull_request_event(action).dump()).value();
      CHECK(job.mode == Mode::kReview);
      CHECK(job.pull_request == 7);
      CHECK(job.branches.value().head_branch == "feature");
    }
  }
  CHECK(complaint(job_of("fork", text)).contains("`mode`"));
  CHECK(complaint(job_of("", text)).contains("GITHUB_EVENT_NAME"));
}

TEST_CASE("a pull request that is closed or edited is for the bot's handlers") {
  CHECK(std::holds_alternative<bot::PullRequestClosedEvent>(
      job_of("pull_request", pull_request_event("closed").dump()).value().event));
  json edited = pull_request_event("edited");
  edited["changes"] = {{"body", {{"from", "before"}}}};
  CHECK(std::holds_alternative<bot::BodyEditedEvent>(
      job_of("pull_request_target", edited.dump()).value().event));
}

TEST_CASE("a mode that is given counts more than the event") {
  Environment environment = of_event("push");
  environment.inputs.mode = Mode::kUpdate;
  CHECK(read_job(environment, std::nullopt, "now").value().mode == Mode::kUpdate);
  environment.inputs.mode = Mode::kReview;
  CHECK(complaint(read_job(environment, std::nullopt, "now")).contains("GITHUB_EVENT_PATH"));
}

TEST_CASE("a comment on a pull request names it") {
  Environment environment = of_event("issue_comment");
  environment.inputs.mode = Mode::kReview;
  const json event = {{"action", "created"}, {"issue", {{"number", 3}, {"pull_request", {{"url", "x"}}}}}};
  CHECK(read_job(environment, event.dump(), "now").value().pull_request == 3);
}

TEST_CASE("the file of another event is told from the right one") {
  CHECK(complaint(job_of("pull_request", R"({"ref": "refs/heads/main"})"))
            .contains("no event of a pull request"));
  CHECK(complaint(job_of("issue_comment", R"({"ref": "refs/heads/main"})")).contains("action"));
  CHECK(complaint(job_of("pull_request", "[]")).contains("event.json"));
  CHECK(complaint(job_of("pull_request", "{")).contains("event.json:1"));
}

TEST_CASE("the repository of a deleted fork is null") {
  json event = pull_request_event();
  event["pull_request"]["head"]["repo"] = nullptr;
  CHECK(job_of("pull_request", event.dump()).value().branches.value().is_from_fork);
}
