#include "engine/merge/contained_change.h"

#include <algorithm>
#include <vector>

#include "engine/merge/line_diff.h"
#include "engine/merge/outline.h"
#include "engine/merge/sequence_diff.h"

namespace mlx {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Words and signs, and what each line that is not blank begins with: indentation says something, other white
/// space does not.
Symbols tokens_of(std::string_view text, SymbolTable& table) {
  constexpr std::string_view kWhite = " \t\r";
  Symbols symbols;
  bool begins_line = true;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\n') {
      begins_line = true;
      ++i;
      continue;
    }
    const std::size_t begin = i;
    i = std::min(text.find_first_not_of(kWhite, i), text.size());
    const bool is_blank = i == text.size() || text[i] == '\n';
    if (begins_line && !is_blank)
      symbols.push_back(table.of("\n" + std::string(text.substr(begin, i - begin))));
    begins_line = false;
    if (is_blank) continue;
    std::size_t end = i + 1;
    while (is_word(text[i]) && end < text.size() && is_word(text[end])) ++end;
    symbols.push_back(table.of(text.substr(i, end - i)));
    i = end;
  }
  return symbols;
}

/// Lines that are not blank, without a comma at their end.
Symbols lines_of(std::string_view text, SymbolTable& table) {
  Symbols symbols;
  for (const auto line : split_lines(text)) {
    const auto end = line.find_last_not_of(" \t\r\n,");
    if (end != std::string_view::npos) symbols.push_back(table.of(line.substr(0, end + 1)));
  }
  return symbols;
}

/// What one side did to the base: the places that it removed, and what it added, in order.
struct SideEdit {
  std::vector<std::size_t> removed;
  Symbols added;

  SideEdit(const Symbols& base, const Symbols& side) {
    for (const SequenceChange& change : diff_sequences(base, side)) {
      for (std::size_t i = change.a_begin; i < change.a_end; ++i) removed.push_back(i);
      for (std::size_t j = change.b_begin; j < change.b_end; ++j) added.push_back(side[j]);
    }
  }
};

template <typename T>
bool is_in_order_in(const std::vector<T>& part, const std::vector<T>& whole) {
  std::size_t next = 0;
  for (const T& value : whole) {
    if (next < part.size() && part[next] == value) ++next;
  }
  return next == part.size();
}

/// An edit that both adds and removes replaces something, and another that replaces it otherwise does not go
/// further in the same direction, whatever words the two have in common.
bool contains(const SideEdit& whole, const SideEdit& part) {
  if (!part.added.empty() && !part.removed.empty()) return false;
  return is_in_order_in(part.added, whole.added) && is_in_order_in(part.removed, whole.removed);
}

}  // namespace

std::optional<std::string_view> containing_side(const MergeConflict& conflict, ContainedBy unit) {
  SymbolTable table;
  const auto symbols_of = [&](std::string_view text) {
    return unit == ContainedBy::kWords ? tokens_of(text, table) : lines_of(text, table);
  };
  const Symbols base = symbols_of(conflict.base);
  const SideEdit ours(base, symbols_of(conflict.ours));
  const SideEdit theirs(base, symbols_of(conflict.theirs));
  const auto replaces = [](const SideEdit& edit) { return !edit.added.empty() && !edit.removed.empty(); };
  // A line that was replaced was not removed.
  if (unit == ContainedBy::kLines && (replaces(ours) || replaces(theirs))) return std::nullopt;
  const bool is_ours = contains(ours, theirs);
  const bool is_theirs = contains(theirs, ours);
  if (is_ours == is_theirs) return std::nullopt;
  return is_ours ? conflict.ours : conflict.theirs;
}

MergedText with_contained_changes(const MergedText& merged, ContainedBy unit) {
  MergedText settled;
  settled.note(merged.steps());
  for (const auto& piece : merged.pieces()) {
    if (const auto* conflict = std::get_if<MergeConflict>(&piece)) {
      if (const auto side = containing_side(*conflict, unit)) {
        settled.append(*side);
        settled.note(MergeStep::kContained);
      } else {
        settled.append(*conflict);
      }
    } else {
      settled.append(std::get<std::string>(piece));
    }
  }
  return settled;
}

}  // namespace mlx
