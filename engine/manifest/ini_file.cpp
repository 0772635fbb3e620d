#include "engine/manifest/ini_file.h"

#include <algorithm>
#include <cstddef>

namespace mlx {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

void add_line(IniOption& option, std::string_view line, std::size_t number) {
  const std::string_view value = trimmed(line);
  if (!value.empty()) option.lines.push_back({.text = std::string(value), .number = number});
}

}  // namespace

bool IniFile::has_section(std::string_view name) const {
  return std::ranges::find(sections, name) != sections.end();
}

IniFile read_ini_file(std::string_view text) {
  IniFile file;
  bool is_continued = false;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t newline = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, newline);
    text.remove_prefix(std::min(newline + 1, text.size()));
    const std::string_view content = trimmed(line);
    ++number;
    if (content.empty() || content.front() == '#' || content.front() == ';') continue;
    const bool is_indented = line.front() == ' ' || line.front() == '\t';
    if (is_indented) {
      if (is_continued) add_line(file.options.back(), content, number);
      continue;
    }
    is_continued = false;
    if (content.front() == '[') {
      if (content.ends_with(']')) file.sections.emplace_back(content.substr(1, content.size() - 2));
      continue;
    }
    const auto equals = content.find_first_of("=:");
    if (file.sections.empty() || equals == std::string_view::npos) continue;
    is_continued = true;
    file.options.push_back({.section = file.sections.back(),
                            .name = std::string(trimmed(content.substr(0, equals))),
                            .lines = {}});
    add_line(file.options.back(), content.substr(equals + 1), number);
  }
  return file;
}

}  // namespace mlx
