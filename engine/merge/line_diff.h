#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlx {

/// The lines of a text, each with its line end; the last may lack one.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

/// Lines [a_begin, a_end) of one text were replaced by lines [b_begin, b_end) of another.
struct LineChange {
  std::size_t a_begin = 0;
  std::size_t a_end = 0;
  std::size_t b_begin = 0;
  std::size_t b_end = 0;

  bool operator==(const LineChange&) const = default;
};

/// A shortest list of changes that makes `a` into `b`, in order (E. W. Myers, "An O(ND)
/// difference algorithm and its variations", Algorithmica 1, 1986; linear space). Texts
/// that have almost nothing in common are given as one change once the search has cost
/// more than it can win.
[[nodiscard]] std::vector<LineChange> diff_lines(const std::vector<std::string_view>& a,
                                                 const std::vector<std::string_view>& b);

/// The change as `git apply` reads it, with three lines of context. A side that does not
/// exist is given as an empty label (`/dev/null`). Empty if nothing differs.
[[nodiscard]] std::string unified_diff(std::string_view path_before, std::string_view path_after,
                                       std::string_view before, std::string_view after);

}  // namespace mlx
