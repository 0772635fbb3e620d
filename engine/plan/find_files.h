#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "engine/index/snapshot.h"

namespace mlx {

struct FileSearch {
  std::string below;                                  ///< a directory; empty: the top
  std::function<bool(std::string_view name)> enters;  ///< directories
  std::function<bool(const RepoPath& path)> takes;    ///< files
  std::size_t most = std::numeric_limits<std::size_t>::max();
};

struct FoundFiles {
  std::vector<RepoPath> paths;  ///< sorted in each directory
  bool is_complete = true;      ///< there are no more than the search may take
};

/// Every file that a search wants. Names that no RepoPath can have are passed over.
[[nodiscard]] Result<FoundFiles> find_files(const Snapshot& snapshot, const FileSearch& search);

/// The modules below a source root, without hidden directories.
[[nodiscard]] FileSearch python_below(const std::string& source_root, std::size_t most);

}  // namespace mlx
