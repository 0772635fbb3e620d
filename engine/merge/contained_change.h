#pragma once

#include <optional>
#include <string_view>

#include "engine/merge/merged_text.h"

namespace mlx {

/// The side that did all that the other did, and more: what the other only adds is part of what it adds, or
/// what the other only removes is part of what it removes. Told by words, signs and indentation; nothing if
/// neither side is such. Refers to what the conflict holds.
[[nodiscard]] std::optional<std::string_view> containing_side(const MergeConflict& conflict);

/// The merge with the conflicts settled of which one side contains the other.
[[nodiscard]] MergedText with_contained_changes(const MergedText& merged);

}  // namespace mlx
