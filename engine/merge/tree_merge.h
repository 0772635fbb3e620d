#pragma once

#include "engine/merge/merged_text.h"
#include "engine/merge/outline.h"

namespace mlx {

/// Merges three versions statement by statement, and what both sides changed of one statement line by line,
/// then by what it is made of. All three must be sound, and of one SymbolTable.
[[nodiscard]] MergedText merge_trees(const Outline& base, const Outline& ours, const Outline& theirs);

}  // namespace mlx
