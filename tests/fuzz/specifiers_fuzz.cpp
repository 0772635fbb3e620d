// Two texts, parted by a NUL, as specifiers and as markers: any bytes are read or refused, and what is said
// of the two does not contradict itself.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/manifest/marker_possibility.h"
#include "engine/manifest/specifier_set.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_specifiers(std::string_view first, std::string_view second) {
  const auto a = mlx::SpecifierSet::parse(first);
  const auto b = mlx::SpecifierSet::parse(second);
  if (!a || !b) return;
  const bool is_disjoint = are_disjoint(*a, *b);
  require(is_disjoint == are_disjoint(*b, *a));
  require(is_subset(*a, *a) && !tightens(*a, *a));
  // A part of something that it shares nothing with is empty.
  if (is_disjoint && is_subset(*a, *b)) require(!a->is_satisfiable());
  for (const auto& specifier : a->specifiers()) {
    require(!(is_disjoint && a->contains(specifier.version_text) && b->contains(specifier.version_text)));
  }
}

void check_markers(std::string_view first, std::string_view second) {
  const auto a = mlx::Marker::parse(first);
  const auto b = mlx::Marker::parse(second);
  if (!a || !b) return;
  const auto found = possibility_of_both(*a, *b);
  if (found.is_possible != mlx::Truth::kTrue) return;
  require(a->truth_in(found.first) == mlx::Truth::kTrue && b->truth_in(found.second) == mlx::Truth::kTrue);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t middle = text.find('\0');
  const std::string_view first = text.substr(0, middle);
  const std::string_view second = middle == std::string_view::npos ? text : text.substr(middle + 1);
  check_specifiers(first, second);
  check_markers(first, second);
  return 0;
}
