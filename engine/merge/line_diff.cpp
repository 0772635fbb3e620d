#include "engine/merge/line_diff.h"

#include <algorithm>
#include <unordered_map>

namespace mlx {
namespace {

void append_line(std::string& out, char mark, std::string_view line) {
  out += mark;
  out += line;
  if (!line.ends_with('\n')) out += "\n\\ No newline at end of file\n";
}

std::string range(std::size_t begin, std::size_t count) {
  // An empty range names the line before it, as diff(1) has always done.
  const std::size_t first = count == 0 ? begin : begin + 1;
  return count == 1 ? std::to_string(first) : std::to_string(first) + "," + std::to_string(count);
}

}  // namespace

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto newline = text.find('\n');
    const std::size_t size = newline == std::string_view::npos ? text.size() : newline + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

bool is_blank_text(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string with_indentation(std::string_view text, std::string_view from, std::string_view to) {
  if (from == to) return std::string(text);
  std::string result;
  for (const auto line : split_lines(text)) {
    if (is_blank_text(line) || !line.starts_with(from)) {
      result += line;
    } else {
      result += to;
      result += line.substr(from.size());
    }
  }
  return result;
}

std::vector<LineChange> diff_lines(const std::vector<std::string_view>& a,
                                   const std::vector<std::string_view>& b) {
  std::unordered_map<std::string_view, std::uint32_t> numbers;
  const auto number = [&numbers](const std::vector<std::string_view>& lines) {
    Symbols symbols;
    symbols.reserve(lines.size());
    for (const auto line : lines) {
      symbols.push_back(numbers.emplace(line, static_cast<std::uint32_t>(numbers.size())).first->second);
    }
    return symbols;
  };
  const Symbols left = number(a);
  const Symbols right = number(b);
  return diff_sequences(left, right);
}

std::string unified_diff(std::string_view path_before, std::string_view path_after, std::string_view before,
                         std::string_view after) {
  constexpr std::size_t kContext = 3;
  const auto a = split_lines(before);
  const auto b = split_lines(after);
  const auto changes = diff_lines(a, b);
  if (changes.empty()) return {};
  const auto label = [](std::string_view prefix, std::string_view path) {
    return path.empty() ? std::string("/dev/null") : std::string(prefix) + std::string(path);
  };
  std::string out = "--- " + label("a/", path_before) + "\n+++ " + label("b/", path_after) + "\n";
  for (std::size_t first = 0; first < changes.size();) {
    std::size_t last = first;
    while (last + 1 < changes.size() && changes[last + 1].a_begin - changes[last].a_end <= 2 * kContext)
      ++last;
    const std::size_t lead = std::min(kContext, changes[first].a_begin);
    const std::size_t tail = std::min(kContext, a.size() - changes[last].a_end);
    const std::size_t a_begin = changes[first].a_begin - lead;
    const std::size_t b_begin = changes[first].b_begin - lead;
    out += "@@ -" + range(a_begin, changes[last].a_end + tail - a_begin) + " +" +
           range(b_begin, changes[last].b_end + tail - b_begin) + " @@\n";
    std::size_t at = a_begin;
    for (std::size_t c = first; c <= last; ++c) {
      for (; at < changes[c].a_begin; ++at) append_line(out, ' ', a[at]);
      for (; at < changes[c].a_end; ++at) append_line(out, '-', a[at]);
      for (std::size_t j = changes[c].b_begin; j < changes[c].b_end; ++j) append_line(out, '+', b[j]);
    }
    for (const std::size_t end = at + tail; at < end; ++at) append_line(out, ' ', a[at]);
    first = last + 1;
  }
  return out;
}

}  // namespace mlx
