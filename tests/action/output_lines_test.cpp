#include "action/github/output_lines.h"

#include <catch2/catch.hpp>

#include "engine/base/digest.h"

using namespace mlx;
using namespace mlx::action::github;

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

TEST_CASE("a step's summary is never longer than GitHub shows") {
  CHECK(step_summary("short\n") == "short\n");
  std::string umlauts;
  while (umlauts.size() < 2U * kMostSummaryBytes) umlauts += "ä";
  const std::string cut = step_summary(umlauts);
  CHECK(cut.size() <= kMostSummaryBytes);
  CHECK(cut.ends_with("The summary is cut here.\n"));
  CHECK(is_utf8(cut));
}
