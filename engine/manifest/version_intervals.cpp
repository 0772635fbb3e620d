#include "engine/manifest/version_intervals.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace mlx {
namespace {

/// Stands for "after every post-release"; no parsed version has this number.
constexpr auto kEveryPost = std::numeric_limits<std::uint64_t>::max();

/// The first version of all.
PythonVersion lowest() {
  PythonVersion version;
  version.release = {0};
  version.dev = 0;
  return version;
}

/// The version right above this one and its local versions.
PythonVersion next_public(PythonVersion version) {
  version.local.clear();
  if (version.dev) {
    ++*version.dev;
  } else {
    version.post = version.post ? *version.post + 1 : 0;
    version.dev = 0;
  }
  return version;
}

}  // namespace

VersionCut VersionCut::below(PythonVersion version) { return {std::move(version), false}; }

VersionCut VersionCut::above(PythonVersion version) {
  if (!version.local.empty()) return {std::move(version), true};
  return {next_public(std::move(version)), false};
}

VersionCut VersionCut::above_post_releases(PythonVersion version) {
  version.local.clear();
  if (version.dev || version.post) return above(std::move(version));
  if (!version.prerelease) {
    version.post = kEveryPost;
    return {std::move(version), true};
  }
  ++version.prerelease->number;
  version.dev = 0;
  return {std::move(version), false};
}

bool VersionCut::is_below(const PythonVersion& version) const {
  return is_above_ ? version_ < version : version_ <= version;
}

bool VersionCut::has_final_before(const VersionCut& end) const {
  if (end <= *this) return false;
  // Where no version comes right above, finals are as near as the end may be.
  if (is_above_ && !version_.is_prerelease()) return true;
  PythonVersion final = version_;
  if (final.is_prerelease()) {
    final.local.clear();
    final.dev.reset();
    if (final.prerelease) final.post.reset();
    final.prerelease.reset();
  }
  return !end.is_below(final);
}

PythonVersion VersionCut::version_above(std::size_t length) const {
  PythonVersion above = version_;
  if (above.post == kEveryPost) {
    above.post.reset();
    above.release.resize(above.release.size() + length, 0);
    above.release.push_back(1);
  } else if (is_above_) {
    above.local.push_back(std::string(length, '0') + 'a');
  }
  return above;
}

VersionIntervals VersionIntervals::all() { return none().complement(); }

VersionIntervals VersionIntervals::from(VersionCut begin) {
  VersionIntervals found;
  found.cuts_.push_back(std::move(begin));
  return found;
}

VersionIntervals VersionIntervals::until(VersionCut end) { return from(std::move(end)).complement(); }

VersionIntervals VersionIntervals::between(const VersionCut& begin, const VersionCut& end) {
  VersionIntervals found;
  if (begin < end) found.cuts_ = {begin, end};
  return found;
}

VersionIntervals VersionIntervals::complement() const {
  const VersionCut first = VersionCut::below(lowest());
  VersionIntervals found;
  if (!cuts_.empty() && cuts_.front() == first) {
    found.cuts_.assign(cuts_.begin() + 1, cuts_.end());
  } else {
    found.cuts_.reserve(cuts_.size() + 1);
    found.cuts_.push_back(first);
    found.cuts_.insert(found.cuts_.end(), cuts_.begin(), cuts_.end());
  }
  return found;
}

VersionIntervals VersionIntervals::intersected(const VersionIntervals& other) const {
  // At each cut in turn, one of the sets or both begin or end; an odd number of cuts passed means inside.
  VersionIntervals found;
  std::size_t a = 0;
  std::size_t b = 0;
  while (a < cuts_.size() || b < other.cuts_.size()) {
    const bool takes_a = b == other.cuts_.size() || (a < cuts_.size() && cuts_[a] <= other.cuts_[b]);
    const bool takes_b = a == cuts_.size() || (b < other.cuts_.size() && other.cuts_[b] <= cuts_[a]);
    const VersionCut& cut = takes_a ? cuts_[a] : other.cuts_[b];
    if (takes_a) ++a;
    if (takes_b) ++b;
    const bool is_inside = a % 2 == 1 && b % 2 == 1;
    const bool was_inside = found.cuts_.size() % 2 == 1;
    if (is_inside != was_inside) found.cuts_.push_back(cut);
  }
  return found;
}

bool VersionIntervals::contains(const PythonVersion& version) const {
  const auto passed =
      std::ranges::partition_point(cuts_, [&](const VersionCut& cut) { return cut.is_below(version); });
  return (passed - cuts_.begin()) % 2 == 1;
}

bool VersionIntervals::has_only_prereleases() const {
  for (std::size_t begin = 0; begin < cuts_.size(); begin += 2) {
    if (begin + 1 == cuts_.size() || cuts_[begin].has_final_before(cuts_[begin + 1])) return false;
  }
  return true;
}

}  // namespace mlx
