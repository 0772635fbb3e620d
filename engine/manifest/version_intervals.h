#pragma once

#include <compare>
#include <cstddef>
#include <utility>
#include <vector>

#include "engine/manifest/python_version.h"

namespace mlx {

/// A place between two neighbours in the order of all PEP 440 versions.
///
/// Places that no version parts are one place, and have one form here: just below a version, or just above
/// it. `1.0` and its local versions end where `1.0.post0.dev0` begins, so that place is written as below the
/// latter. Two places have no version right above them and stay as they are: above a version with a local
/// part (there is always a longer one), and above all post-releases of a final release (`1.0.0…0.1` comes
/// as near as one likes). Therefore a version lies between any two places that differ.
class VersionCut {
 public:
  [[nodiscard]] static VersionCut below(PythonVersion version);
  /// Above this version and nothing else, if it has a local part; otherwise above its local versions too.
  [[nodiscard]] static VersionCut above(PythonVersion version);
  /// Above the version, its local versions, and its post-releases if it is none and no development release.
  [[nodiscard]] static VersionCut above_post_releases(PythonVersion version);

  [[nodiscard]] bool is_below(const PythonVersion& version) const;
  /// True if a version that is no pre-release lies between this and a later place.
  [[nodiscard]] bool has_final_before(const VersionCut& end) const;
  /// The lowest version above this; where there is none, one below all others that are written with up to
  /// `length` characters.
  [[nodiscard]] PythonVersion version_above(std::size_t length) const;
  /// The version that this is just below or above.
  [[nodiscard]] const PythonVersion& version() const { return version_; }

  auto operator<=>(const VersionCut&) const = default;
  bool operator==(const VersionCut&) const = default;

 private:
  VersionCut(PythonVersion version, bool is_above) : version_(std::move(version)), is_above_(is_above) {}

  PythonVersion version_;
  bool is_above_;
};

/// A set of versions, pre-releases and local versions included: a union of intervals, exact under every
/// operation.
class VersionIntervals {
 public:
  [[nodiscard]] static VersionIntervals all();
  [[nodiscard]] static VersionIntervals none() { return {}; }
  [[nodiscard]] static VersionIntervals from(VersionCut begin);
  [[nodiscard]] static VersionIntervals until(VersionCut end);
  [[nodiscard]] static VersionIntervals between(const VersionCut& begin, const VersionCut& end);

  [[nodiscard]] VersionIntervals complement() const;
  [[nodiscard]] VersionIntervals intersected(const VersionIntervals& other) const;

  [[nodiscard]] bool contains(const PythonVersion& version) const;
  [[nodiscard]] bool is_empty() const { return cuts_.empty(); }
  [[nodiscard]] bool has_only_prereleases() const;
  /// Where the set begins and ends, alternately and in order; without a last end it has no upper limit.
  [[nodiscard]] const std::vector<VersionCut>& cuts() const { return cuts_; }

  bool operator==(const VersionIntervals&) const = default;

 private:
  std::vector<VersionCut> cuts_;
};

}  // namespace mlx
