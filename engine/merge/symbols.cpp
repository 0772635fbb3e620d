#include "engine/merge/symbols.h"

#include <algorithm>

namespace mlx {

double AtomBag::likeness(const AtomBag& other) const {
  const std::size_t total = size_ + other.size_;
  return total == 0 ? 0 : 2.0 * static_cast<double>(shared(other)) / static_cast<double>(total);
}

std::size_t AtomBag::shared(const AtomBag& other) const {
  std::size_t count = 0;
  for (const auto& [symbol, times] : counts_) {
    const auto found = other.counts_.find(symbol);
    if (found != other.counts_.end()) count += std::min(times, found->second);
  }
  return count;
}

std::uint32_t SymbolTable::of(std::string_view text) {
  const auto known = numbers_.find(text);
  if (known != numbers_.end()) return known->second;
  return numbers_.emplace(std::string(text), static_cast<std::uint32_t>(numbers_.size())).first->second;
}

}  // namespace mlx
