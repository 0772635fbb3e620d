#include "engine/base/text_lines.h"

namespace mlx {

bool is_space_or_tab(char c) { return c == ' ' || c == '\t'; }

std::size_t line_begin(std::string_view text, std::size_t offset) {
  const std::size_t newline = text.substr(0, offset).rfind('\n');
  return newline == std::string_view::npos ? 0 : newline + 1;
}

std::size_t end_of_line(std::string_view text, std::size_t offset) {
  const std::size_t newline = text.find('\n', offset);
  if (newline == std::string_view::npos) return text.size();
  return newline > offset && text[newline - 1] == '\r' ? newline - 1 : newline;
}

std::size_t size_of_line_end(std::string_view text, std::size_t offset) {
  const std::string_view rest = text.substr(offset);
  if (rest.starts_with("\r\n")) return 2;
  return rest.starts_with('\n') ? 1 : 0;
}

std::size_t size_of_line_end_before(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  if (before.ends_with("\r\n")) return 2;
  return before.ends_with('\n') ? 1 : 0;
}

std::string_view indentation_at(std::string_view text, std::size_t offset) {
  const std::size_t begin = line_begin(text, offset);
  std::size_t end = begin;
  while (end < text.size() && is_space_or_tab(text[end])) ++end;
  return text.substr(begin, end - begin);
}

bool begins_its_line(std::string_view text, std::size_t offset) {
  return line_begin(text, offset) + indentation_at(text, offset).size() == offset;
}

bool ends_its_line(std::string_view text, std::size_t offset) {
  while (offset < text.size() && is_space_or_tab(text[offset])) ++offset;
  return offset == end_of_line(text, offset) || text[offset] == '#';
}

std::optional<std::size_t> end_of_comma(std::string_view text, std::size_t offset) {
  while (offset < text.size()) {
    const char c = text[offset];
    if (c == ',') return offset + 1;
    if (c == '#') {
      offset = end_of_line(text, offset);
    } else if (is_space_or_tab(c) || c == '\r' || c == '\n') {
      ++offset;
    } else {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

std::string_view without_last_line_end(std::string_view lines) {
  lines.remove_suffix(size_of_line_end_before(lines, lines.size()));
  return lines;
}

std::optional<Span> find_lines(std::string_view text, std::string_view lines) {
  const std::string_view content = without_last_line_end(lines);
  for (std::size_t begin = text.find(content); begin != std::string_view::npos;
       begin = text.find(content, begin + 1)) {
    const std::size_t end = begin + content.size();
    const bool is_whole = line_begin(text, begin) == begin && end_of_line(text, end) == end;
    if (is_whole && !content.empty()) return Span{.begin = begin, .end = end + size_of_line_end(text, end)};
  }
  return std::nullopt;
}

}  // namespace mlx
