#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace mlx {

/// A version by Semantic Versioning 2.0.0 (semver.org). Build metadata is not accepted:
/// a registry could not order two versions that differ in nothing else.
struct Version {
  unsigned long major = 0;
  unsigned long minor = 0;
  unsigned long patch = 0;
  std::string prerelease = {};  ///< `rc.1`; empty for a release

  [[nodiscard]] static Result<Version> parse(std::string_view text);

  bool operator==(const Version&) const = default;
  /// Precedence by section 11 of the specification: a pre-release comes before its release.
  std::strong_ordering operator<=>(const Version& other) const;
};

[[nodiscard]] std::string to_string(const Version& version);

/// Which versions satisfy a requirement: `^1.2` (1.2.0 up to, not including, 2.0.0),
/// `~1.2` (up to 1.3.0), `>=1.2`, `1.x` (all that begin so), `1.2.3` (exactly), or `*`. Missing parts
/// count as 0.
class VersionRange {
 public:
  [[nodiscard]] static Result<VersionRange> parse(std::string_view text);

  [[nodiscard]] bool contains(const Version& version) const;
  [[nodiscard]] const std::string& str() const { return text_; }

  bool operator==(const VersionRange&) const = default;

 private:
  VersionRange() = default;

  std::string text_;
  Version lower_;
  Version upper_;  ///< exclusive
  bool is_bounded_above_ = false;
  bool is_exact_ = false;
};

}  // namespace mlx
