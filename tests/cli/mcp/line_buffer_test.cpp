#include "cli/mcp/line_buffer.h"

#include <vector>

#include <catch2/catch.hpp>

using mlx::mcp::Line;
using mlx::mcp::LineBuffer;

namespace {

constexpr std::size_t kLongest = 5;

/// The lines of these pieces of input; `(long)` for one that is not kept.
std::vector<std::string> lines_of(const std::vector<std::string>& pieces) {
  LineBuffer buffer(kLongest);
  std::vector<std::string> lines;
  const auto add = [&](const Line& line) {
    lines.push_back(line.is_too_long ? "(long)" + line.text : line.text);
  };
  for (const std::string& piece : pieces) {
    buffer.feed(piece);
    while (const auto line = buffer.next()) add(*line);
  }
  if (const auto line = buffer.last()) add(*line);
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("lines are cut where they end, however they come") {
  CHECK(lines_of({"ab\ncd\n"}) == Lines{"ab", "cd"});
  CHECK(lines_of({"a", "b\nc", "d\n"}) == Lines{"ab", "cd"});
  CHECK(lines_of({"ab\r\n", "cd\r", "\n"}) == Lines{"ab", "cd"});
  CHECK(lines_of({"\n\n"}) == Lines{"", ""});
  CHECK(lines_of({}).empty());
}

TEST_CASE("the last line needs no end") {
  CHECK(lines_of({"ab\ncd"}) == Lines{"ab", "cd"});
  CHECK(lines_of({"ab\n"}) == Lines{"ab"});
}

TEST_CASE("a line that is too long is not kept, and the next one is read") {
  CHECK(lines_of({"12345\n"}) == Lines{"12345"});
  CHECK(lines_of({"123456\nab\n"}) == Lines{"(long)", "ab"});
  CHECK(lines_of({"123", "456", "789\nab\n"}) == Lines{"(long)", "ab"});
  CHECK(lines_of({"123456789"}) == Lines{"(long)"});
}
