#pragma once

#include "engine/merge/line_merge.h"
#include "engine/merge/merge_language.h"
#include "engine/merge/merged_text.h"

namespace mlx {

/// Merges what two sides made of one base. Any bytes may be merged. What both sides changed in ways that
/// cannot be joined, and what would not be sound if it were, is a conflict; the rest has the changes of both.
[[nodiscard]] MergedText merge_three_ways(const MergeInput& input, MergeLanguage language);

}  // namespace mlx
