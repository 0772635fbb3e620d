#pragma once

#include <map>
#include <set>
#include <string>

#include "bot/forge/blob_cache.h"
#include "bot/forge/forge_values.h"
#include "bot/forge/github/api.h"
#include "engine/index/snapshot.h"

namespace mlx::bot {

/// An object that GitHub itself has named is there: what it says against it is a failure of its own (its
/// stores lag behind each other), and says nothing of the project.
[[nodiscard]] Error failure_of_known_object(Error error);

/// The content of a blob. kNotFound if GitHub has none of this id here.
[[nodiscard]] Result<std::string> fetch_blob(GithubApi& api, const GithubApi::Scope& scope,
                                             const std::string& sha);

/// The tree of one commit, read through the API: the listing in one request (or one for
/// each directory, where GitHub cuts a large listing short), each file when it is read, or many by
/// one archive. What was listed and read is kept in the cache for others.
class GithubSnapshot final : public Snapshot {
 public:
  /// The id of the commit or of its tree may be empty.
  GithubSnapshot(GithubApi& api, GithubApi::Scope scope, CommitRef commit, BlobCache& cache,
                 Listing listing = Listing::kWhole)
      : api_(api), scope_(std::move(scope)), commit_(std::move(commit)), cache_(cache), listing_(listing) {}

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override;
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override;
  /// From the listing, without fetching the file.
  [[nodiscard]] Result<BlobId> blob_id(const RepoPath& path) const override;
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override;
  /// Fetches the archive of the repository if these are many, and it is not too large for what it spares.
  /// What it brings is held until it is read, and costs two requests.
  void prepare(std::span<const RepoPath> paths) const override;

 private:
  struct TreeEntry {
    EntryKind kind = EntryKind::kAbsent;
    std::string sha;
    std::uint64_t size = 0;  ///< 0 where GitHub does not say
  };

  /// Makes sure that what lies directly in `directory` is known.
  Result<void> load(std::string_view directory) const;
  /// False if GitHub cut the listing short.
  Result<bool> fetch(const std::string& tree, bool is_recursive, const std::string& prefix) const;
  Result<bool> fetch_tree(const std::string& tree, bool is_recursive, const std::string& prefix) const;
  [[nodiscard]] const std::string& tree() const { return commit_.tree.empty() ? commit_.sha : commit_.tree; }
  /// `MODE SHA SIZE PATH` of each entry, and a zero byte after it.
  void add_entries(std::string_view listing, const std::string& prefix) const;
  /// The entry of a file; fails as read() does.
  [[nodiscard]] Result<TreeEntry> find_file(const RepoPath& path) const;
  /// The entry at a path or the symlink on the way to it.
  Result<TreeEntry> find(const RepoPath& path) const;

  GithubApi& api_;
  GithubApi::Scope scope_;
  CommitRef commit_;
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
