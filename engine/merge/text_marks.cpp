#include "engine/merge/text_marks.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace mlx {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

enum class LineEnds { kNone, kUnix, kWindows, kBoth };

LineEnds line_ends_of(std::string_view text) {
  bool has_unix = false;
  bool has_windows = false;
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    const bool is_windows = at > 0 && text[at - 1] == '\r';
    has_windows = has_windows || is_windows;
    has_unix = has_unix || !is_windows;
  }
  if (has_unix && has_windows) return LineEnds::kBoth;
  if (has_unix) return LineEnds::kUnix;
  return has_windows ? LineEnds::kWindows : LineEnds::kNone;
}

std::string without_returns(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') plain += text[i];
  }
  return plain;
}

std::string with_returns(std::string_view text) {
  std::string windows;
  for (const char c : text) {
    if (c == '\n') windows += '\r';
    windows += c;
  }
  return windows;
}

}  // namespace

PlainVersions::PlainVersions(const MergeInput& input) {
  take_marks(input);
  take_line_ends();
}

void PlainVersions::take_marks(const MergeInput& input) {
  const auto has = [](std::string_view text) { return text.starts_with(kByteOrderMark); };
  has_mark_ = has(input.ours) == has(input.base) ? has(input.theirs) : has(input.ours);
  const auto without = [&](std::string_view text) {
    return std::string(has(text) ? text.substr(kByteOrderMark.size()) : text);
  };
  base_ = without(input.base);
  ours_ = without(input.ours);
  theirs_ = without(input.theirs);
}

void PlainVersions::take_line_ends() {
  const LineEnds base = line_ends_of(base_);
  const LineEnds ours = line_ends_of(ours_);
  const LineEnds theirs = line_ends_of(theirs_);
  const std::array all = {base, ours, theirs};
  const auto has = [&all](LineEnds ends) { return std::ranges::find(all, ends) != all.end(); };
  if (has(LineEnds::kBoth) || !has(LineEnds::kWindows)) return;
  const LineEnds wanted = ours == base || ours == LineEnds::kNone ? theirs : ours;
  is_windows_ = (wanted == LineEnds::kNone ? ours : wanted) == LineEnds::kWindows;
  base_ = without_returns(base_);
  ours_ = without_returns(ours_);
  theirs_ = without_returns(theirs_);
}

MergedText PlainVersions::restored(const MergedText& merged) const {
  const auto with_ends = [this](const std::string& text) { return is_windows_ ? with_returns(text) : text; };
  MergedText result;
  result.note(merged.steps());
  std::string_view mark = has_mark_ ? kByteOrderMark : std::string_view();
  const auto marked = [&](const std::string& text) { return std::string(mark) + with_ends(text); };
  if (merged.pieces().empty()) result.append(mark);
  for (const auto& piece : merged.pieces()) {
    if (const auto* conflict = std::get_if<MergeConflict>(&piece)) {
      result.append(MergeConflict{.base = marked(conflict->base),
                                  .ours = marked(conflict->ours),
                                  .theirs = marked(conflict->theirs)});
    } else {
      result.append(marked(std::get<std::string>(piece)));
    }
    mark = {};  // only the first piece has it
  }
  return result;
}

}  // namespace mlx
