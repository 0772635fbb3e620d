#pragma once

#include <string_view>

#include "engine/merge/merged_text.h"

namespace mlx {

/// Three versions of a text. Refers to what the caller holds.
struct MergeInput {
  std::string_view base;
  std::string_view ours;
  std::string_view theirs;
};

/// Merges lines as git does: what one side changed is taken, changes of both that overlap or touch are a
/// conflict unless they are alike.
[[nodiscard]] MergedText merge_lines(const MergeInput& input);

/// All from the first to the last line that anybody changed as one conflict: for what may not be joined
/// although its lines could.
[[nodiscard]] MergedText changed_region(const MergeInput& input);

}  // namespace mlx
