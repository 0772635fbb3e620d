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
