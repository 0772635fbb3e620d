#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/component/version.h"
#include "engine/manifest/configuration.h"

namespace mlx {

/// Versions that are not offered: `api-serving` (none of it), `api-serving@2.x`.
struct IgnoreRule {
  std::string name;
  std::optional<VersionRange> range;  ///< nothing: every version

  /// kInvalidInput for what is neither `NAME` nor `NAME@RANGE`.
  [[nodiscard]] static Result<IgnoreRule> parse(std::string_view text);

  [[nodiscard]] bool covers(std::string_view component, const Version& version) const {
    return name == component && (!range || range->contains(version));
  }

  bool operator==(const IgnoreRule&) const = default;
};

[[nodiscard]] std::string to_string(const IgnoreRule& rule);

/// Those of the project's configuration; the error for a wrong one names the place.
[[nodiscard]] Result<std::vector<IgnoreRule>> configured_ignore_rules(
    const ProjectConfiguration& configuration);

}  // namespace mlx
