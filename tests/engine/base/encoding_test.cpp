#include <catch2/catch.hpp>

#include "engine/base/digest.h"

using namespace mlx;

TEST_CASE("base64 agrees with RFC 4648, section 10, both ways") {
  const auto [bytes, text] = GENERATE(values<std::pair<std::string, std::string>>({{"", ""},
                                                                                   {"f", "Zg=="},
                                                                                   {"fo", "Zm8="},
                                                                                   {"foo", "Zm9v"},
                                                                                   {"foob", "Zm9vYg=="},
                                                                                   {"fooba", "Zm9vYmE="},
                                                                                   {"foobar", "Zm9vYmFy"},
                                                                                   {"\xfb\xff", "+/8="}}));
  CHECK(base64(bytes) == text);
  CHECK(decode_base64(text) == bytes);
}

TEST_CASE("every byte survives base64") {
  std::string bytes;
  for (int i = 0; i < 256; ++i) {
    bytes += static_cast<char>(i);
    CAPTURE(i);
    CHECK(decode_base64(base64(bytes)) == bytes);
  }
}

TEST_CASE("base64 may be broken into lines, as forges send it") {
  CHECK(decode_base64("Zm9v\nYmFy\n") == "foobar");
  CHECK(decode_base64("Zm9v\r\nYg==\r\n") == "foob");
}

TEST_CASE("what is not base64 gives nothing") {
  const std::string text = GENERATE(as<std::string>{}, "A", "Zm9vA", "=", "====", "Zg=", "Zg===", "Zg=a",
                                    "Z===", "Zm9v!", "Zm 9v", "Zm9_", "Zm9-", "Zg==Zg==", "\xff");
  CAPTURE(text);
  CHECK_FALSE(decode_base64(text));
}

TEST_CASE("well-formed UTF-8 is recognised") {
  const std::string text = GENERATE(as<std::string>{}, "", "plain", "ü", "\u20ac", "\U0001f600", "\u07ff",
                                    "\u0800", "\ud7ff", "\ue000", "\uffff", "\U00010000", "\U0010ffff");
  CHECK(is_utf8(text));
  CHECK(is_utf8(std::string_view("a\0b", 3)));
}

TEST_CASE("ill-formed UTF-8 is refused") {
  const std::string text = GENERATE(as<std::string>{},
                                    "\x80",              // a continuation by itself
                                    "\xc3",              // cut off
                                    "\xe2\x82",          //
                                    "\xf0\x9f\x98",      //
                                    "\xc3(",             // no continuation
                                    "\xc0\x80",          // overlong NUL
                                    "\xc1\xbf",          //
                                    "\xe0\x9f\xbf",      //
                                    "\xf0\x8f\xbf\xbf",  //
                                    "\xed\xa0\x80",      // surrogates
                                    "\xed\xbf\xbf",      //
                                    "\xf4\x90\x80\x80",  // beyond U+10FFFF
                                    "\xf8\x88\x80\x80\x80", "\xfe", "\xff");
  CHECK_FALSE(is_utf8("a" + text));
  CHECK_FALSE(is_utf8(text + "a"));
}
