#include "action/published.h"

#include <catch2/catch.hpp>

#include "engine/base/digest.h"

using namespace mlx;
using namespace mlx::action;

TEST_CASE("outputs are what later steps read") {
  const JobReport report{.title = "Found",
                         .text = "text",
                         .findings = {RuleFinding{}, RuleFinding{}},
                         .has_findings = true,
                         .pull_request = 12,
                         .pull_request_url = "https://github.com/a/b/pull/12",
                         .score = 0.456,
                         .is_changed = true};
  CHECK(
      outputs_of(report, "mlx-report/findings.sarif") ==
      std::vector<std::pair<std::string, std::string>>{{"pull-request-number", "12"},
                                                       {"pull-request-url", "https://github.com/a/b/pull/12"},
                                                       {"score", "0.46"},
                                                       {"findings", "2"},
                                                       {"report", "mlx-report/findings.sarif"},
                                                       {"changed", "true"}});
  const auto none = outputs_of({.title = "None", .text = {}}, "");
  for (const auto& [name, value] : none) CHECK(value == (name == "changed" ? "false" : ""));
}

TEST_CASE("a summary says what could not be said elsewhere, and all of the report") {
  const std::string text = summary_of(
      {.title = "a <b>title</b>", .text = "# Report", .notes = {"The token may not; add `checks: write`."}});
  CHECK(text.contains("`checks: write`"));
  CHECK_FALSE(text.contains("<b>"));
  CHECK(text.find("may not") < text.find("# Report"));
  const std::string longest(2U << 20U, 'x');
  CHECK(summary_of({.title = "Long", .text = longest}).ends_with(longest + "\n"));
}
