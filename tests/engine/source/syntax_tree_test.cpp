#include "engine/source/syntax_tree.h"

#include <string>

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

/// Mappings in mappings, or blocks in blocks.
std::string nested(Language language, std::size_t levels) {
  std::string text;
  for (std::size_t i = 0; i < levels; ++i)
    text += std::string(i, ' ') + (language == Language::kYaml ? "a:\n" : "if a:\n");
  return text + std::string(levels, ' ') + "b\n";
}

}  // namespace

TEST_CASE("blocks in many blocks are parsed, those in too many are an error") {
  CHECK_FALSE(SyntaxTree::parse(Language::kYaml, nested(Language::kYaml, 150)).has_errors());
  CHECK_FALSE(SyntaxTree::parse(Language::kPython, nested(Language::kPython, 99)).has_errors());
  // Up to these the scanners keep their levels in memory that they own.
  for (std::size_t levels = 190; levels < 300; ++levels)
    CHECK(SyntaxTree::parse(Language::kYaml, nested(Language::kYaml, levels)).root().tree != nullptr);
  CHECK(SyntaxTree::parse(Language::kYaml, nested(Language::kYaml, 1'500)).has_errors());
  CHECK(SyntaxTree::parse(Language::kPython, nested(Language::kPython, 1'500)).has_errors());
  std::string dashes;
  for (int i = 0; i < 1'500; ++i) dashes += "- ";
  CHECK(SyntaxTree::parse(Language::kYaml, dashes + "a\n").has_errors());
}

TEST_CASE("many blocks behind each other are not many blocks in each other") {
  std::string yaml = "a:\n";
  for (int i = 0; i < 1'500; ++i) yaml += "  - b: 1\n    c:\n      - d\n";
  CHECK_FALSE(SyntaxTree::parse(Language::kYaml, yaml).has_errors());
}
