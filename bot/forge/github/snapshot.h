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
/// cuts a large listing short). What was listed and read is kept in the cache for others.
class GithubSnapshot final : public ListedSnapshot {
 public:
  /// `tree` is its id, or that of the commit.
  GithubSnapshot(GithubApi& api, GithubApi::Scope scope, std::string tree, BlobCache& cache,
                 Listing listing = Listing::kWhole)
      : ListedSnapshot(listing), api_(api), scope_(std::move(scope)), tree_(std::move(tree)), cache_(cache) {}

 private:
  [[nodiscard]] Result<std::optional<std::string>> list(const Directory& directory,
                                                        Depth depth) const override;
  [[nodiscard]] Result<std::string> fetch(const std::string& id) const override;

  GithubApi& api_;
  GithubApi::Scope scope_;
  std::string tree_;
  BlobCache& cache_;
};

}  // namespace mlx::bot
