#pragma once

#include <string>
#include <vector>

#include "engine/manifest/marker.h"
#include "engine/manifest/specifier_set.h"

namespace mlx {

/// What a search for an environment tries for the variables that hold versions: comparisons divide their
/// values into a few classes, and the answers are the same for all values of a class, so one of each is
/// enough.

/// True if the candidates below stand for all values as far as this comparison goes.
[[nodiscard]] bool has_candidates(const MarkerComparison& comparison);

/// Full versions of Python (`3.9.0`, `3.10.0rc1`), enough for these comparisons of `python_version` and
/// `python_full_version`, and for a set that they are to be in.
[[nodiscard]] std::vector<std::string> python_candidates(
    const std::vector<const MarkerComparison*>& comparisons, const SpecifierSet& admitted);

/// The same for any other version, such as `platform_release`; one of the candidates is no version.
[[nodiscard]] std::vector<std::string> version_candidates(
    const std::vector<const MarkerComparison*>& comparisons);

/// `3.9` of `3.9.0rc1`.
[[nodiscard]] std::string minor_version(const std::string& full_version);

}  // namespace mlx
