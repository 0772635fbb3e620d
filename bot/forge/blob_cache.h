#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace mlx::bot {

/// Git objects by their id, least recently used ones dropped first. An id names its
/// content, so nothing in here can be out of date. Safe to call from several threads.
class BlobCache {
 public:
  explicit BlobCache(std::size_t capacity_bytes) : capacity_(capacity_bytes) {}

  [[nodiscard]] std::optional<std::string> find(const std::string& id);
  /// As find(), without a copy; it counts as used.
  [[nodiscard]] bool contains(const std::string& id);
  void put(const std::string& id, const std::string& bytes);

 private:
  struct Item {
    std::string id;
    std::string bytes;
  };

  std::mutex mutex_;
  std::size_t capacity_;
  std::size_t size_ = 0;
  std::list<Item> items_;  ///< most recently used first
  std::map<std::string, std::list<Item>::iterator> by_id_;
};

}  // namespace mlx::bot
