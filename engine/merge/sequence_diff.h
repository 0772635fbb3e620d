#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mlx {

/// Elements of a sequence as numbers, equal if and only if the elements are: comparing two costs one
/// instruction.
using Symbols = std::vector<std::uint32_t>;

/// Elements [a_begin, a_end) of one sequence were replaced by [b_begin, b_end) of another.
struct SequenceChange {
  std::size_t a_begin = 0;
  std::size_t a_end = 0;
  std::size_t b_begin = 0;
  std::size_t b_end = 0;

  bool operator==(const SequenceChange&) const = default;
};

/// A shortest list of changes that makes `a` into `b`, in order (E. W. Myers, "An O(ND)
/// difference algorithm and its variations", Algorithmica 1, 1986; linear space). Sequences
/// that have almost nothing in common are given as one change once the search has cost
/// more than it can win. A change that can stand in several places stands in the last of them, or where
/// the other sequence changes too.
[[nodiscard]] std::vector<SequenceChange> diff_sequences(const Symbols& a, const Symbols& b);

}  // namespace mlx
