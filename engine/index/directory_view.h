#pragma once

#include <string>

#include "engine/index/snapshot.h"

namespace mlx {

/// One directory of a snapshot as a snapshot of its own. Refers to it, which must outlive this.
class DirectoryView final : public Snapshot {
 public:
  /// `directory` must be a valid RepoPath, or empty for the whole.
  DirectoryView(const Snapshot& whole, std::string directory)
      : whole_(whole), directory_(std::move(directory)) {}

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override;
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override;
  [[nodiscard]] Result<BlobId> blob_id(const RepoPath& path) const override;
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override;
  void prepare(std::span<const RepoPath> paths) const override;
  [[nodiscard]] Result<std::optional<Surroundings>> surroundings() const override;

 private:
  [[nodiscard]] Result<RepoPath> inside(std::string_view path) const;

  const Snapshot& whole_;
  std::string directory_;
};

}  // namespace mlx
