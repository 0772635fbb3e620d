#pragma once

#include <map>
#include <string>

#include "engine/index/snapshot.h"

namespace mlx {

/// A snapshot made of values: for trees that were read in one go, and for tests.
class MemorySnapshot final : public Snapshot {
 public:
  struct File {
    std::string bytes;
    EntryKind kind = EntryKind::kFile;
  };

  MemorySnapshot() = default;
  explicit MemorySnapshot(std::map<std::string, std::string> files);

  /// Adds or replaces one entry; `path` must be a valid RepoPath.
  void put(std::string path, File file);

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override;
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override;
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override;

 private:
  std::map<std::string, File> files_;
};

}  // namespace mlx
