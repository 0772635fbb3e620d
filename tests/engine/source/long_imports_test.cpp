#include "engine/source/long_imports.h"

#include <string>

#include <catch2/catch.hpp>

namespace {

std::string wrapped(const std::string& text, const std::string& package = "shop") {
  const auto tree = mlx::SyntaxTree::parse(mlx::Language::kPython, text);
  const auto result = mlx::apply_edits(text, mlx::wrap_long_imports(tree, package));
  if (!result) FAIL(to_string(result.error()));
  const auto again = mlx::SyntaxTree::parse(mlx::Language::kPython, *result);
  CHECK_FALSE(again.has_errors());
  CHECK(mlx::wrap_long_imports(again, package).empty());
  return *result;
}

/// `from shop.NAME import a, b as c` of exactly so many characters.
std::string import_of(std::size_t width, const std::string& names = "a, b as c") {
  const std::string rest = "from shop. import " + names;
  return "from shop." + std::string(width - rest.size(), 'm') + " import " + names;
}

}  // namespace

TEST_CASE("an import that is too long has its names on lines of their own") {
  const std::string line = import_of(101);
  const std::string head = line.substr(0, line.find("a, b"));
  CHECK(wrapped(line + "\nx = 1\n") == head + "(\n    a,\n    b as c,\n)\nx = 1\n");
  CHECK(wrapped("def f():\r\n    " + import_of(97) + "\r\n") ==
        "def f():\r\n    " + import_of(97).substr(0, import_of(97).find("a, b")) +
            "(\r\n        a,\r\n        b as c,\r\n    )\r\n");
  CHECK(wrapped(line) == head + "(\n    a,\n    b as c,\n)");
}

TEST_CASE("what fits, or is somebody else's, stays") {
  CHECK(wrapped(import_of(100) + "\n") == import_of(100) + "\n");
  CHECK(wrapped(import_of(120) + "  # noqa\n") == import_of(120) + "  # noqa\n");
  CHECK(wrapped(import_of(120, "*") + "\n") == import_of(120, "*") + "\n");
  CHECK(wrapped(import_of(120, "(a, b)") + "\n") == import_of(120, "(a, b)") + "\n");
  CHECK(wrapped(import_of(120) + "; x = 1\n") == import_of(120) + "; x = 1\n");
  CHECK(wrapped(import_of(120) + "\n", "sho") == import_of(120) + "\n");
  CHECK(wrapped("x = \"" + import_of(120) + "\"\n") == "x = \"" + import_of(120) + "\"\n");
  CHECK(wrapped("from . import " + std::string(100, 'a') + "\n") ==
        "from . import " + std::string(100, 'a') + "\n");
}

TEST_CASE("width is counted in characters") {
  const std::string line = "from shop.x import " + std::string(78, 'a') + "\xC3\xA4";
  CHECK(wrapped(line + "\n") == line + "\n");
}
