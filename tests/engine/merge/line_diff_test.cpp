#include "engine/merge/line_diff.h"

#include <random>
#include <string>

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

std::string patched(std::string_view before, std::string_view after) {
  const auto a = split_lines(before);
  const auto b = split_lines(after);
  std::string result;
  std::size_t at = 0;
  for (const LineChange& change : diff_lines(a, b)) {
    for (; at < change.a_begin; ++at) result += a[at];
    for (std::size_t j = change.b_begin; j < change.b_end; ++j) result += b[j];
    at = change.a_end;
  }
  for (; at < a.size(); ++at) result += a[at];
  return result;
}

/// The length of a longest common subsequence, the slow and obvious way.
std::size_t common_lines(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b) {
  std::vector<std::vector<std::size_t>> best(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      best[i][j] = a[i - 1] == b[j - 1] ? best[i - 1][j - 1] + 1 : std::max(best[i - 1][j], best[i][j - 1]);
    }
  }
  return best[a.size()][b.size()];
}

}  // namespace

TEST_CASE("lines keep their ends, the last may have none") {
  CHECK(split_lines("a\r\nb\n\nc") == std::vector<std::string_view>{"a\r\n", "b\n", "\n", "c"});
  CHECK(split_lines("").empty());
}

TEST_CASE("a difference is shortest and rebuilds the second text, for random texts") {
  std::mt19937 random(20240601);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same every time
  for (int round = 0; round < 2000; ++round) {
    const auto text = [&] {
      std::string lines;
      const auto count = random() % 12;
      for (unsigned i = 0; i < count; ++i)
        lines += std::string(1, static_cast<char>('a' + random() % 4)) + "\n";
      return lines;
    };
    const std::string before = text();
    const std::string after = text();
    CAPTURE(before, after);
    REQUIRE(patched(before, after) == after);
    const auto a = split_lines(before);
    const auto b = split_lines(after);
    std::size_t edits = 0;
    for (const LineChange& c : diff_lines(a, b)) edits += (c.a_end - c.a_begin) + (c.b_end - c.b_begin);
    REQUIRE(edits == a.size() + b.size() - 2 * common_lines(a, b));
  }
}

TEST_CASE("two large texts with nothing in common are one change, quickly") {
  std::string before;
  std::string after;
  for (int i = 0; i < 20000; ++i) {
    before += "a" + std::to_string(i) + "\n";
    after += "b" + std::to_string(i) + "\n";
  }
  CHECK(diff_lines(split_lines(before), split_lines(after)).size() == 1);
}

TEST_CASE("unified diffs read as git writes them") {
  CHECK(unified_diff("x", "x", "same\n", "same\n").empty());
  CHECK(unified_diff("x", "x", "1\n2\n3\n4\n5\n", "1\n2\n3\nfour\n5\n") ==
        "--- a/x\n+++ b/x\n@@ -1,5 +1,5 @@\n 1\n 2\n 3\n-4\n+four\n 5\n");
  CHECK(unified_diff("", "x", "", "a\nb") ==
        "--- /dev/null\n+++ b/x\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n");
  CHECK(unified_diff("x", "", "a\n", "") == "--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n");
}

TEST_CASE("changes far apart are separate hunks, near ones share one") {
  const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
  const auto hunks = [&](const std::string& after) {
    std::size_t count = 0;
    const std::string diff = unified_diff("x", "x", before, after);
    for (auto at = diff.find("@@ -"); at != std::string::npos; at = diff.find("@@ -", at + 1)) ++count;
    return count;
  };
  CHECK(hunks("one\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\ntwelve\n") == 2);
  CHECK(hunks("one\n2\n3\n4\n5\n6\n7\neight\n9\n10\n11\n12\n") == 1);
}
