#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/repo_path.h"

/// Git's ids of directories, computed without a repository.
namespace mlx {

/// What a directory has directly in it.
struct GitTreeEntry {
  std::string mode;  ///< as git lists it: `100644`, `100755`, `120000`, `040000`, `160000`
  std::string name;
  std::string id;  ///< 40 hexadecimal digits

  bool operator==(const GitTreeEntry&) const = default;
};

/// The id of a directory with these entries, in whatever order they come. An id that is none is
/// kInvalidInput.
[[nodiscard]] Result<std::string> git_tree_id(std::vector<GitTreeEntry> entries);

/// What becomes of one file.
struct GitTreeChange {
  RepoPath path;
  std::optional<std::string> content;  ///< nothing: it goes
  bool is_executable = false;
};

/// The entries of a directory (without a final slash; empty is the top), as they were.
using ListDirectory = std::function<Result<std::vector<GitTreeEntry>>(const std::string& directory)>;

/// The id of the whole tree with the changes made, as git itself would make it: directories that are left
/// empty vanish, a file may take the place of a directory, and the other way round. Asks only for directories
/// that the changes go through.
[[nodiscard]] Result<std::string> git_tree_id_with(const ListDirectory& list,
                                                   const std::vector<GitTreeChange>& changes);

}  // namespace mlx
