#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/base/error.h"
#include "engine/index/index_cache.h"
#include "engine/index/snapshot.h"

namespace mlx {

struct IndexStoreOptions {
  /// Of the file. A quarter of the facts is dropped when it is reached: those that were not asked for
  /// longest, roughly (facts that are found count as new again only when half of the others are newer).
  std::int64_t largest_bytes = std::int64_t{1} << 30U;
  /// Reads through a mapping of the file: a quicker start, but a process that runs for long would die by
  /// somebody who cuts the file short.
  bool is_mapped = true;
};

/// What was read out of source files, kept in one SQLite file for all projects of a user: facts by
/// content, and for each directory which content its files had when they were last looked at.
///
/// A store that is damaged, or of another version, is emptied and begun again: when it is opened, or when
/// what it learnt is saved. Any failure (a full disk, a file that went away) means that more is read than
/// necessary, never that something wrong is said. For one thread; several processes, and several stores in
/// one, may use the same file.
class IndexStore : public IndexCache {
 public:
  /// Opens the file, or makes it with the directories above it.
  [[nodiscard]] static Result<std::unique_ptr<IndexStore>> open(const std::filesystem::path& file,
                                                                IndexStoreOptions options = {});

  /// The directory as open_directory_snapshot() gives it, with blob ids that are not computed
  /// again for files whose size, times and inode are as they were. A file that was written in the
  /// last two seconds is never taken as unchanged, as its times could stay the same (the race that git's
  /// index has, too). The store must outlive the snapshot.
  [[nodiscard]] virtual Result<std::unique_ptr<Snapshot>> open_directory(
      const std::filesystem::path& path) = 0;

  /// Keeps what was learnt since it was opened. May be called any number of times.
  void save() override = 0;
};

}  // namespace mlx
