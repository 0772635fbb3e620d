#include <array>
#include <charconv>
#include <cstdint>
#include <string>

#include "engine/source/python_tokens.h"

namespace mlx {
namespace {

void append_utf8(std::string& out, std::uint32_t code) {
  const auto continuation = [](std::uint32_t bits) { return static_cast<char>(0x80U | (bits & 0x3FU)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0U | (code >> 6U));
    out += continuation(code);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0U | (code >> 12U));
    out += continuation(code >> 6U);
    out += continuation(code);
  } else {
    out += static_cast<char>(0xF0U | (code >> 18U));
    out += continuation(code >> 12U);
    out += continuation(code >> 6U);
    out += continuation(code);
  }
}

/// Reads `digits` digits of `base`; the code point, or -1 if they are none or half of a surrogate pair.
long read_code(std::string_view text, std::size_t digits, int base) {
  if (text.size() < digits) return -1;
  text = text.substr(0, digits);
  long code = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), code, base);
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  const bool is_code = error == std::errc() && end == text.data() + text.size() && code >= 0 &&
                       code <= 0x10FFFF && !is_surrogate;
  return is_code ? code : -1;
}

/// Resolves the escape that `text` begins with, behind its backslash; returns how much of it that was, or 0.
std::size_t append_escape(std::string& out, std::string_view text) {
  constexpr std::string_view kNames = "abfnrtv\\'\"";
  constexpr std::string_view kValues = "\a\b\f\n\r\t\v\\'\"";
  const char c = text.front();
  if (const auto simple = kNames.find(c); simple != std::string_view::npos) {
    out += kValues[simple];
    return 1;
  }
  if (c == '\n') return 1;
  if (c == '\r') return text.starts_with("\r\n") ? 2 : 1;
  if (c >= '0' && c <= '7') {
    std::size_t digits = 1;
    while (digits < 3 && digits < text.size() && text[digits] >= '0' && text[digits] <= '7') ++digits;
    append_utf8(out, static_cast<std::uint32_t>(read_code(text, digits, 8)));
    return digits;
  }
  const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
  const long code = digits > 0 ? read_code(text.substr(1), digits, 16) : -1;
  if (code < 0) return 0;
  append_utf8(out, static_cast<std::uint32_t>(code));
  return digits + 1;
}

}  // namespace

bool is_text_literal(std::string_view literal) {
  const auto prefix = literal.substr(0, literal.find_first_of("'\""));
  return prefix.find_first_of("fFtTbB") == std::string_view::npos;
}

std::string decode_text_literal(std::string_view literal) {
  const auto quote = literal.find_first_of("'\"");
  if (quote == std::string_view::npos) return {};
  const bool is_raw = literal.substr(0, quote).find_first_of("rR") != std::string_view::npos;
  std::string_view body = literal.substr(quote);
  const std::string triple(3, body.front());
  const std::size_t quotes = body.size() >= 6 && body.starts_with(triple) ? 3 : 1;
  body.remove_prefix(quotes);
  if (body.size() >= quotes) body.remove_suffix(quotes);
  if (is_raw || body.find('\\') == std::string_view::npos) return std::string(body);
  std::string text;
  for (std::size_t i = 0; i < body.size();) {
    if (body[i] != '\\' || i + 1 == body.size()) {
      text += body[i++];
      continue;
    }
    const std::size_t escape = append_escape(text, body.substr(i + 1));
    if (escape == 0) text += '\\';
    i += 1 + escape;
  }
  return text;
}

}  // namespace mlx
