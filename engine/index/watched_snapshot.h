#pragma once

#include <optional>

#include "engine/index/snapshot.h"

namespace mlx {

/// A snapshot that remembers when the one behind it fails: a forge that is down, a disk that cannot be
/// read. For readers that make findings of what they cannot read, and must not make one of that. After a
/// failure the one behind is not asked again. Refers to it; it must outlive this.
class WatchedSnapshot final : public Snapshot {
 public:
  explicit WatchedSnapshot(const Snapshot& watched) : watched_(watched) {}

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override;
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override;
  [[nodiscard]] Result<BlobId> blob_id(const RepoPath& path) const override;
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override;
  void prepare(std::span<const RepoPath> paths) const override;

  /// The failure, if there was one. What is said of a file (it is missing, or a symbolic link) is none.
  [[nodiscard]] const std::optional<Error>& failure() const { return failure_; }

 private:
  template <typename Ask>
  auto ask(const Ask& question) const -> decltype(question());

  const Snapshot& watched_;
  mutable std::optional<Error> failure_;
};

}  // namespace mlx
