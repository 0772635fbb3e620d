#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/blob_id.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// A file that differs between two commits, by its names in git: they need be no RepoPath.
struct GitChange {
  enum class Status { kAdded, kModified, kRemoved, kRenamed };
  std::string path;
  std::string previous_path;  ///< of kRenamed
  Status status = Status::kModified;
  std::string blob;  ///< id of its content; of the old one for kRemoved
  std::optional<std::string>
      patch;  ///< the hunks, from `@@`; nothing for bytes that are no text, and for moves
};

/// What a commit has and another has not, since they parted.
struct GitComparison {
  std::string merge_base;
  std::string merge_base_tree;
  std::vector<GitChange> changes;  ///< by path
};

/// The git repository of a checkout in a CI job, read only. It may belong to another user, be shallow,
/// sparse, partial, a linked work tree, and its HEAD may be detached. Commits and contents are read by their
/// ids and never written; of the repository's configuration nothing is run, and that of the machine is not
/// read. For one thread.
class GitWorkspace {
 public:
  /// `directory` is the top of the work tree. kNotFound if there is no repository, kIo if it is one that
  /// cannot be read.
  [[nodiscard]] static Result<std::unique_ptr<GitWorkspace>> open(const std::filesystem::path& directory);

  GitWorkspace(const GitWorkspace&) = delete;
  GitWorkspace& operator=(const GitWorkspace&) = delete;
  virtual ~GitWorkspace() = default;

  [[nodiscard]] virtual bool has_commit(const std::string& sha) const = 0;
  /// Does it end somewhere in the history? Then it cannot tell where commits parted, unless one of them is an
  /// ancestor of the other.
  [[nodiscard]] virtual bool is_shallow() const = 0;
  /// The files of a commit; kNotFound if it is not here. Contents that are not here fail with kIo when they
  /// are read.
  [[nodiscard]] virtual Result<std::unique_ptr<Snapshot>> snapshot(const std::string& sha) const = 0;
  [[nodiscard]] virtual bool has_blob(const BlobId& id) const = 0;
  /// Nothing if it is not here.
  [[nodiscard]] virtual std::optional<std::string> blob(const BlobId& id) const = 0;
  /// Nothing if that cannot be told from what is here.
  [[nodiscard]] virtual std::optional<GitComparison> compare(const std::string& base,
                                                             const std::string& head) const = 0;

 protected:
  GitWorkspace() = default;
};

}  // namespace mlx
