#include "engine/manifest/ini_file.h"

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("an INI file has sections, options and values that go on") {
  const IniFile file = read_ini_file(
      "lost = 1\n  lost too\n[a]\r\nx = 1\r\ny:2\n# no\nz =\n    one = 1\n\n  ; no\n\ttwo\n[b c]\nx=\n");
  CHECK(file.sections == Lines{"a", "b c"});
  CHECK(file.has_section("b c"));
  CHECK_FALSE(file.has_section("b"));
  CHECK(file.options == std::vector<IniOption>{{"a", "x", {{"1", 4}}},
                                               {"a", "y", {{"2", 5}}},
                                               {"a", "z", {{"one = 1", 8}, {"two", 11}}},
                                               {"b c", "x", {}}});
}

TEST_CASE("what is no INI file has nothing in it") {
  for (const char* text : {"", "[", "[a", "[a]\nx", "]\n=\n", "\n\n", "[a]\n  x = 1\n", "#"}) {
    CAPTURE(text);
    CHECK(read_ini_file(text).options.empty());
  }
}
