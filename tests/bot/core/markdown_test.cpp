// What is neutralised is put where the bot puts it (a paragraph, a list item, a cell) and rendered as GitHub
// renders it: nothing but text may come out, and the text must read the same.
#include "bot/core/markdown.h"

#include <random>

#include <catch2/catch.hpp>

#include "tests/support/rendered_markdown.h"

using namespace mlx::bot;
using mlx::testing::reference_in;
using mlx::testing::render_as_github;
using mlx::testing::RenderedMarkdown;

namespace {

using Kinds = std::vector<std::string>;

/// White space as a browser shows it: one space for many, none at the ends.
std::string as_shown(std::string_view text) {
  std::string shown;
  for (const char c : text) {
    const bool is_space = static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
    if (!is_space) {
      shown += c;
    } else if (!shown.empty() && shown.back() != ' ') {
      shown += ' ';
    }
  }
  while (shown.ends_with(' ')) shown.pop_back();
  return shown;
}

void check_is_only_text(const RenderedMarkdown& rendered, const Kinds& frame, std::string_view shown) {
  CAPTURE(rendered.html);
  CHECK(rendered.elements == frame);
  for (const std::string& segment : rendered.segments) CHECK(reference_in(segment).empty());
  CHECK(as_shown(rendered.text) == shown);
}

void check_neutralised(const std::string& text) {
  CAPTURE(text);
  const std::string safe = neutralised(text);
  const std::string shown = as_shown(text);
  CHECK(safe.find('\n') == std::string::npos);
  check_is_only_text(render_as_github("x " + safe + " y\n"), {"paragraph"},
                     "x " + shown + (shown.empty() ? "y" : " y"));
  check_is_only_text(render_as_github("- x " + safe + "y\n"), {"list", "item", "paragraph"},
                     as_shown("x " + text + "y"));
  check_is_only_text(
      render_as_github("| a | b |\n|---|---|\n| x | y " + safe + " z |\n"),
      {"table", "table_header", "table_cell", "table_cell", "table_row", "table_cell", "table_cell"},
      "ab" + std::string("x") + "y " + shown + (shown.empty() ? "z" : " z"));
}

/// Strings of pieces that mean something in Markdown or to GitHub.
class NastyText {
 public:
  explicit NastyText(unsigned seed) : random_(seed) {}

  std::string next() {
    static const std::vector<std::string> pieces = {"@",          "octocat",  "#",          "12",
                                                    "GH-",        "gh-7",     "owner/repo", "Fixes ",
                                                    "closes: ",   "`",        "``",         "```",
                                                    "*",          "**",       "_",          "__",
                                                    "~",          "~~",       "[",          "]",
                                                    "(",          ")",        "![",         "](x)",
                                                    "<",          ">",        "</",         "<b>",
                                                    "<script>",   "<!--",     "-->",        "&",
                                                    "&lt;",       "&#64;",    "&amp;",      "\\",
                                                    "\\\\",       "|",        "\\|",        "\n",
                                                    "\n\n",       "\r\n",     "\t",         " ",
                                                    "  ",         "- ",       "1. ",        "# ",
                                                    "> ",         "---",      "===",        "~~~",
                                                    "http://",    "https://", "ftp:",       "//",
                                                    "www.",       "www",      ".",          "x.org",
                                                    "a@b.co",     "mailto:",  ":",          "+",
                                                    "=",          "$",        "{",          "}",
                                                    "\"",         "'",        "ä",          "→",
                                                    "[^1]",       "[x]: /y",  "<x@y.z>",    "<http://x.y>",
                                                    "/mlx add x", "é",        "!",          "xmpp:a@b.co"};
    std::string text;
    const auto size = random_() % 12 + 1;
    for (std::size_t i = 0; i < size; ++i) text += pieces[random_() % pieces.size()];
    return text;
  }

 private:
  std::mt19937 random_;
};

}  // namespace

TEST_CASE("text from outside reads the same and does nothing") {
  for (const std::string text : {"",
                                 "plain text",
                                 "@octocat and @octo-team/all",
                                 "Fixes #12, closes GH-13, resolves octo-team/shop#14",
                                 "gH-7",
                                 "closes https://github.com/octo-team/shop/issues/1",
                                 "www.example.org and http://example.org?a=b&c=d",
                                 "WWW.EXAMPLE.ORG HTTPS://EXAMPLE.ORG",
                                 "mail a@example.org, mailto:a@example.org, <a@example.org>",
                                 "<img src=x onerror=alert(1)> <!-- hidden --> </details>",
                                 "<https://example.org>",
                                 "[link](https://example.org) ![image](x.png) [ref][1] [^1]",
                                 "*a* **b** _c_ __d__ ~~e~~ `f` ``g``",
                                 R"(a | b | c \| d \\| e)",
                                 "&lt;b&gt; &#64;octocat &amp;",
                                 "one\ntwo\r\n\r\n# three\n- four\n```\nfive",
                                 "trailing backslash \\",
                                 "C:\\temp\\*.toml",
                                 "foo__bar__baz snake_case_name",
                                 "ünïcödé → ok",
                                 "a\vb\fc\001d",
                                 "xmpp:a@b.co"}) {
    check_neutralised(text);
  }
}

TEST_CASE("a zero byte and bytes that are no UTF-8 stay within the text") {
  CHECK(render_as_github("x " + neutralised(std::string("a\0b", 3)) + "\n").elements == Kinds{"paragraph"});
  CHECK(render_as_github("x " + neutralised("\xFF\xC3@me") + "\n").elements == Kinds{"paragraph"});
}

TEST_CASE("whatever is made of nasty pieces reads the same and does nothing") {
  NastyText nasty(20260131);
  for (int i = 0; i < 5'000; ++i) check_neutralised(nasty.next());
}

TEST_CASE("a code span holds whatever it is given") {
  const auto check = [](const std::string& text) {
    CAPTURE(text);
    const RenderedMarkdown rendered = render_as_github("x " + code_span(text) + " y\n");
    CAPTURE(rendered.html);
    CHECK(rendered.elements == Kinds{"paragraph", "code"});
    REQUIRE(rendered.codes.size() == 1);
    CHECK(as_shown(rendered.codes.front()) == as_shown(text));
  };
  for (const std::string text : {"a", "`", "``", "a`b``c", "`a", "a`", " a ", "a\nb", "<b>", "@octocat",
                                 "#12", "&lt;", "\\", "*a*", "a\\`"}) {
    check(text);
  }
  NastyText nasty(7);
  for (int i = 0; i < 2'000; ++i) {
    const std::string text = nasty.next();
    if (!as_shown(text).empty()) check(text);
  }
  // A code span cannot be empty.
  CHECK(render_as_github(code_span("")).elements == Kinds{"paragraph"});
  CHECK(render_as_github(code_span(" \n\t ")).elements == Kinds{"paragraph"});
}

TEST_CASE("a fenced block holds whatever it is given") {
  const auto check = [](const std::string& text) {
    CAPTURE(text);
    const RenderedMarkdown rendered = render_as_github("before\n\n" + code_block(text, "toml") + "\nafter\n");
    CAPTURE(rendered.html);
    CHECK(rendered.elements == Kinds{"paragraph", "code_block", "paragraph"});
    CHECK(rendered.segments == std::vector<std::string>{"before", "after"});
  };
  for (const std::string text :
       {"", "a", "a\n", "```", "```\n\n```", "``````", "~~~", "a\n    ```\nb", "@octocat #12"}) {
    check(text);
  }
  NastyText nasty(8);
  for (int i = 0; i < 2'000; ++i) check(nasty.next());

  CHECK(render_as_github(code_block("a = 1\n```\nb = 2", "toml")).codes ==
        std::vector<std::string>{"a = 1\n```\nb = 2\n"});
}

TEST_CASE("a message's back-quotes are code, and nothing that it quotes gets out of its place") {
  CHECK(message("there is no `a|b` in `c`") == "there is no `a|b` in `c`");
  CHECK(message("`web` is there") == "`web` is there");
  CHECK(message("").empty());
  const RenderedMarkdown rendered = render_as_github(message("no `@octocat` for @octocat, see #1 and `x"));
  CHECK(rendered.codes == std::vector<std::string>{"@octocat", "x"});
  NastyText nasty(9);
  for (int i = 0; i < 3'000; ++i) {
    const std::string text = nasty.next();
    CAPTURE(text);
    std::string said = "no `" + text;
    said += "` in " + text;
    const RenderedMarkdown quoted = render_as_github("x " + message(said) + " y\n");
    CAPTURE(quoted.html);
    for (std::size_t at = 0; at < quoted.elements.size(); ++at) {
      CHECK(quoted.elements[at] == (at == 0 ? "paragraph" : "code"));
    }
    for (const std::string& segment : quoted.segments) CHECK(reference_in(segment).empty());
  }
}
