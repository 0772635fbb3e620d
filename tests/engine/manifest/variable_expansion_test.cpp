#include "engine/manifest/variable_expansion.h"

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

/// `A` is `1`, `EMPTY` is set to nothing; `-` for no value.
std::string expanded(std::string_view text) {
  return expand_variables(text,
                          [](std::string_view name) -> std::optional<std::string> {
                            if (name == "A") return "1";
                            if (name == "EMPTY") return "";
                            return std::nullopt;
                          })
      .value_or("-");
}

}  // namespace

TEST_CASE("variables are expanded in every spelling") {
  CHECK(expanded("x$A.y${A}z") == "x1.y1z");
  CHECK(expanded("${B:-2} ${B-2} ${A:-2}") == "2 2 1");
  CHECK(expanded("${EMPTY:-2} ${EMPTY-2}") == "2 ");
  CHECK(expanded("${A:+set} ${B:+set}") == "set ");
  CHECK(expanded("${B:-${A}${B:-x}}") == "1x");
  CHECK(expanded("${A:?must be set}") == "1");
}

TEST_CASE("dollars that begin no variable stay, and two are one") {
  CHECK(expanded("$$A $ $") == "$A $ $");
  CHECK(expanded("").empty());
}

TEST_CASE("what has no value, or no end, has none as a whole") {
  for (const char* text : {"$B", "${B}", "${A", "${B:?must be set}", "${A:}", "${B:-${C}}"})
    CHECK(expanded(text) == "-");
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "${B:-";
  CHECK(expanded(deep + std::string(10'000, '}')) == "-");
}
