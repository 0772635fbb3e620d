#include "engine/base/git_text.h"

#include <cstddef>

namespace mlx {
namespace {

bool is_printable(unsigned char c) {
  constexpr unsigned char kDelete = 127;
  constexpr unsigned char kEscape = 033;
  if (c == kDelete) return false;
  return c >= ' ' || c == '\b' || c == '\t' || c == '\f' || c == kEscape;
}

bool is_binary(std::string_view bytes) {
  std::size_t printable = 0;
  std::size_t unprintable = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    if (c == '\0') return true;
    if (c == '\n') continue;
    if (c == '\r') {
      if (i + 1 == bytes.size() || bytes[i + 1] != '\n') return true;
      continue;
    }
    ++(is_printable(static_cast<unsigned char>(c)) ? printable : unprintable);
  }
  // The end-of-file mark of DOS does not count.
  constexpr char kEndOfFile = 032;
  if (bytes.ends_with(kEndOfFile)) --unprintable;
  return printable / 128 < unprintable;
}

}  // namespace

std::string git_stored_text(std::string_view bytes) {
  if (bytes.find("\r\n") == std::string_view::npos || is_binary(bytes)) return std::string(bytes);
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool ends_line = bytes[i] == '\r' && i + 1 < bytes.size() && bytes[i + 1] == '\n';
    if (!ends_line) text += bytes[i];
  }
  return text;
}

}  // namespace mlx
