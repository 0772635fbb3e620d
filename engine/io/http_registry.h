#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/finding.h"
#include "engine/base/http.h"
#include "engine/component/registry.h"
#include "engine/index/memory_snapshot.h"
#include "engine/io/registry_cache.h"

namespace mlx {

struct HttpRegistryOptions {
  std::string url;  ///< of registry.json
  HttpHeaders private_headers = {};
  bool is_offline = false;  ///< the network is never asked
};

/// A registry behind HTTP as the directory that it was built from: `registry.json`, and for each
/// component `NAME/component.json` with its templates, which is fetched when it is first looked at.
/// What is kept in the cache is used when the server does not answer, with a finding that says so; a
/// component whose digest the cache has is not asked for again. Its older versions are at
/// `r/NAME@VERSION.json`, and are fetched likewise.
class HttpRegistrySnapshot final : public Snapshot {
 public:
  /// Fetches the index. `http` must outlive the snapshot.
  [[nodiscard]] static Result<std::unique_ptr<HttpRegistrySnapshot>> open(HttpRegistryOptions options,
                                                                          HttpClient& http,
                                                                          RegistryCache cache);

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override;
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override;
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override;

  [[nodiscard]] const std::vector<Finding>& findings() const { return findings_; }

 private:
  HttpRegistrySnapshot(HttpRegistryOptions options, HttpClient& http, RegistryCache cache)
      : options_(std::move(options)), http_(http), cache_(std::move(cache)) {}

  Result<std::string> fetch_index();
  Result<void> load_below(std::string_view path) const;
  Result<void> load(const RegistryItem& item) const;
  Result<void> load_version(const std::string& path) const;
  Result<std::string> fetch_item(const RegistryItem& item) const;
  void note_unwritable(const Result<void>& written) const;

  HttpRegistryOptions options_;
  HttpClient& http_;
  RegistryCache cache_;
  std::vector<RegistryItem> items_;
  mutable std::vector<std::string> loaded_;
  mutable MemorySnapshot files_;
  mutable std::vector<Finding> findings_;
};

}  // namespace mlx
