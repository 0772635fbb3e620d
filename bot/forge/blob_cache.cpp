#include "bot/forge/blob_cache.h"

namespace mlx::bot {

std::optional<std::string> BlobCache::find(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  items_.splice(items_.begin(), items_, found->second);
  return found->second->bytes;
}

bool BlobCache::contains(const std::string& id) {
  const std::scoped_lock lock(mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return false;
  items_.splice(items_.begin(), items_, found->second);
  return true;
}

void BlobCache::put(const std::string& id, const std::string& bytes) {
  const std::scoped_lock lock(mutex_);
  if (by_id_.contains(id) || bytes.size() > capacity_) return;
  items_.push_front({.id = id, .bytes = bytes});
  by_id_.emplace(id, items_.begin());
  size_ += bytes.size();
  while (size_ > capacity_) {
    size_ -= items_.back().bytes.size();
    by_id_.erase(items_.back().id);
    items_.pop_back();
  }
}

}  // namespace mlx::bot
