#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "engine/base/error.h"
#include "engine/index/index_cache.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// What was read out of source files, kept in one SQLite file for all projects of a user: facts by
/// content, and for each directory which content its files had when they were last looked at.
///
/// A store that is damaged, or of another version, is emptied and begun again. Any failure means
/// that more is read than necessary, never that something wrong is said. For one thread; several
/// processes may use the same file.
class IndexStore : public IndexCache {
 public:
  /// Opens the file, or makes it with the directories above it.
  [[nodiscard]] static Result<std::unique_ptr<IndexStore>> open(const std::filesystem::path& file);

  /// The directory as open_directory_snapshot() gives it, with blob ids that are not computed
  /// again for files whose size, times and inode are as they were. A file that was written in the
  /// last two seconds is never taken as unchanged, as its times could stay the same (the race that git's
  /// index has, too). The store must outlive the snapshot.
  [[nodiscard]] virtual Result<std::unique_ptr<Snapshot>> open_directory(
      const std::filesystem::path& path) = 0;

  /// Keeps what was learnt since it was opened.
  virtual void save() = 0;
};

}  // namespace mlx
