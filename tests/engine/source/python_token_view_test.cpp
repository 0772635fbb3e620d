#include "engine/source/python_token_view.h"

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

/// A text's tokens with a view of them.
struct Viewed {
  explicit Viewed(std::string_view source)
      : text(source), tokens(tokenize_python(text).tokens), view(text, tokens) {}
  /// The whole first line.
  [[nodiscard]] TokenRange line() const {
    std::size_t end = 0;
    while (tokens[end].kind != TokenKind::kNewline && tokens[end].kind != TokenKind::kEnd) ++end;
    return {0, end};
  }

  std::string text;
  std::vector<PythonToken> tokens;
  PythonTokenView view;
};

std::vector<std::string> split(std::string_view text, char operation) {
  const Viewed viewed(text);
  std::vector<std::string> parts;
  for (const TokenRange part : viewed.view.split(viewed.line(), operation))
    parts.push_back(viewed.view.one_line(part));
  return parts;
}

std::string one_line(std::string_view text) {
  const Viewed viewed(text);
  return viewed.view.one_line(viewed.line());
}

using Names = std::vector<std::string_view>;

}  // namespace

TEST_CASE("a bracket's partner is the one that closes it") {
  const Viewed viewed("f(a[1], {2: (3)})\n");
  CHECK(viewed.view.closing(1, 100) == 14);
  CHECK(viewed.view.closing(3, 100) == 5);
  CHECK(viewed.view.closing(7, 100) == 13);
  CHECK(viewed.view.closing(1, 14) == 14);
  CHECK(viewed.view.closing(0, 9) == 9);
  const Viewed open("f((a)\nb)\n");
  CHECK(open.view.closing(1, 6) == 6);
  CHECK(open.view.closing(2, 8) == 4);
}

TEST_CASE("a bracket does not reach over the end of its statement") {
  const Viewed viewed("f(a\nimport b)\n");
  CHECK(viewed.view.closing(1, 100) == 100);
}

TEST_CASE("splitting looks only outside of brackets and of a lambda's parameters") {
  CHECK(split("a, b\n", ',') == std::vector<std::string>{"a", "b"});
  CHECK(split("f(a, b), [c, d], {e: (f, g)}\n", ',') ==
        std::vector<std::string>{"f(a, b)", "[c, d]", "{e: (f, g)}"});
  CHECK(split("lambda a, b: c, d\n", ',') == std::vector<std::string>{"lambda a, b: c", "d"});
  CHECK(split("lambda a=lambda b, c: d, e: f, g\n", ',') ==
        std::vector<std::string>{"lambda a=lambda b, c: d, e: f", "g"});
  CHECK(split("a,\n", ',') == std::vector<std::string>{"a"});
  CHECK(split("a,, b\n", ',') == std::vector<std::string>{"a", "", "b"});
  CHECK(split("\n", ',').empty());
  CHECK(split("a), b\n", ',') == std::vector<std::string>{"a)", "b"});
  CHECK(split("f'{a, b}', c\n", ',') == std::vector<std::string>{"f'{a, b}'", "c"});
}

TEST_CASE("arguments are by place or by name") {
  const Viewed viewed("f(a, b=c, *d, **e, g == h, i=j,)\n");
  const auto arguments = viewed.view.arguments(1, viewed.view.closing(1, viewed.line().end));
  REQUIRE(arguments.size() == 6);
  CHECK(arguments[0].name.empty());
  CHECK(arguments[1].name == "b");
  CHECK(viewed.view.one_line(arguments[1].value) == "c");
  CHECK(viewed.view.one_line(arguments[3].value) == "**e");
  CHECK(arguments[4].name.empty());
  CHECK(arguments[5].name == "i");
}

TEST_CASE("strings in a row are one, and lists of them are several") {
  const auto string = [](std::string_view text) {
    const Viewed viewed(text);
    return viewed.view.string(viewed.line());
  };
  CHECK(string("'a' \"b\"\n") == "ab");
  CHECK(string("b'a'\n") == std::nullopt);
  CHECK(string("'a' + 'b'\n") == std::nullopt);
  CHECK(string("\n") == std::nullopt);
  const auto strings = [](std::string_view text) {
    const Viewed viewed(text);
    return viewed.view.strings(viewed.line());
  };
  CHECK(strings("['a', 'b' 'c',]\n") == std::vector<std::string>{"a", "bc"});
  CHECK(strings("'a', 'b'\n") == std::vector<std::string>{"a", "b"});
  CHECK(strings("()\n") == std::vector<std::string>{});
  CHECK(strings("['a', b]\n") == std::nullopt);
  CHECK(strings("['a'] + ['b']\n") == std::nullopt);
}

TEST_CASE("one line has neither comments nor breaks, and spaces where there were any") {
  CHECK(one_line("f( a ,b )\n") == "f(a,b)");
  CHECK(one_line("f(  # why\n  a,\n\n  b  # so\n)\n") == "f(a, b)");
  CHECK(one_line("a  +   b\n") == "a + b");
  CHECK(one_line("(1,)\n") == "(1,)");
  CHECK(one_line("(\n1,\n)\n") == "(1,)");
  CHECK(one_line("(1, 2,)\n") == "(1, 2)");
  CHECK(one_line("f(1,)\n") == "f(1)");
  CHECK(one_line("f(x)(1,)\n") == "f(x)(1)");
  CHECK(one_line("{1,}\n") == "{1}");
  CHECK(one_line("f'{a}' + b\n") == "f'{a}' + b");
  CHECK(one_line("'''a\r\nb'''\r\n") == "'''a\\nb'''");
}

TEST_CASE("the names that targets bind") {
  const auto bound = [](const Viewed& viewed) {
    Names names;
    append_bound_names(viewed.view, viewed.line(), names);
    return names;
  };
  CHECK(bound(Viewed("")).empty());
  const Viewed targets("a, (b, *c), d.e, f[g], h().i, [j]\n");
  CHECK(bound(targets) == Names{"a", "b", "c", "j"});
}

TEST_CASE("the names that a pattern captures") {
  const Viewed viewed("A.B | C(d, e=f) | [g, *_] | {'h': i, **j}\n");
  Names names;
  append_captured_names(viewed.view, viewed.line(), names);
  CHECK(names == Names{"d", "f", "g", "i", "j"});
}
