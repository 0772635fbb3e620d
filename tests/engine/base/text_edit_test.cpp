#include "engine/base/text_edit.h"

#include <catch2/catch.hpp>

using namespace mlx;

TEST_CASE("edits refer to the original text and may come in any order") {
  CHECK(apply_edits("hello world", {{{6, 11}, "there"}, {{0, 5}, "well"}}).value() == "well there");
}

TEST_CASE("inserts at one place keep their order") {
  CHECK(apply_edits("ab", {{{1, 1}, "1"}, {{1, 1}, "2"}}).value() == "a12b");
  CHECK(apply_edits("", {{{0, 0}, "x"}}).value() == "x");
}

TEST_CASE("edits that overlap or lie outside are refused") {
  CHECK(apply_edits("abcdef", {{{0, 3}, ""}, {{2, 4}, ""}}).error().code == ErrorCode::kConflict);
  CHECK(apply_edits("abc", {{{2, 4}, ""}}).error().code == ErrorCode::kInvalidInput);
  CHECK(apply_edits("abc", {{{2, 1}, ""}}).error().code == ErrorCode::kInvalidInput);
}

TEST_CASE("offsets become lines and columns that count from 1") {
  CHECK(line_column("ab\ncd", 0) == LineColumn{1, 1});
  CHECK(line_column("ab\ncd", 2) == LineColumn{1, 3});
  CHECK(line_column("ab\ncd", 3) == LineColumn{2, 1});
  CHECK(line_column("ab\ncd", 99) == LineColumn{2, 3});
}

TEST_CASE("the line end of a text is that of its first line") {
  CHECK(line_end("a\r\nb\n") == "\r\n");
  CHECK(line_end("a\nb\r\n") == "\n");
  CHECK(line_end("") == "\n");
}
