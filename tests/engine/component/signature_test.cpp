#include "engine/component/signature.h"

#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

using mlx::accepts_calls_of;

TEST_CASE("a signature that can be called in all ways of the old one") {
  const std::vector<std::pair<std::string, std::string>> accepted = {
      {"()", "(a: int = 1)"},
      {"()", "(*, a: int = 1)"},
      {"()", "(*args, **kwargs)"},
      {"(a)", "(a, b=None)"},
      {"(a)", "(a=1)"},
      {"(a=1)", "(a=2)"},
      {"(a, *, b=1)", "(a, *, b=2, c: dict[str, int] = {'x, y': (1, 2)})"},
      {"(a, *, b)", "(a, *, c=1, b)"},
      {"(self, a) -> int", "(self, a, b: str = \")\") -> int"},
      {"(a, /)", "(a)"},
      {"constant", "constant"}};
  for (const auto& [before, after] : accepted) {
    CAPTURE(before, after);
    CHECK(accepts_calls_of(before, after));
  }
}

TEST_CASE("a signature that refuses a call of the old one") {
  const std::vector<std::pair<std::string, std::string>> refused = {{"()", "(a)"},
                                                                    {"(a)", "()"},
                                                                    {"(a)", "(b)"},
                                                                    {"(a, b)", "(b, a)"},
                                                                    {"(a: int)", "(a: str)"},
                                                                    {"(a=1)", "(a)"},
                                                                    {"(a)", "(b=1, a=2)"},
                                                                    {"(a, *, b=1)", "(a, *, c=1)"},
                                                                    {"(a)", "(a, *, b)"},
                                                                    {"(a)", "(*, a)"},
                                                                    {"(a)", "(a, /)"},
                                                                    {"(a, *args)", "(a)"},
                                                                    {"(a, *args)", "(a, b=1, *args)"},
                                                                    {"(**kwargs)", "()"},
                                                                    {"() -> int", "() -> str"},
                                                                    {"constant", "()"},
                                                                    {"()", "alias"},
                                                                    {"(a", "(a)"}};
  for (const auto& [before, after] : refused) {
    CAPTURE(before, after);
    CHECK_FALSE(accepts_calls_of(before, after));
  }
}
