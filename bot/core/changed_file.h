#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/repo_path.h"

namespace mlx::bot {

/// A file that a pull request or a comparison of two commits changes.
struct ChangedFile {
  enum class Status { kAdded, kModified, kRemoved, kRenamed };
  RepoPath path;
  std::optional<RepoPath> previous_path = {};  ///< of kRenamed; nothing if MLX takes it for no path
  Status status = Status::kModified;
  std::string blob = {};  ///< git id of its content; of the old one for kRemoved
  /// The hunks of its diff, from `@@`. Nothing for bytes that are no text, for a file that was only moved,
  /// and for what the forge finds too large to show.
  std::optional<std::string> patch = {};
};

struct ChangedFiles {
  std::vector<ChangedFile> files;
  std::size_t skipped = 0;    ///< those whose names MLX takes for no path
  bool is_truncated = false;  ///< there may be more, which the forge does not list
};

/// Lines from the first to the last, counted from 1.
struct LineSpan {
  int first = 1;
  int last = 1;
  bool operator==(const LineSpan&) const = default;
};

/// What a patch says of the lines of the file after the change, in order.
struct PatchLines {
  std::vector<LineSpan> shown;  ///< one for each hunk: a remark may stand at lines of one of them
  std::vector<LineSpan> added;
};
[[nodiscard]] PatchLines read_patch(std::string_view patch);

/// The file after the change. Nothing if the patch is not one of these bytes.
[[nodiscard]] std::optional<std::string> apply_patch(std::string_view before, std::string_view patch);

/// Whether all these lines are within one of the spans.
[[nodiscard]] bool is_within(const LineSpan& lines, const std::vector<LineSpan>& spans);

}  // namespace mlx::bot
