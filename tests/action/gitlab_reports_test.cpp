#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "action/gitlab/permission_advice.h"
#include "action/gitlab/reports.h"

using namespace mlx;
using namespace mlx::action;
using namespace mlx::action::gitlab;
using nlohmann::json;

namespace {

RuleFinding found(Severity severity, std::size_t line, const std::string& subject = "settle") {
  return {.finding = {.code = "blocking-call-in-async",
                      .severity = severity,
                      .message = "It waits",
                      .remedy = "Await it",
                      .evidence = {{.file = "src/own.py", .line = line}}},
          .subject = subject,
          .components = {}};
}

}  // namespace

TEST_CASE("a Code Quality report has what GitLab reads") {
  const json report = json::parse(code_quality({found(Severity::kError, 5), found(Severity::kInfo, 0, "b")}));
  REQUIRE(report.size() == 2);
  CHECK(report[0]["description"] == "It waits. Await it");
  CHECK(report[0]["check_name"] == "blocking-call-in-async");
  CHECK(report[0]["severity"] == "critical");
  CHECK(report[0]["location"]["path"] == "src/own.py");
  CHECK(report[0]["location"]["lines"]["begin"] == 5);
  CHECK(report[1]["severity"] == "info");
  CHECK(report[1]["location"]["lines"]["begin"] == 1);
  CHECK(json::parse(code_quality({})) == json::array());
}

TEST_CASE("fingerprints stay while lines move, and are one finding's alone") {
  const auto fingerprints = [](const RuleFindings& findings) {
    std::vector<std::string> all;
    for (const json& one : json::parse(code_quality(findings))) all.push_back(one["fingerprint"]);
    return all;
  };
  const auto before = fingerprints({found(Severity::kWarning, 5)});
  CHECK(fingerprints({found(Severity::kWarning, 50)}) == before);
  CHECK(fingerprints({found(Severity::kWarning, 5, "other")}) != before);
  const auto twice = fingerprints({found(Severity::kWarning, 5), found(Severity::kWarning, 9)});
  CHECK(twice.front() == before.front());
  CHECK(twice.front() != twice.back());
}

TEST_CASE("a finding without a place is still reported") {
  RuleFinding nowhere = found(Severity::kWarning, 0);
  nowhere.finding.evidence.clear();
  const json report = json::parse(code_quality({nowhere}));
  CHECK(report[0]["severity"] == "major");
  CHECK_FALSE(report[0]["location"]["path"].get<std::string>().empty());
}

TEST_CASE("a dotenv report is a line for each output") {
  CHECK(dotenv({{"pull-request-number", "12"}, {"score", ""}, {"report", "a\nMLX_X=1"}}) ==
        "MLX_PULL_REQUEST_NUMBER=12\nMLX_SCORE=\nMLX_REPORT=a\n");
}

TEST_CASE("the log has a line for each finding, or the text") {
  const std::string text = job_log({.title = "1 finding",
                                    .text = "| markdown |",
                                    .findings = {found(Severity::kWarning, 5)},
                                    .has_findings = true,
                                    .notes = {"The token may not."}});
  CHECK(text.starts_with("MLX: 1 finding\nThe token may not.\nwarning: src/own.py:5: "));
  CHECK(text.contains("It waits\n  Await it\n"));
  CHECK_FALSE(text.contains("markdown"));
  CHECK(job_log({.title = "Add greeting", .text = "the plan"}).ends_with("\nthe plan\n"));
}

TEST_CASE("nobody folds or colours the log from outside") {
  CHECK(logged("a\r\x1b[0Ksection_start:1:x\r\x1b[0K\tb\x7f") == "a  [0Ksection_start:1:x  [0K\tb \n");
  CHECK(logged("grün\nrot\n") == "grün\nrot\n");
}

TEST_CASE("a token's missing scope is told from its missing role") {
  const Error scope{ErrorCode::kRefused, "GitLab refused POST /x: insufficient_scope; api"};
  CHECK(permission_advice(Permission::kWriteContents, scope).contains("scope `api`"));
  const Error role{ErrorCode::kRefused, "GitLab refused POST /x: 403 Forbidden"};
  const std::string write = permission_advice(Permission::kWriteContents, role);
  CHECK(write.contains("role Developer"));
  CHECK(write.contains("protected"));
  CHECK(permission_advice(Permission::kReadContents, role).contains("role Reporter"));
  for (const Error& refusal : {scope, role})
    CHECK(permission_advice(Permission::kWriteIssues, refusal).contains("MLX_TOKEN"));
}
