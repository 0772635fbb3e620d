#pragma once

#include <string>
#include <vector>

#include "engine/component/registries.h"

namespace mlx {

/// One component of a closure, with the one through which it came in.
struct ClosureEntry {
  Component component;
  FoundComponent found;     ///< where it comes from
  std::string required_by;  ///< empty if it was asked for itself
};

/// The named components (`NAME` or `@REGISTRY/NAME`) and all that they require, each once,
/// requirements first; among equals the order of `names`, then by name. Fails with kNotFound
/// for an unknown name, with kInvalidInput when requirements form a circle (the message shows
/// it) or when the registry's version does not satisfy a requirement, with kConflict when
/// components of one name come from two registries.
[[nodiscard]] Result<std::vector<ClosureEntry>> required_closure(const std::vector<std::string>& names,
                                                                 const Registries& registries);

}  // namespace mlx
