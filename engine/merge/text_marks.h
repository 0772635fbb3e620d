#pragma once

#include <string>

#include "engine/merge/line_merge.h"

namespace mlx {

/// Three versions whose byte order marks and line ends are out of the way, so that one side that changed all
/// of them changed nothing else. A version with line ends of both kinds leaves those of all as they are.
class PlainVersions {
 public:
  explicit PlainVersions(const MergeInput& input);

  [[nodiscard]] MergeInput input() const { return {.base = base_, .ours = ours_, .theirs = theirs_}; }
  /// The result with the marks and line ends of the side that changed them, else of ours.
  [[nodiscard]] MergedText restored(const MergedText& merged) const;

 private:
  void take_marks(const MergeInput& input);
  void take_line_ends();

  std::string base_;
  std::string ours_;
  std::string theirs_;
  bool has_mark_ = false;
  bool is_windows_ = false;
};

}  // namespace mlx
