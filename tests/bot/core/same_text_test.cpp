#include "bot/core/same_text.h"

#include <catch2/catch.hpp>

using namespace mlx::bot;

TEST_CASE("a text is the same without what GitLab does not keep of it") {
  CHECK(is_same_text("", ""));
  CHECK(is_same_text("", " \n\r\n"));
  CHECK(is_same_text("a\nb", "a\r\nb\n"));
  CHECK(is_same_text("a\r\nb\r\n\r\n", "a\nb"));
  CHECK_FALSE(is_same_text("a\nb", "a\n\nb"));
  CHECK_FALSE(is_same_text(" a", "a"));
  CHECK_FALSE(is_same_text("a", "ab"));
  CHECK_FALSE(is_same_text("ab", "a\n"));
  CHECK_FALSE(is_same_text("a b", "ab"));
}
