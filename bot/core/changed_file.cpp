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

/// Takes the first line off a text, with its end.
std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  const std::string_view line = text.substr(0, end == std::string_view::npos ? end : end + 1);
  text.remove_prefix(line.size());
  return line;
}

/// Copies what a patch leaves out, up to a line; counts it.
void copy_until(int line, std::string_view& before, int& at, std::string& after) {
  for (; at < line && !before.empty(); ++at) after += take_line(before);
}

/// How many lines of the old file are gone through when a hunk begins: `@@ -12,7 +12,9 @@`. An empty side is
/// named by the line before it.
int lines_before(std::string_view header) {
  int first = 0;
  int count = 1;
  const auto minus = header.find('-');
  if (minus == std::string_view::npos) return 0;
  const char* const end = header.data() + header.size();
  const auto [stop, error] = std::from_chars(header.data() + minus + 1, end, first);
  const bool has_count = error == std::errc() && stop != end && *stop == ',';
  if (has_count) std::from_chars(stop + 1, end, count);
  return count == 0 ? first : first - 1;
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

std::optional<std::string> apply_patch(std::string_view before, std::string_view patch) {
  std::string after;
  int at = 0;  // lines of `before` that are gone through
  while (!patch.empty()) {
    std::string_view line = take_line(patch);
    if (line.starts_with("@@")) {
      copy_until(lines_before(line), before, at, after);
      continue;
    }
    if (line.starts_with('\\')) continue;
    const char mark = line.front();
    // The last line of a patch has no end of its own.
    std::string text(line.substr(1));
    if (!text.ends_with('\n')) text += '\n';
    if (patch.starts_with('\\')) text.pop_back();
    if (mark == '+') {
      after += text;
      continue;
    }
    const bool is_as_before = (mark == ' ' || mark == '-') && take_line(before) == text;
    if (!is_as_before) return std::nullopt;
    ++at;
    if (mark == ' ') after += text;
  }
  return after + std::string(before);
}

bool is_within(const LineSpan& lines, const std::vector<LineSpan>& spans) {
  return lines.first <= lines.last && std::ranges::any_of(spans, [&](const LineSpan& span) {
           return span.first <= lines.first && lines.last <= span.last;
         });
}

}  // namespace mlx::bot
