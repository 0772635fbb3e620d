#include "engine/advise/test_selection/path_pattern.h"

#include <cstddef>

#include "engine/base/repo_path.h"

namespace mlx {
namespace {

/// How much of the pattern stands for one byte at `i`, and whether that byte is among them.
struct OneByte {
  std::size_t size = 1;
  bool matches = false;
};

OneByte match_byte(std::string_view pattern, std::size_t i, char byte) {
  if (pattern[i] == '?') return {.size = 1, .matches = true};
  const auto close = pattern[i] == '[' ? pattern.find(']', i + 2) : std::string_view::npos;
  if (close == std::string_view::npos) return {.size = 1, .matches = pattern[i] == byte};
  std::string_view set = pattern.substr(i + 1, close - i - 1);
  const bool is_negated = set.starts_with('!');
  if (is_negated) set.remove_prefix(1);
  bool is_in = false;
  for (std::size_t k = 0; k < set.size(); ++k) {
    const bool is_range = k + 2 < set.size() && set[k + 1] == '-';
    is_in = is_in || (is_range ? set[k] <= byte && byte <= set[k + 2] : set[k] == byte);
    if (is_range) k += 2;
  }
  return {.size = close - i + 1, .matches = is_in != is_negated};
}

}  // namespace

bool matches_pattern(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // the last one, to which to go back
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
      continue;
    }
    if (p < pattern.size()) {
      if (const OneByte one = match_byte(pattern, p, text[t]); one.matches) {
        p += one.size;
        ++t;
        continue;
      }
    }
    if (star == std::string_view::npos) return false;
    p = star + 1;
    t = ++star_text;
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string_view extension_of(std::string_view path) {
  const std::string_view name = file_name(path);
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos || dot == 0 ? std::string_view() : name.substr(dot);
}

bool is_below(std::string_view path, std::string_view directory) {
  if (directory.empty()) return true;
  return path.size() > directory.size() && path.starts_with(directory) && path[directory.size()] == '/';
}

}  // namespace mlx
