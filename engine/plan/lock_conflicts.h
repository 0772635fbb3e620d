#pragma once

#include <optional>

#include "engine/base/finding.h"
#include "engine/component/registries.h"
#include "engine/plan/lock.h"

namespace mlx {

/// Why a component that the lock has cannot be the one that a registry offers under its name: it
/// came from another registry (`component-name-taken`), or the registry now has other content under
/// the same version (`published-version-changed`). Nothing if it can.
[[nodiscard]] std::optional<Finding> lock_conflict(const FoundComponent& found, const LockedComponent& locked,
                                                   const Registries& registries);

}  // namespace mlx
