#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/blob_id.h"
#include "engine/base/error.h"
#include "engine/base/repo_path.h"

namespace mlx {

enum class EntryKind {
  kAbsent,
  kFile,
  kExecutable,
  kDirectory,
  kSymlink,  ///< the path itself, or a directory on the way to it, is a symbolic link
  kOther,    ///< a submodule, a device, a socket
};

struct Entry {
  std::string name;
  EntryKind kind = EntryKind::kAbsent;

  auto operator<=>(const Entry&) const = default;
};

struct Surroundings;

/// Port: a read-only tree of files at one revision. Nothing changes while it lives,
/// and nothing is read through a symbolic link. Not safe to share between threads.
class Snapshot {
 public:
  Snapshot() = default;
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  virtual ~Snapshot() = default;

  [[nodiscard]] virtual Result<EntryKind> kind(const RepoPath& path) const = 0;

  /// The bytes of a file; kNotFound if there is none, kRefused through a symlink.
  [[nodiscard]] virtual Result<std::string> read(const RepoPath& path) const = 0;

  /// The name of the file's content; fails as read() does. Snapshots that know it without reading
  /// the file override this.
  [[nodiscard]] virtual Result<BlobId> blob_id(const RepoPath& path) const;

  /// What a directory holds, sorted by name; the empty path is the top. Empty if there
  /// is no such directory.
  [[nodiscard]] virtual Result<std::vector<Entry>> children(std::string_view directory) const = 0;

  /// A hint that these files are read next, for snapshots to which many at once cost less than one by one.
  /// Changes nothing else: what fails here is left to read().
  virtual void prepare(std::span<const RepoPath> paths) const;

  /// The greater tree that this one is a part of, as a project may be one of its repository; nothing if there
  /// is none, or nobody knows.
  [[nodiscard]] virtual Result<std::optional<Surroundings>> surroundings() const;
};

/// Where a tree is in a greater one.
struct Surroundings {
  const Snapshot& whole;  ///< lives as long as the tree that was asked
  std::string directory;  ///< of the tree in it: a RepoPath
};

[[nodiscard]] inline bool is_file(EntryKind kind) {
  return kind == EntryKind::kFile || kind == EntryKind::kExecutable;
}

/// The bytes of a file, or nothing if there is no such file.
[[nodiscard]] Result<std::optional<std::string>> read_if_present(const Snapshot& snapshot,
                                                                 const RepoPath& path);

/// The same, and a symbolic link counts as no file.
[[nodiscard]] Result<std::optional<std::string>> read_if_regular(const Snapshot& snapshot,
                                                                 const RepoPath& path);

/// Is there a regular file at this path? A path that is not a valid RepoPath is no file.
[[nodiscard]] Result<bool> has_file(const Snapshot& snapshot, std::string_view path);

}  // namespace mlx
