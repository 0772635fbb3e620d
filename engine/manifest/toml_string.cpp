#include "engine/manifest/toml_string.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>

namespace mlx {
namespace {

void append_utf8(std::string& text, std::uint32_t code_point) {
  const auto byte = [&](std::uint32_t value) {
    text += static_cast<char>(static_cast<unsigned char>(value));
  };
  const auto continuation = [&](unsigned shift) { byte(0x80U | ((code_point >> shift) & 0x3FU)); };
  if (code_point < 0x80U) {
    byte(code_point);
  } else if (code_point < 0x800U) {
    byte(0xC0U | (code_point >> 6U));
    continuation(0);
  } else if (code_point < 0x10000U) {
    byte(0xE0U | (code_point >> 12U));
    continuation(6);
    continuation(0);
  } else {
    byte(0xF0U | (code_point >> 18U));
    continuation(12);
    continuation(6);
    continuation(0);
  }
}

/// Decodes the escape whose letter stands at `position`; returns where it ends.
std::size_t decode_escape(std::string_view content, std::size_t position, std::string& value) {
  const char letter = content[position];
  switch (letter) {
    case 'b': value += '\b'; return position + 1;
    case 't': value += '\t'; return position + 1;
    case 'n': value += '\n'; return position + 1;
    case 'f': value += '\f'; return position + 1;
    case 'r': value += '\r'; return position + 1;
    case 'u':
    case 'U': {
      const std::string_view digits = content.substr(position + 1, letter == 'u' ? 4 : 8);
      std::uint32_t code_point = 0;
      std::from_chars(digits.data(), digits.data() + digits.size(), code_point, 16);
      append_utf8(value, code_point);
      return position + 1 + digits.size();
    }
    case ' ':
    case '\t':
    case '\r':
    case '\n':  // a backslash at the end of a line swallows all white space that follows
      return std::min(content.find_first_not_of(" \t\r\n", position), content.size());
    default: value += letter; return position + 1;
  }
}

bool is_bare_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

}  // namespace

std::string decode_toml_string(std::string_view literal) {
  const bool is_long = literal.size() >= 6 && (literal.starts_with(R"(""")") || literal.starts_with("'''"));
  const std::size_t quotes = is_long ? 3 : 1;
  const bool is_literal = literal.starts_with('\'');
  std::string_view content = literal.substr(quotes, literal.size() - 2 * quotes);
  if (is_long && content.starts_with('\n')) content.remove_prefix(1);
  if (is_long && content.starts_with("\r\n")) content.remove_prefix(2);
  if (is_literal) return std::string(content);

  std::string value;
  std::size_t position = 0;
  while (position < content.size()) {
    const char c = content[position++];
    if (c != '\\' || position == content.size()) {
      value += c;
    } else {
      position = decode_escape(content, position, value);
    }
  }
  return value;
}

std::string toml_string(std::string_view value, char quote) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  if (quote == '\'' && value.find('\'') == std::string_view::npos &&
      std::ranges::none_of(value, is_control)) {
    return "'" + std::string(value) + "'";
  }
  constexpr std::string_view kHexDigits = "0123456789ABCDEF";
  std::string literal = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      literal += '\\';
      literal += c;
    } else if (is_control(c)) {
      const auto byte = static_cast<unsigned char>(c);
      literal += "\\u00";
      literal += kHexDigits[byte >> 4U];
      literal += kHexDigits[byte & 0xFU];
    } else {
      literal += c;
    }
  }
  return literal + '"';
}

std::string toml_key(std::string_view name) {
  const bool is_bare = !name.empty() && std::ranges::all_of(name, is_bare_key_character);
  return is_bare ? std::string(name) : toml_string(name);
}

}  // namespace mlx
