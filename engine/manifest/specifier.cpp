#include "engine/manifest/specifier.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace mlx {
namespace {

/// 1.2 and 1.2.0 are the same release, so trailing zeros are left out.
using Release = std::vector<unsigned long>;

std::optional<Release> parse_release(std::string_view text) {
  Release release;
  while (true) {
    unsigned long number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc()) return std::nullopt;
    release.push_back(number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (text.empty()) break;
    if (text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
  }
  return release;
}

Release normalized(Release release) {
  while (!release.empty() && release.back() == 0) release.pop_back();
  return release;
}

struct Bound {
  Release release;
  bool is_included = true;
};

struct Range {
  std::optional<Bound> lower;
  std::optional<Bound> upper;

  void raise(Bound bound) {
    if (!lower || bound.release > lower->release || (bound.release == lower->release && !bound.is_included)) {
      lower = std::move(bound);
    }
  }
  void reduce(Bound bound) {
    if (!upper || bound.release < upper->release || (bound.release == upper->release && !bound.is_included)) {
      upper = std::move(bound);
    }
  }
};

/// `~=1.4.2` is `>=1.4.2, ==1.4.*`: the last part but one may not change.
std::optional<Release> compatible_limit(Release release) {
  if (release.size() < 2) return std::nullopt;
  release.pop_back();
  ++release.back();
  return release;
}

void narrow(Range& range, std::string_view clause) {
  const auto version_at = clause.find_first_of("0123456789");
  if (version_at == std::string_view::npos) return;
  std::string_view sign = clause.substr(0, version_at);
  while (sign.ends_with(' ')) sign.remove_suffix(1);
  std::string_view version = clause.substr(version_at);
  while (version.ends_with(' ')) version.remove_suffix(1);
  const auto release = parse_release(version);
  if (!release) return;
  if (sign == ">=" || sign == "==" || sign == "~=") range.raise({normalized(*release), true});
  if (sign == "<=" || sign == "==") range.reduce({normalized(*release), true});
  if (sign == ">") range.raise({normalized(*release), false});
  if (sign == "<") range.reduce({normalized(*release), false});
  if (sign != "~=") return;
  if (auto limit = compatible_limit(*release)) range.reduce({normalized(std::move(*limit)), false});
}

void narrow_all(Range& range, std::string_view specifier) {
  while (!specifier.empty()) {
    const auto comma = std::min(specifier.find(','), specifier.size());
    std::string_view clause = specifier.substr(0, comma);
    while (clause.starts_with(' ')) clause.remove_prefix(1);
    narrow(range, clause);
    specifier.remove_prefix(std::min(comma + 1, specifier.size()));
  }
}

}  // namespace

bool are_disjoint(std::string_view a, std::string_view b) {
  Range range;
  narrow_all(range, a);
  narrow_all(range, b);
  if (!range.lower || !range.upper) return false;
  if (range.lower->release != range.upper->release) return range.lower->release > range.upper->release;
  return !range.lower->is_included || !range.upper->is_included;
}

}  // namespace mlx
