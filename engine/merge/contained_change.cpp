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

/// A text as words and signs.
struct Tokens {
  Symbols symbols;
  /// Of each: does a line begin here that no bracket is open in, so that nothing goes on from before?
  std::vector<bool> begins_statement;
};

/// Words and signs, and what each line that is not blank begins with: indentation says something, other white
/// space does not.
Tokens tokens_of(std::string_view text, SymbolTable& table) {
  constexpr std::string_view kWhite = " \t\r";
  constexpr std::string_view kOpening = "([{";
  constexpr std::string_view kClosing = ")]}";
  Tokens tokens;
  const auto append = [&](std::string_view token, bool begins_statement) {
    tokens.symbols.push_back(table.of(token));
    tokens.begins_statement.push_back(begins_statement);
  };
  bool begins_line = true;
  int depth = 0;
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] == '\n') {
      begins_line = true;
      ++i;
      continue;
    }
    const std::size_t begin = i;
    i = std::min(text.find_first_not_of(kWhite, i), text.size());
    const bool is_blank = i == text.size() || text[i] == '\n';
    if (begins_line && !is_blank) append("\n" + std::string(text.substr(begin, i - begin)), depth <= 0);
    begins_line = false;
    if (is_blank) continue;
    std::size_t end = i + 1;
    while (is_word(text[i]) && end < text.size() && is_word(text[end])) ++end;
    append(text.substr(i, end - i), false);
    if (kOpening.contains(text[i])) ++depth;
    if (kClosing.contains(text[i])) --depth;
    i = end;
  }
  return tokens;
}

/// Lines that are not blank, without a comma at their end.
Tokens lines_of(std::string_view text, SymbolTable& table) {
  Tokens tokens;
  for (const auto line : split_lines(text)) {
    const auto end = line.find_last_not_of(" \t\r\n,");
    if (end == std::string_view::npos) continue;
    tokens.symbols.push_back(table.of(line.substr(0, end + 1)));
    tokens.begins_statement.push_back(true);
  }
  return tokens;
}

/// What one side did to the base: the places that it removed, and what it added, in order.
struct SideEdit {
  std::vector<std::size_t> removed;
  Tokens added;

  SideEdit(const Tokens& base, const Tokens& side) {
    for (const SequenceChange& change : diff_sequences(base.symbols, side.symbols)) {
      for (std::size_t i = change.a_begin; i < change.a_end; ++i) removed.push_back(i);
      for (std::size_t j = change.b_begin; j < change.b_end; ++j) {
        added.symbols.push_back(side.symbols[j]);
        added.begins_statement.push_back(side.begins_statement[j]);
      }
    }
  }
};

bool are_in_order_in(const std::vector<std::size_t>& part, const std::vector<std::size_t>& whole) {
  std::size_t next = 0;
  for (const std::size_t place : whole) {
    if (next < part.size() && part[next] == place) ++next;
  }
  return next == part.size();
}

/// More may stand between what the part says, but not another statement within one of its own: of
/// `limit = 1` nothing is in `limit = 50` and `retries = 1`.
bool says_all_of(const Tokens& whole, const Tokens& part) {
  std::size_t next = 0;
  bool is_torn = false;
  for (std::size_t i = 0; i < whole.symbols.size() && next < part.symbols.size(); ++i) {
    if (whole.symbols[i] == part.symbols[next]) {
      if (is_torn && !part.begins_statement[next]) return false;
      is_torn = false;
      ++next;
    } else {
      is_torn = is_torn || (next > 0 && whole.begins_statement[i]);
    }
  }
  return next == part.symbols.size();
}

/// An edit that both adds and removes replaces something, and another that replaces it otherwise does not go
/// further in the same direction, whatever words the two have in common.
bool contains(const SideEdit& whole, const SideEdit& part) {
  if (!part.added.symbols.empty() && !part.removed.empty()) return false;
  return says_all_of(whole.added, part.added) && are_in_order_in(part.removed, whole.removed);
}

}  // namespace

std::optional<std::string_view> containing_side(const MergeConflict& conflict, ContainedBy unit) {
  SymbolTable table;
  const auto tokens = [&](std::string_view text) {
    return unit == ContainedBy::kWords ? tokens_of(text, table) : lines_of(text, table);
  };
  const Tokens base = tokens(conflict.base);
  const SideEdit ours(base, tokens(conflict.ours));
  const SideEdit theirs(base, tokens(conflict.theirs));
  const auto replaces = [](const SideEdit& edit) {
    return !edit.added.symbols.empty() && !edit.removed.empty();
  };
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
