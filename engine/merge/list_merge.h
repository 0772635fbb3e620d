#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace mlx {

/// A member of a list, as far as one has to know it to find it again in another version of the list.
struct ListItem {
  std::uint64_t digest = 0;    ///< equal for what says the same
  std::string_view name;       ///< empty if it has none
  bool may_move = false;       ///< its place says nothing: it is found wherever it is
  bool is_repeatable = false;  ///< two that say the same at different places are two
};

inline constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

/// The same member in all versions, by its index; kAbsent where there is none.
struct ListRow {
  std::size_t base = kAbsent;
  std::size_t ours = kAbsent;
  std::size_t theirs = kAbsent;

  bool operator==(const ListRow&) const = default;
};

struct ListVersion {
  std::vector<ListItem> items;
  /// From 0 to 1: how much the base's member at the first index and this version's at the second are alike.
  std::function<double(std::size_t, std::size_t)> similarity;
};

/// Finds the members of `base` in `other`; kAbsent for those that are not there. In this order: what says the
/// same, in order; what has the same name; what is alike and stands between the same neighbours; and of what
/// may move what says the same.
[[nodiscard]] std::vector<std::size_t> match_items(const std::vector<ListItem>& base,
                                                   const ListVersion& other);

/// The members of all versions in the order of the merged list: ours, with what theirs adds behind the member
/// that it follows there, and behind what ours adds at that place. Members that one side moved are where that
/// side has them. Nothing is left out: whether a member that one side removed stays is for the caller to say.
[[nodiscard]] std::vector<ListRow> merge_lists(const std::vector<ListItem>& base, const ListVersion& ours,
                                               const ListVersion& theirs);

}  // namespace mlx
