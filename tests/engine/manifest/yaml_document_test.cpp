#include "engine/manifest/yaml_document.h"

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

/// `path = text`, with slashes in the path.
std::vector<std::string> scalars(std::string_view text) {
  std::vector<std::string> list;
  for (const YamlScalar& scalar : read_yaml(text)) {
    std::string line;
    for (const std::string& part : scalar.path) line += (line.empty() ? "" : "/") + part;
    list.push_back(line + " = " + scalar.text);
  }
  return list;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("scalars of a YAML text have their path") {
  CHECK(scalars("a:\n  b: 1\n  c: [x, \"y z\"]\nd:\n  - e: 2\n  - f\n") ==
        Lines{"a/b = 1", "a/c/[0] = x", "a/c/[1] = y z", "d/[0]/e = 2", "d/[1] = f"});
  CHECK(scalars("{a: 1, b: {c: 'it''s'}}\n").size() == 2);
  CHECK(scalars("").empty());
  CHECK(scalars("# nothing\n").empty());
}

TEST_CASE("a scalar knows its line and the comment above it") {
  const auto list = read_yaml("a: 1\n# What it is.\n# And more.\nb: 2\n");
  REQUIRE(list.size() == 2);
  CHECK(list[0].comment.empty());
  CHECK(list[1].line == 4);
  CHECK(list[1].comment == "What it is. And more.");
}

TEST_CASE("a YAML text with errors yields what can be read, and any bytes are survived") {
  for (const char* text :
       {"a: [", "a: {b: ", "\t- x", "a: \"open", "\xff\xfe\x00", "- - - -", "&a *a", "? : ?", "%YAML"})
    CHECK_NOTHROW(read_yaml(text));
  CHECK_NOTHROW(read_yaml(std::string(100'000, '[')));
  CHECK_NOTHROW(read_yaml(std::string(50'000, '-') + " x"));
}
