#pragma once

#include <map>

#include "bot/core/changed_file.h"
#include "engine/index/snapshot.h"

namespace mlx::bot {

/// The files of a commit, of which those that it changed are made from what was there before and their
/// patches, as far as their ids prove the result. So that a forge is not asked for what it has said already:
/// a new file costs no request, a changed one none if it is known as it was before.
class PatchedSnapshot final : public Snapshot {
 public:
  /// `before` and `after` must outlive it.
  PatchedSnapshot(const Snapshot& before, const Snapshot& after, const ChangedFiles& changed);

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override;
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override;
  [[nodiscard]] Result<BlobId> blob_id(const RepoPath& path) const override;
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override;
  /// Of `before` what patches are applied to, of `after` what no patch tells.
  void prepare(std::span<const RepoPath> paths) const override;

 private:
  const Snapshot& before_;
  const Snapshot& after_;
  std::map<RepoPath, ChangedFile> changed_;  ///< those with a patch
};

}  // namespace mlx::bot
