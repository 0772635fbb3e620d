#pragma once

#include <map>
#include <string>

namespace mlx::testing {

using PlatformFiles = std::map<std::string, std::string>;

/// A platform with `settings`, and `web`, which requires it; both have version 1.0.0, configured in an
/// mlx.toml. Without a catalogue.
[[nodiscard]] PlatformFiles two_component_platform();

/// The platform as `mlx extract` leaves it, its catalogue written and so published.
[[nodiscard]] PlatformFiles with_catalogue(PlatformFiles platform);

}  // namespace mlx::testing
