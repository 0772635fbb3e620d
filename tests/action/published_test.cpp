#include "action/github/published.h"

#include <catch2/catch.hpp>

#include "engine/base/digest.h"

using namespace mlx;
using namespace mlx::action;
using namespace mlx::action::github;

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

TEST_CASE("a value with line ends is one output") {
  const std::string value = "one\nchanged<<EOF\ntrue\nEOF\n";
  const std::string text = output_lines({{"report", value}, {"changed", "false"}});
  const auto first_end = text.find('\n');
  const std::string delimiter = text.substr(8, first_end - 8);
  CHECK(text.starts_with("report<<" + delimiter + "\n" + value + "\n" + delimiter + "\nchanged<<"));
}

TEST_CASE("no value holds its own delimiter") {
  // What the delimiter of this value would be if it did not look at it.
  std::string value = "x";
  value += "\nmlx_" + sha256_hex(value).substr(0, 24);
  const std::string text = output_lines({{"report", value}});
  const std::string delimiter = text.substr(8, text.find('\n') - 8);
  CHECK_FALSE(value.contains(delimiter));
}

TEST_CASE("a summary says what could not be said elsewhere, and is never longer than is shown") {
  const std::string text = summary_of(
      {.title = "a <b>title</b>", .text = "# Report", .notes = {"The token may not; add `checks: write`."}});
  CHECK(text.contains("`checks: write`"));
  CHECK_FALSE(text.contains("<b>"));
  CHECK(text.find("may not") < text.find("# Report"));
  std::string umlauts;
  while (umlauts.size() < 2U * kMostSummaryBytes) umlauts += "ä";
  const std::string cut = summary_of({.title = "Long", .text = umlauts});
  CHECK(cut.size() <= kMostSummaryBytes);
  CHECK(cut.ends_with("The summary is cut here.\n"));
  CHECK(is_utf8(cut));
}
