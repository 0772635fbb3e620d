#pragma once

#include <optional>
#include <string>

#include "bot/forge/blob_cache.h"
#include "bot/forge/github/api.h"
#include "bot/forge/listed_snapshot.h"

namespace mlx::bot {

/// The content of a blob. kNotFound if GitHub has none of this id here.
[[nodiscard]] Result<std::string> fetch_blob(GithubApi& api, const GithubApi::Scope& scope,
                                             const std::string& sha);

/// The tree of one commit on GitHub: one request for the listing (or one for each directory, where GitHub
/// cuts a large listing short), two for an archive.
class GithubSnapshot final : public ListedSnapshot {
 public:
  /// The id of the commit or of its tree may be empty.
  GithubSnapshot(GithubApi& api, GithubApi::Scope scope, CommitRef commit, BlobCache& cache,
                 Listing listing = Listing::kWhole)
      : ListedSnapshot(cache, listing), api_(api), scope_(std::move(scope)), commit_(std::move(commit)) {}

 private:
  [[nodiscard]] Result<std::optional<std::string>> list(const Directory& directory,
                                                        Depth depth) const override;
  [[nodiscard]] Result<std::string> fetch(const std::string& id) const override;
  [[nodiscard]] bool has_archive() const override { return !commit_.sha.empty(); }
  [[nodiscard]] Result<void> download(const std::function<bool(std::string_view)>& take) const override;

  GithubApi& api_;
  GithubApi::Scope scope_;
  CommitRef commit_;
};

}  // namespace mlx::bot
