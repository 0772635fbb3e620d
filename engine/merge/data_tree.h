#pragma once

#include "engine/merge/merged_text.h"
#include "engine/merge/outline.h"

namespace mlx {

/// Merges three versions of data member by member and item by item. All three must be sound, and of one
/// SymbolTable. Where members stand in brackets, each but the last has its comma, on either side of a
/// conflict too.
[[nodiscard]] MergedText merge_data_trees(const Outline& base, const Outline& ours, const Outline& theirs);

}  // namespace mlx
