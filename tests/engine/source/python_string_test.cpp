#include <catch2/catch.hpp>

#include "engine/source/python_tokens.h"

using namespace mlx;

TEST_CASE("a literal without fields or bytes is text") {
  for (const char* text : {"'a'", "\"a\"", "r'a'", "R\"a\"", "u'a'", "'''a'''"}) {
    CAPTURE(text);
    CHECK(is_text_literal(text));
  }
  for (const char* text : {"b'a'", "B'a'", "f'a'", "rf'a'", "Rb'a'", "t'a'"}) {
    CAPTURE(text);
    CHECK_FALSE(is_text_literal(text));
  }
}

TEST_CASE("quotes and prefixes are not part of what a string says") {
  CHECK(decode_text_literal("'a\"b'") == "a\"b");
  CHECK(decode_text_literal("u\"a'b\"") == "a'b");
  CHECK(decode_text_literal("'''a'b''c'''") == "a'b''c");
  CHECK(decode_text_literal("\"\"\"a\nb\"\"\"") == "a\nb");
  CHECK(decode_text_literal("''").empty());
  CHECK(decode_text_literal("''''''").empty());
}

TEST_CASE("escapes are resolved") {
  CHECK(decode_text_literal(R"('a\tb\nc\\d\'e\"f\a\b\f\r\v')") == "a\tb\nc\\d'e\"f\a\b\f\r\v");
  CHECK(decode_text_literal(R"('\101\7\60')") == "A\a0");
  CHECK(decode_text_literal(R"('\x41\xe9')") == "A\xc3\xa9");
  CHECK(decode_text_literal(R"('\u00e9\u20ac')") == "\xc3\xa9\xe2\x82\xac");
  CHECK(decode_text_literal(R"('\U0001F600')") == "\xf0\x9f\x98\x80");
  CHECK(decode_text_literal("'a\\\nb\\\r\nc\\\rd'") == "abcd");
  CHECK(decode_text_literal(R"('\0')") == std::string(1, '\0'));
}

TEST_CASE("what is no escape stays as it is written") {
  CHECK(decode_text_literal(R"(r'\n\x41')") == R"(\n\x41)");
  CHECK(decode_text_literal(R"('\d\N{DASH}')") == R"(\d\N{DASH})");
  CHECK(decode_text_literal(R"('\x4')") == R"(\x4)");
  CHECK(decode_text_literal(R"('\u12')") == R"(\u12)");
  CHECK(decode_text_literal(R"('\xg1')") == R"(\xg1)");
  CHECK(decode_text_literal(R"('\x-1')") == R"(\x-1)");
  CHECK(decode_text_literal(R"('\U00110000')") == R"(\U00110000)");
}

TEST_CASE("half of a surrogate pair is no text") { CHECK(decode_text_literal(R"('\ud83d')") == R"(\ud83d)"); }

TEST_CASE("a literal that was cut short says what is there") {
  CHECK(decode_text_literal("").empty());
  CHECK(decode_text_literal("r").empty());
  CHECK(decode_text_literal("'").empty());
  CHECK(decode_text_literal("'''").size() <= 1);
  CHECK(decode_text_literal("'\\'") == "\\");
}
