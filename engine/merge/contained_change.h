#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/merge/merged_text.h"

namespace mlx {

/// By what changes are compared. A value of data that has more words than another is still another value, so
/// that there only whole lines tell.
enum class ContainedBy : std::uint8_t {
  kWords,  ///< and signs, and indentation
  kLines,  ///< without commas at their ends
};

/// The side that did all that the other did, and more: what the other only adds is part of what it adds, or
/// what the other only removes is part of what it removes. Nothing if neither side is such. Refers to what
/// the conflict holds.
[[nodiscard]] std::optional<std::string_view> containing_side(const MergeConflict& conflict,
                                                              ContainedBy unit = ContainedBy::kWords);

/// The merge with the conflicts settled of which one side contains the other.
[[nodiscard]] MergedText with_contained_changes(const MergedText& merged,
                                                ContainedBy unit = ContainedBy::kWords);

}  // namespace mlx
