#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/blob_id.h"

namespace mlx {

/// Port: remembers what was read out of a file, by the file's content. What it gives back may be
/// damaged or of another version: whoever decodes it checks that. Failures are misses.
class IndexCache {
 public:
  IndexCache() = default;
  IndexCache(const IndexCache&) = delete;
  IndexCache& operator=(const IndexCache&) = delete;
  virtual ~IndexCache() = default;

  [[nodiscard]] virtual std::optional<std::string> find(const BlobId& content) = 0;
  virtual void store(const BlobId& content, std::string_view facts) = 0;
  /// Keeps what was stored, for caches that outlive the process. What was not saved may be lost.
  virtual void save() {}
};

/// Remembers nothing.
class NoIndexCache final : public IndexCache {
 public:
  [[nodiscard]] std::optional<std::string> find(const BlobId&) override { return std::nullopt; }
  void store(const BlobId&, std::string_view) override {}
};

}  // namespace mlx
