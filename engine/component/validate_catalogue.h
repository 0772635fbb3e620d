#pragma once

#include <string>
#include <vector>

#include "engine/base/finding.h"
#include "engine/component/catalogue.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// What is wrong with a catalogue: an index or a component that cannot be read, digests that do not match,
/// templates that do not parse, requirements that are missing, do not match, or form a circle, and
/// generated files that are not what `mlx registry build` would write. Fails only if the snapshot does.
[[nodiscard]] Result<std::vector<Finding>> validate_catalogue(const Snapshot& catalogue,
                                                              const CatalogueIdentity& identity);

}  // namespace mlx
