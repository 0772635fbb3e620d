#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "action/gitlab/environment.h"
#include "tests/action/job_values.h"

using namespace mlx;
using namespace mlx::action;
using namespace mlx::testing;
using namespace mlx::action::gitlab;
using nlohmann::json;

namespace {

Result<Environment> read(const Values& values) { return read_environment(lookup_in(values)); }

Values job(const Values& more = {}) {
  Values values = {{"GITLAB_CI", "true"},
                   {"CI_API_V4_URL", "https://gitlab.com/api/v4"},
                   {"CI_PROJECT_ID", "12"},
                   {"CI_PROJECT_PATH", "acme/ml/shop"},
                   {"CI_PROJECT_DIR", "/builds/acme/ml/shop"},
                   {"CI_PIPELINE_SOURCE", "push"}};
  for (const auto& [name, value] : more) values.insert_or_assign(name, value);
  return values;
}

Values merge_request(const Values& more = {}) {
  Values values = job({{"CI_PIPELINE_SOURCE", "merge_request_event"},
                       {"CI_MERGE_REQUEST_IID", "7"},
                       {"CI_MERGE_REQUEST_TITLE", "Change it"},
                       {"CI_MERGE_REQUEST_PROJECT_ID", "12"},
                       {"CI_MERGE_REQUEST_PROJECT_PATH", "acme/ml/shop"},
                       {"CI_MERGE_REQUEST_PROJECT_URL", "https://gitlab.com/acme/ml/shop"},
                       {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "12"},
                       {"CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", "feature"},
                       {"CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"},
                       {"CI_MERGE_REQUEST_DIFF_BASE_SHA", std::string(40, 'b')},
                       {"CI_COMMIT_SHA", std::string(40, 'a')}});
  for (const auto& [name, value] : more) values.insert_or_assign(name, value);
  return values;
}

Result<Job> job_of(const Values& values, const std::optional<std::string>& payload = std::nullopt) {
  return read_job(MLX_TRY(read(values)), payload, "2026-01-01T00:00:00Z");
}

std::string complaint(const Result<Job>& job) {
  REQUIRE_FALSE(job);
  CHECK(job.error().code == ErrorCode::kInvalidInput);
  return to_string(job.error());
}

json note_event() {
  return {{"object_kind", "note"},
          {"event_type", "note"},
          {"user", {{"username", "will"}}},
          {"project", {{"id", 12}, {"path_with_namespace", "acme/ml/shop"}}},
          {"issue", {{"iid", 3}}},
          {"object_attributes",
           {{"id", 5},
            {"note", "/mlx list"},
            {"noteable_type", "Issue"},
            {"action", "create"},
            {"created_at", "2026-01-01 00:00:00 UTC"}}}};
}

const Values kTrigger = job({{"CI_PIPELINE_SOURCE", "trigger"}, {"TRIGGER_PAYLOAD", "/builds/payload"}});

}  // namespace

TEST_CASE("a job of GitLab CI is told from others") {
  const auto is = [](const Values& values) {
    return is_job([&](std::string_view name) {
      const auto found = values.find(name);
      return found == values.end() ? std::nullopt : std::optional(found->second);
    });
  };
  CHECK(is({{"GITLAB_CI", "true"}}));
  CHECK(is({{"GITLAB_CI", "false"}, {"CI_API_V4_URL", "https://gitlab.com/api/v4"}}));
  CHECK_FALSE(is({{"CI", "true"}}));
  CHECK_FALSE(is({}));
}

TEST_CASE("the environment of a GitLab job is read") {
  const auto environment = read(job({{"MLX_FAIL_ON", "warning"},
                                     {"MLX_WORKING_DIRECTORY", "api"},
                                     {"MLX_TOKEN", "one"},
                                     {"CI_SERVER_TLS_CA_FILE", "/builds/ca.crt"},
                                     {"CI_DEBUG_TRACE", "true"}}));
  REQUIRE(environment);
  CHECK(environment->repository == bot::RepositoryName{.owner = "acme/ml", .name = "shop"});
  CHECK(environment->project == 12);
  CHECK(environment->url == "https://gitlab.com");
  CHECK(environment->workspace == "/builds/acme/ml/shop");
  CHECK(environment->inputs.fail_on == FailOn{.severity = Severity::kWarning});
  CHECK(environment->inputs.working_directory == "api");
  CHECK(environment->inputs.token == "one");
  CHECK(environment->ca_file == "/builds/ca.crt");
  CHECK(environment->is_debug);
  CHECK_FALSE(environment->merge_request);
}

TEST_CASE("the token of the component's input counts first, and a variable that is not set is none") {
  CHECK(read(job({{"MLX_TOKEN", "one"}, {"MLX_INPUT_TOKEN", "two"}}))->inputs.token == "two");
  CHECK(read(job({{"MLX_TOKEN", "one"}, {"MLX_INPUT_TOKEN", ""}}))->inputs.token == "one");
  CHECK(read(job({{"MLX_INPUT_TOKEN", "$MLX_TOKEN"}}))->inputs.token.empty());
  const auto wrong = read(job({{"MLX_TOKEN", "top secret"}}));
  REQUIRE_FALSE(wrong);
  CHECK_FALSE(wrong.error().message.contains("top"));
}

TEST_CASE("GitLab may be anywhere") {
  const auto url = [](const Values& values) { return read(values)->url; };
  CHECK(url({{"CI_API_V4_URL", "https://acme.example/gitlab/api/v4/"}}) == "https://acme.example/gitlab");
  CHECK(url({{"CI_SERVER_URL", "https://git.acme.example:8443/"}}) == "https://git.acme.example:8443");
  CHECK(url({}) == "https://gitlab.com");
  for (const char* wrong : {"https://acme.example/api/v3", "gitlab.com/api/v4", "ftp://x/api/v4",
                            "https://u@x/api/v4", "https://x?/api/v4"})
    CHECK_FALSE(read({{"CI_API_V4_URL", wrong}}));
}

TEST_CASE("a project's path has its groups") {
  CHECK(read({{"CI_PROJECT_PATH", "a/b/c/d"}})->repository ==
        bot::RepositoryName{.owner = "a/b/c", .name = "d"});
  for (const char* path : {"shop", "/shop", "a/", "a//b", "a/..", "a b/c", "a/b?x"})
    CHECK_FALSE(read({{"CI_PROJECT_PATH", path}}));
  for (const char* id : {"0", "-1", "x", "1x"}) CHECK_FALSE(read({{"CI_PROJECT_ID", id}}));
}

TEST_CASE("a merge request is known from its pipeline") {
  const Job found = job_of(merge_request({{"CI_MERGE_REQUEST_LABELS", "mlx,two words"},
                                          {"CI_MERGE_REQUEST_DRAFT", "true"}}))
                        .value();
  CHECK(found.mode == Mode::kReview);
  CHECK(found.pull_request == 7);
  CHECK(found.installation == 12);
  const bot::PullRequestBranches& branches = found.branches.value();
  CHECK(branches.url == "https://gitlab.com/acme/ml/shop/-/merge_requests/7");
  CHECK(branches.head_sha == std::string(40, 'a'));
  CHECK(branches.base_sha == std::string(40, 'b'));
  CHECK(branches.head_branch == "feature");
  CHECK(branches.base_branch == "main");
  CHECK(branches.labels == std::vector<std::string>{"mlx", "two words"});
  CHECK(branches.is_open);
  CHECK(branches.is_draft);
  CHECK_FALSE(branches.is_from_fork);
}

TEST_CASE("in a merged results pipeline the commit that is checked out is nobody's") {
  const auto branches = job_of(merge_request({{"CI_MERGE_REQUEST_EVENT_TYPE", "merged_result"},
                                              {"CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", std::string(40, 'c')},
                                              {"CI_MERGE_REQUEST_TARGET_BRANCH_SHA", std::string(40, 'd')}}))
                            .value()
                            .branches.value();
  CHECK(branches.head_sha == std::string(40, 'c'));
  CHECK(branches.base_sha == std::string(40, 'b'));
}

TEST_CASE("a merge train is checked as it will be") {
  CHECK(job_of(merge_request({{"CI_MERGE_REQUEST_EVENT_TYPE", "merge_train"}})).value().mode == Mode::kCheck);
}

TEST_CASE("a merge request of a fork is its target's, wherever its pipeline runs") {
  const Values in_fork = merge_request({{"CI_PROJECT_ID", "99"},
                                        {"CI_PROJECT_PATH", "somebody/shop"},
                                        {"CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "99"}});
  const Job found = job_of(in_fork).value();
  CHECK(found.repository.full() == "acme/ml/shop");
  CHECK(found.installation == 12);
  CHECK(found.branches.value().is_from_fork);
  CHECK(job_of(merge_request({{"CI_MERGE_REQUEST_SOURCE_PROJECT_ID", "99"}}))
            .value()
            .branches.value()
            .is_from_fork);
  // One that was deleted has no id.
  CHECK(job_of(merge_request({{"CI_MERGE_REQUEST_SOURCE_PROJECT_ID", ""}}))
            .value()
            .branches.value()
            .is_from_fork);
}

TEST_CASE("what a merge request's pipeline must tell is named") {
  CHECK(
      complaint(job_of(merge_request({{"CI_MERGE_REQUEST_IID", "seven"}}))).contains("CI_MERGE_REQUEST_IID"));
  CHECK(complaint(job_of(merge_request({{"CI_MERGE_REQUEST_IID", ""}}))).contains("CI_MERGE_REQUEST_IID"));
  CHECK(complaint(job_of(merge_request({{"CI_COMMIT_SHA", ""}}))).contains("CI_COMMIT_SHA"));
  CHECK(complaint(job_of(merge_request({{"CI_MERGE_REQUEST_DIFF_BASE_SHA", ""}})))
            .contains("CI_MERGE_REQUEST_DIFF_BASE_SHA"));
}

TEST_CASE("each source of pipelines has its mode") {
  const auto mode = [](const std::string& source) {
    return job_of(job({{"CI_PIPELINE_SOURCE", source}})).value().mode;
  };
  CHECK(mode("push") == Mode::kCheck);
  for (const char* source : {"schedule", "web", "api"}) CHECK(mode(source) == Mode::kUpdate);
  for (const char* source : {"pipeline", "chat", "external", "security_orchestration_policy", "x y"}) {
    const std::string text = complaint(job_of(job({{"CI_PIPELINE_SOURCE", source}})));
    CHECK(text.contains(source));
    CHECK(text.contains("MLX_MODE"));
  }
  const std::string outside = complaint(job_of({}));
  CHECK(outside.contains("CI_PIPELINE_SOURCE"));
  CHECK(outside.contains("MLX_MODE"));
}

TEST_CASE("a mode that is given counts more than the source of the pipeline") {
  CHECK(job_of(job({{"CI_PIPELINE_SOURCE", "pipeline"}, {"MLX_MODE", "update"}})).value().mode ==
        Mode::kUpdate);
  CHECK(job_of(merge_request({{"MLX_MODE", "extract"}})).value().pull_request == 7);
  CHECK(complaint(job_of(job({{"MLX_MODE", "review"}}))).contains("merge_request_event"));
  CHECK(complaint(job_of({{"CI_PIPELINE_SOURCE", "web"}})).contains("CI_PROJECT_PATH"));
  CHECK(job_of({{"CI_PIPELINE_SOURCE", "push"}}).value().mode == Mode::kCheck);
}

TEST_CASE("what a webhook sends to a pipeline trigger is its event") {
  const Job found = job_of(kTrigger, note_event().dump()).value();
  CHECK(found.mode == Mode::kCommands);
  const auto& comment = std::get<bot::CommentEvent>(found.event);
  CHECK(comment.installation == 12);
  CHECK(comment.issue == -3);
  CHECK(comment.sender == "will");
  CHECK(comment.body == "/mlx list");
}

TEST_CASE("a payload that is missing, or another, is told from the right one") {
  const std::string missing = complaint(job_of(job({{"CI_PIPELINE_SOURCE", "trigger"}})));
  CHECK(missing.contains("TRIGGER_PAYLOAD"));
  CHECK(missing.contains("MLX_MODE"));
  for (const char* text : {"{", "[]", "null", "{}", R"({"object_kind": 1})"})
    CHECK(complaint(job_of(kTrigger, text)).contains("/builds/payload"));
  json push = note_event();
  push["object_kind"] = "push";
  CHECK(complaint(job_of(kTrigger, push.dump())).contains("`push`"));
  json half = note_event();
  half["object_attributes"].erase("id");
  CHECK(complaint(job_of(kTrigger, half.dump())).contains("object_attributes"));
  json other = note_event();
  other["project"]["id"] = 13;
  CHECK(complaint(job_of(kTrigger, other.dump())).contains("13"));
}
