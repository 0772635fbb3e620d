#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "engine/merge/list_merge.h"
#include "engine/merge/outline.h"

namespace mlx {

/// Atoms [begin, end) of one version.
struct AtomRange {
  const Outline* outline = nullptr;
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] bool is_empty() const { return begin == end; }
  [[nodiscard]] std::size_t size() const { return end - begin; }
  [[nodiscard]] const Atom& at(std::size_t i) const { return outline->atoms[i]; }
  [[nodiscard]] std::string_view text() const {
    if (is_empty()) return {};
    return outline->part(at(begin).begin, at(end - 1).end);
  }
};

[[nodiscard]] inline bool has_newline(std::string_view text) {
  return text.find('\n') != std::string_view::npos;
}

/// A member of what stands in brackets.
struct ListEntry {
  std::size_t begin = 0;  ///< of comments above it too
  std::size_t end = 0;
  std::size_t comment = 0;  ///< behind its comma, on its line: [comment, comment_end)
  std::size_t comment_end = 0;
  bool is_only_comment = false;
};

/// What stands in brackets, in one version.
struct Entries {
  AtomRange range;
  std::vector<ListEntry> list;
  bool ends_with_comma = false;

  [[nodiscard]] std::string_view lead(std::size_t i) const {
    const Atom& atom = range.at(list[i].begin);
    return range.outline->part(atom.lead, atom.begin);
  }
  [[nodiscard]] AtomRange atoms(std::size_t i) const {
    return {.outline = range.outline, .begin = list[i].begin, .end = list[i].end};
  }
  /// The comment behind its comma, with the white space before it; empty if there is none.
  [[nodiscard]] std::string_view comment(std::size_t i) const {
    const ListEntry& entry = list[i];
    if (entry.comment == entry.comment_end) return {};
    return range.outline->part(range.at(entry.comment).lead, range.at(entry.comment_end - 1).end);
  }
  /// Has it a line for each member?
  [[nodiscard]] bool is_multi_line() const {
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (has_newline(lead(i))) return true;
    }
    return false;
  }
};

/// The members between the commas of a range, which stands in brackets or could.
[[nodiscard]] Entries entries_of(const AtomRange& range);

/// What an entry is found by: a keyword, a parameter, a key, or itself if it is one word.
[[nodiscard]] std::string_view name_of(const Entries& entries, std::size_t index);
/// Is it `name=…` or `name: …`?
[[nodiscard]] bool is_keyed(const Entries& entries, std::size_t index);
/// Is each one word, and are they in order?
[[nodiscard]] bool are_sorted(const Entries& entries);

/// As merge_lists() wants to know them; in braces their order says nothing.
[[nodiscard]] std::vector<ListItem> list_items(const Entries& entries, char bracket);
/// From 0 to 1, by the atoms that both have.
[[nodiscard]] double likeness(const Entries& a, std::size_t i, const Entries& b, std::size_t j);

}  // namespace mlx
