#include "engine/merge/merged_text.h"

#include <algorithm>

#include "engine/merge/line_diff.h"

namespace mlx {
namespace {

bool lacks_line_end(const MergedText& merged) {
  if (merged.pieces().empty()) return false;
  const auto* last = std::get_if<std::string>(&merged.pieces().back());
  return last != nullptr && !last->empty() && !last->ends_with('\n');
}

std::string_view line_end_of(const MergeConflict& conflict) {
  const std::string& text = conflict.ours.empty() ? conflict.theirs : conflict.ours;
  return text.find("\r\n") == std::string::npos ? "\n" : "\r\n";
}

void append_marker(std::string& out, char mark, std::size_t size, const std::string& label,
                   std::string_view line_end) {
  if (!out.empty() && !out.ends_with('\n')) out += line_end;
  out.append(size, mark);
  if (!label.empty()) out += " " + label;
  out += line_end;
}

/// Moves the lines that both sides begin with into `before`, those that they end with into `after`.
void take_common(MergeConflict& conflict, std::string& before, std::string& after) {
  auto ours = split_lines(conflict.ours);
  auto theirs = split_lines(conflict.theirs);
  std::size_t head = 0;
  while (head < std::min(ours.size(), theirs.size()) && ours[head] == theirs[head]) before += ours[head++];
  std::size_t tail = 0;
  while (tail < std::min(ours.size(), theirs.size()) - head &&
         ours[ours.size() - 1 - tail] == theirs[theirs.size() - 1 - tail])
    ++tail;
  const auto middle = [&](const std::vector<std::string_view>& lines) {
    std::string text;
    for (std::size_t i = head; i < lines.size() - tail; ++i) text += lines[i];
    return text;
  };
  for (std::size_t i = ours.size() - tail; i < ours.size(); ++i) after += ours[i];
  std::string rest = middle(ours);
  conflict.theirs = middle(theirs);
  conflict.ours = std::move(rest);
}

void append_conflict(std::string& out, MergeConflict conflict, const ConflictMarkers& markers) {
  const std::string_view end = line_end_of(conflict);
  std::string before;
  std::string after;
  if (markers.style != ConflictStyle::kDiff3) take_common(conflict, before, after);
  out += before;
  append_marker(out, '<', markers.size, markers.ours, end);
  out += conflict.ours;
  if (markers.style != ConflictStyle::kMerge) {
    append_marker(out, '|', markers.size, markers.base, end);
    out += conflict.base;
  }
  append_marker(out, '=', markers.size, "", end);
  out += conflict.theirs;
  append_marker(out, '>', markers.size, markers.theirs, end);
  out += after;
}

}  // namespace

std::string_view to_string(MergeStep step) {
  switch (step) {
    case MergeStep::kNeighbours: return "neighbours";
    case MergeStep::kLayout: return "layout";
    case MergeStep::kAtoms: return "atoms";
    case MergeStep::kEntries: return "entries";
    case MergeStep::kImports: return "imports";
    case MergeStep::kAdditions: return "additions";
    case MergeStep::kRemoval: return "removal";
    case MergeStep::kSameAddition: return "same-addition";
    case MergeStep::kWords: return "words";
    case MergeStep::kMoved: return "moved";
    case MergeStep::kIndentation: return "indentation";
    case MergeStep::kContained: return "contained";
    case MergeStep::kVersion: return "version";
  }
  return "unknown";
}

std::string to_string(const MergeSteps& steps) {
  std::string text;
  for (const MergeStep step : steps) text += (text.empty() ? "" : ", ") + std::string(to_string(step));
  return text;
}

void MergedText::append(std::string_view text) {
  if (text.empty()) return;
  if (!pieces_.empty()) {
    if (auto* last = std::get_if<std::string>(&pieces_.back())) {
      *last += text;
      return;
    }
  }
  pieces_.emplace_back(std::string(text));
}

void MergedText::append(MergeConflict conflict) {
  if (!pieces_.empty()) {
    if (auto* last = std::get_if<MergeConflict>(&pieces_.back())) {
      last->base += conflict.base;
      last->ours += conflict.ours;
      last->theirs += conflict.theirs;
      return;
    }
  }
  pieces_.emplace_back(std::move(conflict));
}

void MergedText::append(MergedText other) {
  note(other.steps_);
  for (auto& piece : other.pieces_) {
    std::visit([this](auto&& part) { append(std::forward<decltype(part)>(part)); }, std::move(piece));
  }
}

std::size_t MergedText::conflict_count() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      pieces_, [](const auto& piece) { return std::holds_alternative<MergeConflict>(piece); }));
}

std::size_t MergedText::conflict_size() const {
  std::size_t size = 0;
  for (const auto& piece : pieces_) {
    if (const auto* conflict = std::get_if<MergeConflict>(&piece))
      size += conflict->ours.size() + conflict->theirs.size();
  }
  return size;
}

std::string MergedText::text() const { return joined(true, false); }

std::string MergedText::text_of_theirs() const { return joined(false, true); }

std::string MergedText::with_both_sides() const { return joined(true, true); }

std::string MergedText::joined(bool has_ours, bool has_theirs) const {
  std::string text;
  for (const auto& piece : pieces_) {
    if (const auto* conflict = std::get_if<MergeConflict>(&piece)) {
      if (has_ours) text += conflict->ours;
      if (has_theirs) text += conflict->theirs;
    } else {
      text += std::get<std::string>(piece);
    }
  }
  return text;
}

std::string MergedText::with_markers(const ConflictMarkers& markers) const {
  std::string out;
  for (const auto& piece : pieces_) {
    if (const auto* conflict = std::get_if<MergeConflict>(&piece)) {
      append_conflict(out, *conflict, markers);
    } else {
      out += std::get<std::string>(piece);
    }
  }
  return out;
}

MergedText text_only(std::string_view text) {
  MergedText merged;
  merged.append(text);
  return merged;
}

void append_lines(MergedText& merged, MergedText more, std::string_view line_end) {
  if (more.pieces().empty()) {
    merged.note(more.steps());
    return;
  }
  if (lacks_line_end(merged)) merged.append(line_end);
  merged.append(std::move(more));
}

}  // namespace mlx
