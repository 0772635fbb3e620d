#pragma once

#include <optional>
#include <utility>

#include "engine/manifest/marker.h"
#include "engine/manifest/specifier_set.h"

namespace mlx {

/// Where requirements may be installed, as far as that is known.
struct MarkerAssumptions {
  std::optional<SpecifierSet> python;  ///< a project's requires-python
  MarkerEnvironment known;
};

/// Whether markers can hold, and where: one environment for each marker asked about, the same but for
/// `extra`, because several extras may be installed together. Only if is_possible is kTrue.
struct MarkerPossibility {
  Truth is_possible = Truth::kUnknown;
  MarkerEnvironment first;
  MarkerEnvironment second;
};

/// Whether some environment satisfies the marker. kFalse is a proof, over Python versions `X.Y.Z` with or
/// without `aN`, `bN`, `rcN`, and with what ties the variables: `python_version` is part of
/// `python_full_version`; `sys_platform == 'win32'` is `os_name == 'nt'` and `platform_system == 'Windows'`,
/// and so on for Linux and macOS; `implementation_name == 'cpython'` is `platform_python_implementation ==
/// 'CPython'`. kUnknown where a comparison has no such analysis (`'x' in platform_version`), or where the
/// marker is too large to be sure in a moment.
[[nodiscard]] MarkerPossibility possibility(const Marker& marker, const MarkerAssumptions& where = {});

/// Whether two markers can hold in one installation. `extra == 'a'` and `extra == 'b'` can.
[[nodiscard]] MarkerPossibility possibility_of_both(const Marker& a, const Marker& b,
                                                    const MarkerAssumptions& where = {});

/// The truth alone.
[[nodiscard]] Truth can_hold(const Marker& marker, const MarkerAssumptions& where = {});
[[nodiscard]] Truth can_both_hold(const Marker& a, const Marker& b, const MarkerAssumptions& where = {});

}  // namespace mlx
