#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "bot/forge/blob_cache.h"
#include "bot/forge/gitlab/api.h"
#include "bot/forge/listed_snapshot.h"
#include "engine/base/git_tree.h"

namespace mlx::bot::gitlab {

/// What a project's commits hold, as GitLab lists it by the commit and the directory. What was listed and
/// read is kept in the cache for others.
class Files {
 public:
  /// `base` is the project's path in the API.
  Files(Api& api, std::string base, BlobCache& cache) : api_(api), base_(std::move(base)), cache_(cache) {}

  /// Entries as append_entry() writes them, with paths that begin in the directory. One request for each
  /// hundred of them; nothing if there are too many.
  [[nodiscard]] Result<std::optional<std::string>> list(const std::string& commit,
                                                        const std::string& directory, Depth depth) const;
  /// What is directly in a directory, which need not be there: of the whole listing, if that is known.
  [[nodiscard]] Result<std::vector<GitTreeEntry>> entries(const std::string& commit,
                                                          const std::string& directory) const;
  /// The id of a commit's tree, from what is at its top.
  [[nodiscard]] Result<std::string> tree_of(const std::string& commit) const;
  /// The content of a blob that a listing of the project named; not kept.
  [[nodiscard]] Result<std::string> fetch_blob(const std::string& id) const;
  /// The content of a blob that anybody named. kNotFound if the project has none of this id: that another
  /// project has it is nobody's business.
  [[nodiscard]] Result<std::string> blob(const std::string& id) const;
  [[nodiscard]] BlobCache& cache() const { return cache_; }

 private:
  Api& api_;
  std::string base_;
  BlobCache& cache_;
};

/// The tree of one commit on GitLab.
class GitlabSnapshot final : public ListedSnapshot {
 public:
  GitlabSnapshot(Files files, std::string commit, Listing listing)
      : ListedSnapshot(files.cache(), listing), files_(std::move(files)), commit_(std::move(commit)) {}

 private:
  [[nodiscard]] Result<std::optional<std::string>> list(const Directory& directory,
                                                        Depth depth) const override;
  [[nodiscard]] Result<std::string> fetch(const std::string& id) const override {
    return files_.fetch_blob(id);
  }

  Files files_;
  std::string commit_;
};

}  // namespace mlx::bot::gitlab
