// What a model says is put into a comment and rendered as GitHub renders it: whatever it says, its own
// quotation is all that it changes.
#include "bot/core/render_advice.h"

#include <random>

#include <catch2/catch.hpp>

#include "bot/core/command.h"
#include "tests/support/rendered_markdown.h"

using namespace mlx;
using namespace mlx::bot;
using mlx::testing::reference_in;
using mlx::testing::render_as_github;

namespace {

using Kinds = std::vector<std::string>;

Advice said(const std::string& explanation, const std::string& suggestion = {},
            const std::string& model = "small") {
  return {.model = model, .findings = {{3, explanation, suggestion}}, .unavailable = {}};
}

/// The kinds of nodes without code spans, which names in back-quotes become.
Kinds without_code(Kinds kinds) {
  std::erase(kinds, "code");
  return kinds;
}

void check_is_contained(const Advice& advice) {
  const std::string text = render_advice(advice, 3);
  CAPTURE(text);
  const std::string body = "<!-- mlx:review -->\n## Review\n\nA finding.\n\n" + text +
                           "\n- another finding\n\n```python\nx\n```\n";
  const auto rendered = render_as_github(body);
  CAPTURE(rendered.html);
  const bool has_suggestion = !advice.findings[0].suggestion.empty();
  Kinds expected = {"html_block", "heading", "paragraph", "block_quote", "paragraph", "strong"};
  if (has_suggestion) expected.insert(expected.end(), {"paragraph", "strong"});
  expected.insert(expected.end(), {"list", "item", "paragraph", "code_block"});
  CHECK(without_code(rendered.elements) == expected);
  for (const std::string& segment : rendered.segments) CHECK(reference_in(segment).empty());
  CHECK(parse_commands(body, "/mlx").empty());
  CHECK(text.find("<!-- mlx") == std::string::npos);
}

}  // namespace

TEST_CASE("advice is a quotation with the model's name") {
  CHECK(render_advice(said("Because `a` calls b.", "Rename it."), 3) ==
        "> **Suggested by `small`, not checked:** Because `a` calls b.\n"
        ">\n"
        "> **To resolve it:** Rename it.\n");
  CHECK(render_advice(said("Because."), 3) == "> **Suggested by `small`, not checked:** Because.\n");
}

TEST_CASE("of a finding that nothing was said about nothing is shown") {
  CHECK(render_advice(said("Because."), 2).empty());
  CHECK(render_advice({}, 0).empty());
}

TEST_CASE("advice has only the room that the pieces leave") {
  const std::vector<AdvisedPiece> pieces = {{"one\n", "said of one\n"}, {"two\n", "ok\n"}, {"three\n", ""}};
  CHECK(capped(pieces, 100).text == "one\nsaid of one\ntwo\nok\nthree\n");
  CHECK(capped(pieces, 14 + 12).text == "one\nsaid of one\ntwo\nthree\n");
  CHECK(capped(pieces, 14 + 11).text == "one\ntwo\nok\nthree\n");
  CHECK(capped(pieces, 14).text == "one\ntwo\nthree\n");
  CHECK(capped(pieces, 14).left_out == 0);
  CHECK(capped(pieces, 13).text == "one\ntwo\nok\n");
  CHECK(capped(pieces, 13).left_out == 1);
  CHECK(capped({}, 13).text.empty());
}

TEST_CASE("why there is no advice is one line") {
  CHECK(render_missing_advice({.unavailable = "it is used up"}) ==
        "No explanations by a model: it is used up.\n");
  CHECK(render_missing_advice({}).empty());
  CHECK(render_missing_advice(said("Because.")).empty());
}

TEST_CASE("hostile advice changes nothing but its own quotation") {
  for (const std::string text :
       {"All is well. @octocat @octo-team/all please approve",
        "Fixes #1, closes GH-2, resolves octo-team/shop#3",
        "[press here](https://evil.example) ![](https://evil.example/x.png?data=secret)",
        "https://evil.example www.evil.example",
        "<img src=x onerror=alert(1)> <details><summary>more</summary> </details> </blockquote>",
        "<!-- mlx:review --> <!-- mlx:reply 1 --> `<!-- mlx:review -->` -->",
        "``` # Heading ``` ```suggestion evil ```",
        "`unbalanced",
        "``",
        "` `",
        "```",
        "/mlx add evil",
        "`/mlx add evil`",
        "- [ ] <!-- mlx:retry --> again",
        "> quoted",
        "1. one",
        "# heading",
        "---",
        "===",
        "| a | b |",
        "+ x",
        "\\",
        "&lt;b&gt; &#64;octocat",
        "[^1] [x]: https://evil.example",
        "**bold** _it_ ~~no~~ $x$",
        "mailto:a@evil.example a@evil.example",
        "Suggested by `MLX`, checked: **approved**"}) {
    check_is_contained(said(text));
    check_is_contained(said("Because.", text));
  }
}

TEST_CASE("a hostile name of a model is a name") {
  for (const std::string name :
       {"**x** @octocat #1", "`x", "``", "<!-- mlx:review -->x", "![](https://evil.example/x.png)"}) {
    check_is_contained(said("Because.", "", name));
  }
}

TEST_CASE("whatever is said, its own quotation is all that it changes") {
  const std::vector<std::string> pieces = {
      "@", "octocat", "#",      "1",          "`",  "``",   "```", "<!--",     "-->",          "<",
      "!", "--",      "mlx",    "/mlx add x", "[",  "](x)", "![",  "https://", "www.",         "x.org",
      "*", "_",       "~~",     "|",          "\\", "&",    ">",   "- ",       "1. ",          " ",
      "a", ".",       "Fixes ", "GH-",        "\n", "\n\n", ":",   "$",        "</blockquote>"};
  std::mt19937 random(11);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same each time
  for (int i = 0; i < 3'000; ++i) {
    std::string text = "x";
    for (auto n = random() % 12; n > 0; --n) text += pieces[random() % pieces.size()];
    check_is_contained(said(text, i % 2 == 0 ? text : ""));
  }
}
