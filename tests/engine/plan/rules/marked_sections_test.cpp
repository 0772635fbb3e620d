#include "engine/plan/rules/marked_sections.h"

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

GeneratedSection section(const std::string& name, const std::string& body) {
  return {.name = name, .body = body, .front = ""};
}

std::vector<std::string> names_in(std::string_view text) {
  const auto sections = find_marked_sections(text, "AGENTS.md");
  REQUIRE(sections);
  std::vector<std::string> names;
  for (const MarkedSection& one : *sections) names.push_back(one.name);
  return names;
}

/// `LINE: what is wrong`
std::string complaint(std::string_view text) {
  const auto sections = find_marked_sections(text, "AGENTS.md");
  REQUIRE_FALSE(sections);
  CHECK(sections.error().location.file == "AGENTS.md");
  return std::to_string(sections.error().location.line) + ": " + sections.error().message;
}

using Names = std::vector<std::string>;

const std::string kA = marked(section("a", "Text.\n"), "\n");
const std::string kB = marked(section("b", "More.\n"), "\n");

}  // namespace

TEST_CASE("a section that was generated is found as it is") {
  const std::string text = "# Ours\n\n" + kA + "\nBetween.\n" + kB;
  const auto sections = find_marked_sections(text, "x");
  REQUIRE(sections);
  REQUIRE(sections->size() == 2);
  const MarkedSection& first = sections->front();
  CHECK(first.line == 3);
  CHECK(text.substr(first.span.begin, first.span.size()) == kA);
  CHECK(text.substr(first.body.begin, first.body.size()) == "Text.\n");
  CHECK_FALSE(is_edited(first, text));
  CHECK(sections->back().name == "b");
}

TEST_CASE("an edit shows, other line ends do not") {
  std::string text = kA;
  text.insert(text.find("Text") + 4, "!");
  CHECK(is_edited(find_marked_sections(text, "x")->front(), text));
  const std::string windows = marked(section("a", "Text.\n"), "\r\n");
  CHECK(windows.find("Text.\r\n") != std::string::npos);
  CHECK_FALSE(is_edited(find_marked_sections(windows, "x")->front(), windows));
}

TEST_CASE("the digest of front matter stands in the marker") {
  const std::string text = marked({.name = "a", .body = "T\n", .front = "---\nx: 1\n---\n"}, "\n");
  CHECK(find_marked_sections(text, "x")->front().front == section_digest("---\nx: 1\n---\n"));
  CHECK(find_marked_sections(kA, "x")->front().front.empty());
}

TEST_CASE("a last line without an end ends a section too") {
  CHECK(names_in(kA.substr(0, kA.size() - 1)) == Names{"a"});
}

TEST_CASE("markers in fenced code, or in a line, are text") {
  CHECK(names_in("```markdown\n" + kA + "```\n" + kB) == Names{"b"});
  CHECK(names_in("~~~\n<!-- mlx:end -->\n~~~\n").empty());
  CHECK(names_in("````\n```\n<!-- mlx:end -->\n````\n").empty());
  CHECK(names_in("See `<!-- mlx:begin a` in it.\n").empty());
  CHECK(names_in("    <!-- mlx:begin a -->\n\t<!-- mlx:end -->\n <!-- mlx:end -->\n").empty());
  CHECK(names_in("```one line```\n" + kA) == Names{"a"});
  CHECK(names_in("").empty());
}

TEST_CASE("a fence that is never closed hides nothing") {
  CHECK(names_in("```\n" + kA) == Names{"a"});
  CHECK(names_in("````\n" + kA + "```\n") == Names{"a"});
  CHECK(names_in("~~~\n```\n" + kA + "```\n").empty());
  CHECK(names_in("```python\n" + kA + "```python\n") == Names{"a"});
}

TEST_CASE("markers that do not pair are told with their line") {
  CHECK(complaint("x\n<!-- mlx:end -->\n") == "2: `mlx:end` has no `mlx:begin`");
  CHECK(complaint("\n\n" + kA.substr(0, kA.find("<!-- mlx:end"))) == "3: `mlx:begin a` has no `mlx:end`");
  CHECK(complaint(kA.substr(0, kA.find("<!-- mlx:end")) + kB) == "3: a section begins before `a` has ended");
  CHECK(complaint(kA + kA) == "4: there are two sections `a`");
}

TEST_CASE("markers that MLX did not write are told") {
  for (const char* marker :
       {"<!-- mlx:begin -->", "<!-- mlx:begin a -->", "<!-- mlx:begin a 123 -->",
        "<!-- mlx:begin a 0123456789abcdeg: -->", "<!-- mlx:begin a 0123456789abcdef",
        "<!-- mlx:beginning a 0123456789abcdef -->", "<!-- mlx:begin a 0123456789abcdef front=1: -->",
        "<!-- mlx:begin a 0123456789abcdef: --> mine -->", "<!-- mlx:begin a 0123456789abcdef: mine -->",
        "<!-- mlx:begin a 0123456789abcdef -->",
        "<!-- mlx:begin a 0123456789abcdef: made by mlx rules; write above or below; mine -->"}) {
    CAPTURE(marker);
    CHECK(complaint(std::string(marker) + "\n<!-- mlx:end -->\n") ==
          "1: this `mlx:begin` is not as MLX wrote it");
  }
}

TEST_CASE("what somebody wrote behind a last marker is not taken for it") {
  for (const char* marker : {"<!-- mlx:end --> mine", "<!-- mlx:end", "<!-- mlx:ending -->"}) {
    CAPTURE(marker);
    const std::string text = kA.substr(0, kA.find("<!-- mlx:end")) + marker + "\n";
    CHECK(complaint(text) == "3: this `mlx:end` is not as MLX wrote it");
  }
}
