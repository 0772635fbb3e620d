#include "bot/core/changed_file.h"

#include <catch2/catch.hpp>

using namespace mlx::bot;

namespace {

using Spans = std::vector<LineSpan>;

}  // namespace

TEST_CASE("a patch shows lines of the file as it is after the change") {
  const PatchLines lines = read_patch(
      "@@ -1,3 +1,4 @@\n one\n+two\n+three\n-gone\n four\n@@ -20,2 +21,3 @@ def f():\n a\n-b\n+c\n+d");
  CHECK(lines.shown == Spans{{1, 4}, {21, 23}});
  CHECK(lines.added == Spans{{2, 3}, {22, 23}});
}

TEST_CASE("patches at the edges") {
  struct Case {
    const char* what;
    const char* patch;
    Spans shown;
    Spans added;
  };
  const std::vector<Case> cases = {
      {"none", "", {}, {}},
      {"a new file", "@@ -0,0 +1,2 @@\n+a\n+b", {{1, 2}}, {{1, 2}}},
      {"a new file of one line", "@@ -0,0 +1 @@\n+a", {{1, 1}}, {{1, 1}}},
      {"a removed file", "@@ -1,2 +0,0 @@\n-a\n-b", {}, {}},
      {"no line end",
       "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file",
       {{1, 1}},
       {{1, 1}}},
      {"lines that look like headers", "@@ -5 +5,3 @@\n+@@ -1 +1 @@\n++++ b\n --- a", {{5, 7}}, {{5, 6}}},
      {"empty lines", "@@ -1,2 +1,3 @@\n \n+\n ", {{1, 3}}, {{2, 2}}},
      {"hunks that touch", "@@ -1 +1 @@\n+a\n@@ -2 +2 @@\n+b", {{1, 1}, {2, 2}}, {{1, 2}}},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const PatchLines lines = read_patch(c.patch);
    CHECK(lines.shown == c.shown);
    CHECK(lines.added == c.added);
  }
}

TEST_CASE("a patch is applied to what it was made of, and to nothing else") {
  struct Case {
    const char* what;
    const char* before;
    const char* patch;
    std::optional<std::string> after;
  };
  const std::vector<Case> cases = {
      {"a new file", "", "@@ -0,0 +1,2 @@\n+a\n+b", "a\nb\n"},
      {"a new file without an end", "", "@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file", "a\nb"},
      {"in the middle", "1\n2\n3\n4\n5\n", "@@ -3 +3,2 @@\n-3\n+x\n+y", "1\n2\nx\ny\n4\n5\n"},
      {"two hunks", "1\n2\n3\n4\n5\n6\n", "@@ -1,2 +1,1 @@\n-1\n 2\n@@ -5,2 +4,3 @@\n 5\n+x\n 6",
       "2\n3\n4\n5\nx\n6\n"},
      {"added after a line", "1\n2\n", "@@ -1,0 +2 @@\n+x", "1\nx\n2\n"},
      {"an end is added", "a", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a", "a\n"},
      {"an end is taken", "a\n", "@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file", "a"},
      {"the last line stays without one", "a\nb", "@@ -1,2 +1,2 @@\n-a\n+x\n b\n\\ No newline at end of file",
       "x\nb"},
      {"line ends of Windows", "a\r\nb\r\n", "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r", "a\r\nc\r\n"},
      {"all is removed", "a\n", "@@ -1 +0,0 @@\n-a", ""},
      {"no patch", "a\n", "", "a\n"},
      {"another line is there", "a\nz\n", "@@ -1,2 +1,2 @@\n a\n-b\n+c", std::nullopt},
      {"the file is shorter", "a\n", "@@ -1,2 +1 @@\n a\n-b", std::nullopt},
      {"the file ends before", "a\n", "@@ -9 +9 @@\n-b\n+c", std::nullopt},
      {"no diff", "a\n", "something\nelse", std::nullopt},
      {"an empty line in a diff", "a\n", "@@ -1 +1 @@\n\n", std::nullopt},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    CHECK(apply_patch(c.before, c.patch) == c.after);
  }
}

TEST_CASE("lines are within a span, all of them") {
  const Spans spans = {{1, 4}, {21, 23}};
  CHECK(is_within({1, 1}, spans));
  CHECK(is_within({2, 4}, spans));
  CHECK(is_within({23, 23}, spans));
  CHECK_FALSE(is_within({4, 5}, spans));
  CHECK_FALSE(is_within({4, 21}, spans));
  CHECK_FALSE(is_within({0, 1}, spans));
  CHECK_FALSE(is_within({3, 2}, spans));
  CHECK_FALSE(is_within({1, 1}, {}));
}
