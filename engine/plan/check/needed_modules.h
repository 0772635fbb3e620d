#pragma once

#include <vector>

#include "engine/compat/facts.h"
#include "engine/component/extract/platform.h"
#include "engine/component/registries.h"
#include "engine/plan/lock.h"

namespace mlx {

/// The imports of the project's own code, by file and line, that nothing in the project answers and a
/// component would that it does not have. Only what the component is known to provide counts, by its name.
/// What registries say of components is read only if an import below an import root of the project
/// leads nowhere; a registry or a component that cannot be read is passed over.
[[nodiscard]] std::vector<NeededModuleFact> find_needed_modules(const Platform& platform,
                                                                const CompatFacts& facts, const Lock& lock,
                                                                const Registries& registries);

}  // namespace mlx
