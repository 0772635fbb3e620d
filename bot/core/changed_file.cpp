#include "bot/core/changed_file.h"

#include <algorithm>
#include <charconv>

namespace mlx::bot {
namespace {

/// Where a hunk begins after the change: `@@ -12,7 +12,9 @@`. 0 if it does not say.
int first_line_of(std::string_view header) {
  int line = 0;
  const auto plus = header.find('+');
  if (plus == std::string_view::npos) return 0;
  std::from_chars(header.data() + plus + 1, header.data() + header.size(), line);
  return line;
}

void extend(std::vector<LineSpan>& spans, int line) {
  if (!spans.empty() && spans.back().last == line - 1) {
    spans.back().last = line;
  } else {
    spans.push_back({.first = line, .last = line});
  }
}

}  // namespace

PatchLines read_patch(std::string_view patch) {
  PatchLines lines;
  std::vector<LineSpan> hunk;  // never more than one
  int at = 0;
  const auto end_hunk = [&] {
    lines.shown.insert(lines.shown.end(), hunk.begin(), hunk.end());
    hunk.clear();
  };
  while (!patch.empty()) {
    const auto end = patch.find('\n');
    const std::string_view line = patch.substr(0, end);
    patch = end == std::string_view::npos ? std::string_view() : patch.substr(end + 1);
    if (line.starts_with("@@")) {
      end_hunk();
      at = first_line_of(line);
      continue;
    }
    const bool is_after = line.starts_with('+') || line.starts_with(' ');
    if (!is_after) continue;
    extend(hunk, at);
    if (line.starts_with('+')) extend(lines.added, at);
    ++at;
  }
  end_hunk();
  return lines;
}

bool is_within(const LineSpan& lines, const std::vector<LineSpan>& spans) {
  return lines.first <= lines.last && std::ranges::any_of(spans, [&](const LineSpan& span) {
           return span.first <= lines.first && lines.last <= span.last;
         });
}

}  // namespace mlx::bot
