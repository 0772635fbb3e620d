#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "bot/forge/blob_cache.h"
#include "engine/index/index_cache.h"

namespace mlx::bot {

/// What was read out of source files, in memory, for all jobs and repositories: an unchanged file is read
/// once. Bounded, the least recently used dropped first. Safe to call from several threads.
class IndexMemory final : public IndexCache {
 public:
  explicit IndexMemory(std::size_t capacity_bytes = kDefaultBytes) : facts_(capacity_bytes) {}

  [[nodiscard]] std::optional<std::string> find(const BlobId& content) override {
    return facts_.find(content.hex());
  }
  void store(const BlobId& content, std::string_view facts) override {
    facts_.put(content.hex(), std::string(facts));
  }

 private:
  static constexpr std::size_t kDefaultBytes = 32U << 20U;
  BlobCache facts_;
};

}  // namespace mlx::bot
