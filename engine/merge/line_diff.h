#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/merge/sequence_diff.h"

namespace mlx {

/// The lines of a text, each with its line end; the last may lack one.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

[[nodiscard]] bool is_blank_text(std::string_view text);

/// Lines that begin with one indentation begin with another instead.
[[nodiscard]] std::string with_indentation(std::string_view text, std::string_view from, std::string_view to);

/// Lines that were replaced by others.
using LineChange = SequenceChange;

/// The lines of two texts compared as diff_sequences() does.
[[nodiscard]] std::vector<LineChange> diff_lines(const std::vector<std::string_view>& a,
                                                 const std::vector<std::string_view>& b);

/// The change as `git apply` reads it, with three lines of context. A side that does not
/// exist is given as an empty label (`/dev/null`). Empty if nothing differs.
[[nodiscard]] std::string unified_diff(std::string_view path_before, std::string_view path_after,
                                       std::string_view before, std::string_view after);

}  // namespace mlx
