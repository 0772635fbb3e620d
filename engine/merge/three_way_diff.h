#pragma once

#include <cstddef>
#include <vector>

#include "engine/merge/sequence_diff.h"

namespace mlx {

/// Elements [begin, end) of a sequence.
struct ElementRange {
  std::size_t begin = 0;
  std::size_t end = 0;

  [[nodiscard]] bool is_empty() const { return begin == end; }
  [[nodiscard]] std::size_t size() const { return end - begin; }
  bool operator==(const ElementRange&) const = default;
};

/// Who changed a part of the base.
enum class ChunkKind {
  kSame,      ///< nobody
  kOurs,      ///< only ours
  kTheirs,    ///< only theirs
  kBoth,      ///< both, and both alike
  kConflict,  ///< both, in different ways
};

/// What one part of the base became on both sides.
struct MergeChunk {
  ChunkKind kind = ChunkKind::kSame;
  ElementRange base;
  ElementRange ours;
  ElementRange theirs;

  bool operator==(const MergeChunk&) const = default;
};

/// Three versions cut into chunks, in order, that together hold all of them (S. Khanna, K. Kunal and
/// B. C. Pierce, "A Formal Investigation of Diff3", FSTTCS 2007). Changes of the two sides that overlap or
/// touch are one chunk.
[[nodiscard]] std::vector<MergeChunk> align_three(const Symbols& base, const Symbols& ours,
                                                  const Symbols& theirs);

}  // namespace mlx
