#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mlx {

/// A digest that goes on with a value; the order of the values matters.
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t digest, std::uint64_t value) {
  digest ^= value + 0x9E3779B97F4A7C15ULL + (digest << 6U) + (digest >> 2U);
  return digest * 0xBF58476D1CE4E5B9ULL;
}

/// How often each atom occurs in a range.
class AtomBag {
 public:
  void add(std::uint32_t symbol) {
    ++counts_[symbol];
    ++size_;
  }
  /// From 0 to 1: the share of atoms that two ranges have in common.
  [[nodiscard]] double likeness(const AtomBag& other) const;
  [[nodiscard]] bool shares_any(const AtomBag& other) const { return shared(other) != 0; }

 private:
  [[nodiscard]] std::size_t shared(const AtomBag& other) const;

  std::unordered_map<std::uint32_t, std::size_t> counts_;
  std::size_t size_ = 0;
};

/// Gives equal numbers to equal texts.
class SymbolTable {
 public:
  [[nodiscard]] std::uint32_t of(std::string_view text);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>> numbers_;
};

}  // namespace mlx
