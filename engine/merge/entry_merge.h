#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/merge/entry_list.h"

namespace mlx {

/// A member of a merged list.
struct EntryPart {
  std::string text;
  std::string_view lead;
  bool is_of_frame = false;  ///< of the side whose layout the result has
  bool was_first = false;
  bool is_only_comment = false;
  std::string_view comment;  ///< behind its comma, with its lead
  std::string_view sort_key;
};

/// The members of a list without its brackets, from the lead of the first on.
struct MergedEntries {
  std::string text;
  bool ends_with_comment = false;  ///< so that a new line has to follow
};

/// The comment of the side that changed it; nothing if both did, in different ways. Its white space says
/// nothing.
[[nodiscard]] std::optional<std::string_view> merged_comment(std::string_view base, std::string_view ours,
                                                             std::string_view theirs);

/// Where both sides add at one place, the order of the two must not matter; what has no keyword comes before
/// what has one. Of parameters, whose bracket is `<`, those have a place that have no default and no `*`
/// before them. False if the order matters.
[[nodiscard]] bool join_additions(std::vector<ListRow>& rows, const Entries& ours, const Entries& theirs,
                                  char bracket);

/// Do both sides add or remove numbers in one list? What a number says is its place, which no side knows
/// then.
[[nodiscard]] bool shift_numbers(const std::vector<ListRow>& rows, const Entries& base, const Entries& ours,
                                 const Entries& theirs);

/// Does one side add members beside one that the other removes? They may stand for it, or lean on it: where
/// members have no keys, nobody can tell.
[[nodiscard]] bool add_beside_removed(const std::vector<ListRow>& rows);

/// The members in the layout of the skeleton; nothing if a comment would take in what follows it.
[[nodiscard]] std::optional<MergedEntries> write_entries(const std::vector<EntryPart>& parts,
                                                         const Entries& skeleton, bool trails, char bracket);

}  // namespace mlx
