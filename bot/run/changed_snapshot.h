#pragma once

#include <map>
#include <set>
#include <string>

#include "bot/core/changed_file.h"
#include "bot/forge/forge.h"
#include "engine/index/snapshot.h"

namespace mlx::bot {

/// The head of a pull request: its base with the files that it changes. What a patch makes of a file of the
/// base is proven by its blob id; a file without one that fits is asked of the forge. Refers to the
/// base and the forge, which must outlive it.
class ChangedSnapshot final : public Snapshot {
 public:
  /// `changed` must be whole: neither truncated nor with skipped files.
  ChangedSnapshot(const Snapshot& base, const ChangedFiles& changed, ForgeRepository& repository);

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override;
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override;
  [[nodiscard]] Result<BlobId> blob_id(const RepoPath& path) const override;
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override;

 private:
  [[nodiscard]] const ChangedFile* changed(const RepoPath& path) const;
  [[nodiscard]] bool is_removed(const std::string& path) const;
  [[nodiscard]] Result<std::string> content(const ChangedFile& file) const;

  const Snapshot& base_;
  ForgeRepository& repository_;
  std::map<std::string, ChangedFile, std::less<>> files_;  ///< that are there, by path
  std::set<std::string, std::less<>> removed_;             ///< paths at which nothing is any more
  mutable std::map<std::string, std::string> contents_;    ///< by path
};

}  // namespace mlx::bot
