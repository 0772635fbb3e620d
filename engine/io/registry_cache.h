#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/error.h"
#include "engine/component/version.h"

namespace mlx {

/// What was downloaded from registries, on disk: contents by their SHA-256, and small records that say
/// which content was what. Whatever is damaged is removed when it is met, and then is as if it had never
/// been there. Several processes may share a cache.
class RegistryCache {
 public:
  /// An empty path keeps nothing.
  explicit RegistryCache(std::filesystem::path directory) : directory_(std::move(directory)) {}

  struct Index {
    std::string etag;
    std::string bytes;
  };
  [[nodiscard]] std::optional<Index> index(std::string_view url) const;
  [[nodiscard]] Result<void> keep_index(std::string_view url, const Index& index) const;

  struct Item {
    std::string component_sha256;  ///< of the component.json in it
    std::string bytes;             ///< as it was served
  };
  /// One version of a component of the registry whose index has this address.
  [[nodiscard]] std::optional<Item> item(std::string_view url, std::string_view name,
                                         const Version& version) const;
  /// The digest of its component.json when it was kept, also if its content is gone by now.
  [[nodiscard]] std::optional<std::string> known_digest(std::string_view url, std::string_view name,
                                                        const Version& version) const;
  [[nodiscard]] Result<void> keep_item(std::string_view url, std::string_view name, const Version& version,
                                       const Item& item) const;

  /// Where a bare copy of a git repository belongs; empty if nothing is kept.
  [[nodiscard]] std::filesystem::path git_directory(std::string_view url) const;

  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  [[nodiscard]] std::filesystem::path content_file(const std::string& sha256) const;
  [[nodiscard]] std::filesystem::path index_file(std::string_view url) const;
  [[nodiscard]] std::filesystem::path item_file(std::string_view url, std::string_view name,
                                                const Version& version) const;
  [[nodiscard]] std::optional<std::string> content(const std::string& sha256) const;

  std::filesystem::path directory_;
};

}  // namespace mlx
