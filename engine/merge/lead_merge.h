#pragma once

#include <string_view>

#include "engine/merge/line_merge.h"
#include "engine/merge/list_merge.h"
#include "engine/merge/merged_text.h"

namespace mlx {

// What stands between the elements of a list: blank lines, and comments.

/// Of one place: what one side changed, else line by line, else word by word.
[[nodiscard]] MergedText merge_comment_lines(std::string_view base, std::string_view ours,
                                             std::string_view theirs);

/// Whose neighbours two elements that follow each other in the result are.
struct Neighbourhood {
  bool is_of_ours = true;
  bool is_of_theirs = true;
};
/// `before` is the row that was written last, null at the beginning.
[[nodiscard]] Neighbourhood neighbourhood_of(const ListRow& row, const ListRow* before);

/// Above an element of all three versions: its blank lines are those of a side where the two elements are
/// neighbours; the comments belong to it.
[[nodiscard]] MergedText merge_leads(const MergeInput& leads, Neighbourhood neighbours,
                                     std::string_view line_end);

/// Above an element that both sides add.
[[nodiscard]] MergedText merge_added_leads(std::string_view ours, std::string_view theirs);

}  // namespace mlx
