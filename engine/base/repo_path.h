#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace mlx {

/// A path inside a repository: relative, `/`-separated, normal (no empty, `.` or
/// `..` segment), free of control characters and backslashes, and nowhere named
/// `.git` in any spelling that a file system could take for it.
///
/// A RepoPath can only be made by parse(), so holding one proves all of this. It
/// says nothing about symlinks: whoever writes must not follow them.
class RepoPath {
 public:
  /// Fails with kRefused and a message that names the offending segment.
  [[nodiscard]] static Result<RepoPath> parse(std::string_view text);

  [[nodiscard]] const std::string& str() const { return text_; }
  [[nodiscard]] std::string_view filename() const;
  /// The directory part, without a final slash; empty at the top.
  [[nodiscard]] std::string_view parent() const;
  /// True if this path is `directory` or lies below it. The empty directory holds everything.
  [[nodiscard]] bool is_within(std::string_view directory) const;

  auto operator<=>(const RepoPath&) const = default;

 private:
  explicit RepoPath(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// The last part of a path, and what is before it without the slash.
[[nodiscard]] std::string_view file_name(std::string_view path);
[[nodiscard]] std::string_view parent_directory(std::string_view path);
/// `directory/name`, either of which may be empty.
[[nodiscard]] std::string joined_path(std::string_view directory, std::string_view name);

/// Why MLX must not write this path, or an empty view if it may: secrets (`.env` and
/// its variants, except examples) and CI workflow files, which run with the
/// repository's credentials. Compared without regard to case.
[[nodiscard]] std::string_view protected_reason(const RepoPath& path);

}  // namespace mlx
