#include "engine/advise/test_selection/path_pattern.h"

#include <string>

#include <catch2/catch.hpp>

using namespace mlx;

TEST_CASE("patterns match as a shell's do, but stars go over slashes") {
  CHECK(matches_pattern("test_*.py", "test_a.py"));
  CHECK_FALSE(matches_pattern("test_*.py", "a_test.py"));
  CHECK(matches_pattern("*/a.csv", "x/y/a.csv"));
  CHECK(matches_pattern("a?c", "abc"));
  CHECK(matches_pattern("[a-c]x", "bx"));
  CHECK_FALSE(matches_pattern("[!a-c]x", "bx"));
  CHECK(matches_pattern("[", "["));
  CHECK(matches_pattern("*a*b*", "xaxbx"));
  CHECK_FALSE(matches_pattern("*a*b", "xaxbx"));
  CHECK(matches_pattern("", ""));
  CHECK_FALSE(matches_pattern("", "a"));
}

TEST_CASE("many stars cost no more than the product of both lengths") {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) pattern += "*a";
  CHECK_FALSE(matches_pattern(pattern + "b", std::string(3000, 'a')));
}

TEST_CASE("parts of paths") {
  CHECK(extension_of("a.b/c.tar.gz") == ".gz");
  CHECK(extension_of("a.b/c").empty());
  CHECK(extension_of(".env").empty());
  CHECK(is_below("a/b", "a"));
  CHECK_FALSE(is_below("ab", "a"));
  CHECK(is_below("a", ""));
}
