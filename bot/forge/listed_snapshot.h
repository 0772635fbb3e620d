#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "bot/forge/blob_cache.h"
#include "bot/forge/forge_values.h"
#include "engine/index/snapshot.h"

namespace mlx::bot {

/// An object that a forge itself has named is there: what it says against it is a failure of its own (its
/// stores lag behind each other), and says nothing of the project.
[[nodiscard]] Error failure_of_known_object(Error error);

struct ListedEntry {
  std::string_view mode;
  std::string_view sha;
  std::uint64_t size = 0;  ///< in bytes; 0 where the forge does not say
  std::string_view path;
};

/// Adds `MODE SHA SIZE PATH` and a zero byte.
void append_entry(std::string& listing, const ListedEntry& entry);

/// Takes the first entry off a listing that append_entry() wrote and that is not empty.
[[nodiscard]] ListedEntry take_entry(std::string_view& listing);

/// How much of a directory is listed: what is directly in it, or everything below.
enum class Depth { kOne, kAll };

/// The tree of one commit, read through a forge's API: the listing at once (or each directory by itself,
/// where the forge cuts a large listing short), each file when it is read, or many by one archive. What was
/// read is kept in the cache for others.
class ListedSnapshot : public Snapshot {
 public:
  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override;
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override;
  /// From the listing, without fetching the file.
  [[nodiscard]] Result<BlobId> blob_id(const RepoPath& path) const override;
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override;
  /// Fetches the archive of the repository if these are many, the forge has one, and it is not too large for
  /// what it spares. What it brings is held until it is read.
  void prepare(std::span<const RepoPath> paths) const override;

 protected:
  ListedSnapshot(BlobCache& cache, Listing listing) : cache_(cache), listing_(listing) {}

  struct Directory {
    std::string path;  ///< empty at the top
    std::string id;    ///< of its tree; empty at the top
  };
  /// The entries in a directory, with paths that begin there; nothing if the forge cut them short.
  [[nodiscard]] virtual Result<std::optional<std::string>> list(const Directory& directory,
                                                                Depth depth) const = 0;
  /// The content of a file that was listed.
  [[nodiscard]] virtual Result<std::string> fetch(const std::string& id) const = 0;
  /// False if the tree cannot be had as an archive, or the listing does not say how large files are.
  [[nodiscard]] virtual bool has_archive() const { return false; }
  /// Gives the bytes of the archive (.tar.gz) to `take`, until that answers false.
  [[nodiscard]] virtual Result<void> download(const std::function<bool(std::string_view)>& take) const;

  /// What was listed and read, for others.
  [[nodiscard]] BlobCache& cache() const { return cache_; }

 private:
  struct TreeEntry {
    EntryKind kind = EntryKind::kAbsent;
    std::string sha;
    std::uint64_t size = 0;
  };

  /// Makes sure that what lies directly in `directory` is known.
  Result<void> load(std::string_view directory) const;
  /// False if the forge cut the listing short.
  Result<bool> load_entries(const Directory& directory, Depth depth) const;
  void add_entries(std::string_view listing, const std::string& prefix) const;
  /// The entry of a file; fails as read() does.
  [[nodiscard]] Result<TreeEntry> find_file(const RepoPath& path) const;
  /// The entry at a path or the symlink on the way to it.
  Result<TreeEntry> find(const RepoPath& path) const;

  BlobCache& cache_;
  Listing listing_;
  // What was fetched so far: a snapshot is one revision, so this only ever grows.
  mutable std::map<std::string, TreeEntry> entries_;
  mutable std::set<std::string> loaded_;
  mutable bool is_complete_ = false;
  mutable std::map<std::string, std::string> prepared_;  ///< contents by blob id, until they are read
  mutable bool has_archive_failed_ = false;
};

}  // namespace mlx::bot
