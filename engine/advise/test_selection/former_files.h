#pragma once

#include <string>
#include <vector>

#include "engine/index/memory_snapshot.h"

namespace mlx {

/// A snapshot in which files that were removed are still there, empty: what imports them, imports something
/// that has changed. Refers to the snapshot behind it, which must outlive it.
class FormerFiles final : public Snapshot {
 public:
  /// Paths that are no RepoPath, or that the snapshot has, are left out.
  FormerFiles(const Snapshot& present, const std::vector<std::string>& removed);

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override;
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override;
  [[nodiscard]] Result<BlobId> blob_id(const RepoPath& path) const override;
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override;
  void prepare(std::span<const RepoPath> paths) const override;

 private:
  [[nodiscard]] Result<bool> is_former(const RepoPath& path) const;

  const Snapshot& present_;
  MemorySnapshot former_;
};

}  // namespace mlx
