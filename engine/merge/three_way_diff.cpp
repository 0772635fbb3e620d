#include "engine/merge/three_way_diff.h"

#include <algorithm>

namespace mlx {
namespace {

/// Walks along the changes of one side. `shift` is what a place of the base has to be moved by to be one of
/// the side, behind all changes that were taken.
class SideCursor {
 public:
  explicit SideCursor(std::vector<SequenceChange> changes) : changes_(std::move(changes)) {}

  [[nodiscard]] bool is_done() const { return next_ == changes_.size(); }
  [[nodiscard]] const SequenceChange& front() const { return changes_[next_]; }
  [[nodiscard]] std::size_t place_of(std::size_t base) const {
    return base + static_cast<std::size_t>(shift_);
  }
  void take() {
    const SequenceChange& change = changes_[next_++];
    shift_ = static_cast<std::ptrdiff_t>(change.b_end) - static_cast<std::ptrdiff_t>(change.a_end);
  }

 private:
  std::vector<SequenceChange> changes_;
  std::size_t next_ = 0;
  std::ptrdiff_t shift_ = 0;
};

bool is_alike(const Symbols& ours, ElementRange a, const Symbols& theirs, ElementRange b) {
  const auto at = [](const Symbols& symbols, std::size_t i) {
    return symbols.begin() + static_cast<std::ptrdiff_t>(i);
  };
  return std::equal(at(ours, a.begin), at(ours, a.end), at(theirs, b.begin), at(theirs, b.end));
}

}  // namespace

std::vector<MergeChunk> align_three(const Symbols& base, const Symbols& ours, const Symbols& theirs) {
  SideCursor left(diff_sequences(base, ours));
  SideCursor right(diff_sequences(base, theirs));
  std::vector<MergeChunk> chunks;
  std::size_t at = 0;
  const auto add = [&](ChunkKind kind, ElementRange range, ElementRange a, ElementRange b) {
    chunks.push_back({.kind = kind, .base = range, .ours = a, .theirs = b});
  };
  while (!left.is_done() || !right.is_done()) {
    const std::size_t first = std::min(left.is_done() ? base.size() : left.front().a_begin,
                                       right.is_done() ? base.size() : right.front().a_begin);
    if (first > at) {
      add(ChunkKind::kSame, {at, first}, {left.place_of(at), left.place_of(first)},
          {right.place_of(at), right.place_of(first)});
    }
    const std::size_t ours_begin = left.place_of(first);
    const std::size_t theirs_begin = right.place_of(first);
    std::size_t end = first;
    bool has_left = false;
    bool has_right = false;
    for (bool has_grown = true; has_grown;) {
      has_grown = false;
      while (!left.is_done() && left.front().a_begin <= end && (!has_left || has_right)) {
        end = std::max(end, left.front().a_end);
        left.take();
        has_left = has_grown = true;
      }
      while (!right.is_done() && right.front().a_begin <= end && (!has_right || has_left)) {
        end = std::max(end, right.front().a_end);
        right.take();
        has_right = has_grown = true;
      }
    }
    const ElementRange ours_range{ours_begin, left.place_of(end)};
    const ElementRange theirs_range{theirs_begin, right.place_of(end)};
    const bool is_both = has_left && has_right;
    const ChunkKind kind = !is_both ? has_left ? ChunkKind::kOurs : ChunkKind::kTheirs
                           : is_alike(ours, ours_range, theirs, theirs_range) ? ChunkKind::kBoth
                                                                              : ChunkKind::kConflict;
    add(kind, {first, end}, ours_range, theirs_range);
    at = end;
  }
  if (at < base.size()) {
    add(ChunkKind::kSame, {at, base.size()}, {left.place_of(at), ours.size()},
        {right.place_of(at), theirs.size()});
  }
  return chunks;
}

}  // namespace mlx
