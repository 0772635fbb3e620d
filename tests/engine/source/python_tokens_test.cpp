#include "engine/source/python_tokens.h"

#include <catch2/catch.hpp>

#include "tests/engine/source/python_facts.h"

using namespace mlx;
using namespace mlx::test;

namespace {

/// `problem at offset` of what a text has.
Lines errors_of(std::string_view text) {
  Lines lines;
  for (const LexicalError& error : tokenize_python(text).errors) {
    lines.push_back(std::string(error.problem) + " at " + std::to_string(error.offset));
  }
  return lines;
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  for (std::size_t i = 0; i < times; ++i) text += part;
  return text;
}

}  // namespace

TEST_CASE("lines and blocks become tokens") {
  CHECK(tokens_of("") == "END");
  CHECK(tokens_of("\n\n# only a comment\n   \n") == "END");
  CHECK(tokens_of("a\n") == "a NL END");
  CHECK(tokens_of("a") == "a NL END");
  CHECK(tokens_of("if a:\n  b\n  # c\n\n  d\ne\n") == "if a : NL IN b NL d NL DE e NL END");
  CHECK(tokens_of("if a:\n  if b:\n    c") == "if a : NL IN if b : NL IN c NL DE DE END");
  CHECK(tokens_of("a; b;  # c\n") == "a ; b ; NL END");
}

TEST_CASE("a tab goes to the next multiple of eight columns, and a form feed to the first") {
  CHECK(tokens_of("if a:\n\tb\n        c\n") == "if a : NL IN b NL c NL DE END");
  CHECK(tokens_of("if a:\n  \tb\n\tc\n") == "if a : NL IN b NL c NL DE END");
  CHECK(tokens_of("a\n\f\nb\n\fc\n") == "a NL b NL c NL END");
}

TEST_CASE("lines may end in any way") {
  CHECK(tokens_of("if a:\r\n  b\r\nc\r\n") == "if a : NL IN b NL DE c NL END");
  CHECK(tokens_of("if a:\r  b\rc\r") == "if a : NL IN b NL DE c NL END");
  CHECK(tokens_of("a \\\r\n b\r\n") == "a b NL END");
  CHECK(tokens_of("a # b\rc") == "a NL c NL END");
  CHECK(errors_of("x = 'a\\\r\nb'\r\n").empty());
}

TEST_CASE("lines go on in brackets and behind a backslash") {
  CHECK(tokens_of("a = [\n1,  # one\n\n2]\n") == "a = [ 1 , 2 ] NL END");
  CHECK(tokens_of("a = \\\n  b\n") == "a = b NL END");
  CHECK(tokens_of("a \\") == "a \\ NL END");
  CHECK(errors_of("a \\ b\n") == Lines{"Python has no such character at 2"});
}

TEST_CASE("a mark of the byte order is no token") {
  CHECK(tokens_of("\xef\xbb\xbfimport a\n") == "import a NL END");
  CHECK(tokens_of("\xef\xbb\xbf") == "END");
}

TEST_CASE("letters beyond ASCII are letters in any encoding") {
  CHECK(tokens_of("gr\xc3\xb6\xc3\x9f"
                  "e = 1\n") ==
        "gr\xc3\xb6\xc3\x9f"
        "e = 1 NL END");
  CHECK(tokens_of("gr\xf6\xdf"
                  "e = 'caf\xe9'  # \xe9\n") ==
        "gr\xf6\xdf"
        "e = 'caf\xe9' NL END");
}

TEST_CASE("numbers end where Python ends them") {
  CHECK(tokens_of("1 1_000 0xFF 0b1 0o17 1.5 .5 1. 1e5 1E-5 2j 00 1.e+3\n") ==
        "1 1_000 0xFF 0b1 0o17 1.5 .5 1. 1e5 1E-5 2j 00 1.e+3 NL END");
  CHECK(tokens_of("1if a else 2\n") == "1 if a else 2 NL END");
  CHECK(tokens_of("1..real\n") == "1. . real NL END");
  CHECK(tokens_of("1 .real, x[1:2]\n") == "1 . real , x [ 1 : 2 ] NL END");
  CHECK(errors_of("0777\n") == Lines{"this number is Python 2's at 0"});
  CHECK(errors_of("10L\n") == Lines{"this number is Python 2's at 0"});
  CHECK(errors_of("0xFFL\n") == Lines{"this number is Python 2's at 0"});
}

TEST_CASE("operators of several characters are one token") {
  CHECK(tokens_of("a:=b**c//d<<e->f...g!=h<=i>>=j**=k@=l\n") ==
        "a := b ** c // d << e -> f ... g != h <= i >>= j **= k @= l NL END");
  CHECK(tokens_of("f(*a, **b)\n") == "f ( * a , ** b ) NL END");
  CHECK(tokens_of("a.b .. c\n") == "a . b . . c NL END");
}

TEST_CASE("strings of every kind are one token") {
  CHECK(tokens_of("'a' \"b\" '' \"\" r'\\\\' b'\\'' rb'' Rb'' u'x'\n") ==
        "'a' \"b\" '' \"\" r'\\\\' b'\\'' rb'' Rb'' u'x' NL END");
  CHECK(tokens_of("x = '''a\n'b' ''c\n'''\ny\n") == "x = '''a\n'b' ''c\n''' NL y NL END");
  CHECK(tokens_of("'a\\\nb'\n") == "'a\\\nb' NL END");
  CHECK(tokens_of("x = '#' # '\n") == "x = '#' NL END");
  CHECK(tokens_of("xr'a'\n") == "xr 'a' NL END");
}

TEST_CASE("the fields of an f-string are tokens between brackets of their own") {
  CHECK(tokens_of("f'a{b}c'\n") == "f'a{b}c' ( b ) NL END");
  CHECK(tokens_of("f'{{a}}{b}{{'\n") == "f'{{a}}{b}{{' ( b ) NL END");
  CHECK(tokens_of("f'{a!r:>{b}.{c}}'\n") == "f'{a!r:>{b}.{c}}' ( a ( b ) ( c ) ) NL END");
  CHECK(tokens_of("f'{a=}{b != c}{d:=5}'\n") == "f'{a=}{b != c}{d:=5}' ( a = ) ( b != c ) ( d ) NL END");
  CHECK(tokens_of("f'{(a := 1)}{ {1: 2}[1] }'\n") ==
        "f'{(a := 1)}{ {1: 2}[1] }' ( ( a := 1 ) ) ( { 1 : 2 } [ 1 ] ) NL END");
  CHECK(tokens_of("rf'\\{a}\\N{b}'\n") == "rf'\\{a}\\N{b}' ( a ) ( b ) NL END");
  CHECK(tokens_of("f'\\N{DASH}{a}'\n") == "f'\\N{DASH}{a}' ( a ) NL END");
  CHECK(tokens_of("t'{a}'\n") == "t'{a}' ( a ) NL END");
}

TEST_CASE("fields may hold the quotes of their string, and other strings with fields") {
  CHECK(tokens_of("f'{a['b']}'\n") == "f'{a['b']}' ( a [ 'b' ] ) NL END");
  CHECK(tokens_of("f\"{f\"{f\"{1}\"}\"}\"\n") ==
        "f\"{f\"{f\"{1}\"}\"}\" ( f\"{f\"{1}\"}\" ( f\"{1}\" ( 1 ) ) ) NL END");
  CHECK(errors_of("f'{'\\n'.join(a)}'\n").empty());
}

TEST_CASE("fields may reach over lines") {
  for (const char* text : {"f'''{\na\n}'''\n", "f'{\n    a\n}'\nx\n", "f'{a +\n b}'\n", "f'{f(\na,\n)}'\n",
                           "f'{a\n}'\n", "f'''{a:\n>10}'''\n"}) {
    CAPTURE(text);
    CHECK(errors_of(text).empty());
  }
}

TEST_CASE("a field without an end costs one line") {
  CHECK(errors_of("x = f'{a'\nb\n") == Lines{"this string has no end at 8", "this string has no end at 4"});
  CHECK(tokens_of("x = f'{a\nimport b\n") == "x = f'{a ( a ) NL import b NL END");
  CHECK(tokens_of("x = f'{)}'\nimport b\n").ends_with("NL import b NL END"));
}

TEST_CASE("a string without an end costs one line") {
  CHECK(errors_of("a = 'b\nc = 1\n") == Lines{"this string has no end at 4"});
  CHECK(tokens_of("a = 'b\nc\n") == "a = 'b NL c NL END");
  CHECK(errors_of("a = '''b\nc\n") == Lines{"this string has no end at 4"});
  CHECK(errors_of("'") == Lines{"this string has no end at 0"});
  CHECK(errors_of("'\\") == Lines{"this string has no end at 0"});
}

TEST_CASE("a statement ends the brackets that were open before it") {
  CHECK(tokens_of("f(a,\nimport b\n") == "f ( a , NL import b NL END");
  CHECK(tokens_of("if a:\n  f([{\n  return 1\nb\n") == "if a : NL IN f ( [ { NL return 1 NL DE b NL END");
  CHECK(errors_of("f(a,\nimport b\n") == Lines{"a bracket is not closed before this statement at 5"});
  CHECK(errors_of("f(a") == Lines{"a bracket is not closed at 3"});
  CHECK(errors_of("a)\n") == Lines{"this bracket was not opened at 1"});
  CHECK(tokens_of("a)\nb\n") == "a ) NL b NL END");
}

TEST_CASE("what Python does not have is an error, and never an end") {
  CHECK(errors_of("a ? b\n") == Lines{"Python has no such character at 2"});
  CHECK(errors_of("!ls\n") == Lines{"Python has no such character at 0"});
  CHECK(errors_of("`a`\n").size() == 2);
  CHECK(errors_of("a <> b\n") == Lines{"this is Python 2 at 2"});
  CHECK(errors_of(std::string_view("a\0b\n", 4)) == Lines{"Python has no such character at 1"});
  CHECK(tokens_of(std::string_view("a\nb\0c\nd\n", 8)).ends_with("NL d NL END"));
  CHECK(errors_of("if a:\n    b\n  c\n") == Lines{"this line is indented like none before it at 14"});
  CHECK(tokenize_python(std::string(100'000, '\0')).errors.size() == 100);
}

TEST_CASE("words that Python reserves are keywords, and only those") {
  const auto tokens = tokenize_python("match case type print exec None nonlocal nonlocals a\n").tokens;
  CHECK(tokens[0].is_name());
  CHECK(tokens[1].is_name());
  CHECK(tokens[2].is_name());
  CHECK(tokens[3].is_name());
  CHECK(tokens[4].is_name());
  CHECK(tokens[5].is(Keyword::kConstant));
  CHECK(tokens[6].is(Keyword::kNonlocal));
  CHECK(tokens[7].is_name());
}

TEST_CASE("the tokens of deep and of long texts are as many as the text has") {
  const std::size_t many = 10'000;
  CHECK(tokenize_python(repeated("(", many) + repeated(")", many)).tokens.size() == 2 * many + 2);
  CHECK(tokenize_python(repeated("(", many)).tokens.size() == many + 2);
  CHECK(tokenize_python(repeated("f'{", many)).tokens.size() < 4 * many);
  CHECK(tokenize_python("x = f'{" + repeated("\n", many) + "}'\n").errors.empty());
  CHECK(tokenize_python(repeated("x = 1\n", many)).tokens.size() == 4 * many + 1);
  std::string deep;
  for (std::size_t i = 0; i < 1000; ++i) deep += std::string(i, ' ') + "if a:\n";
  CHECK(tokenize_python(deep).tokens.size() == 4 * 1000 + 999 + 999 + 1);
}
