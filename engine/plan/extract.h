#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/component/catalogue.h"
#include "engine/component/extract/extract.h"
#include "engine/plan/change_plan.h"

namespace mlx {

struct ExtractRequest {
  std::string directory = "mlx-components";  ///< of the catalogue, in the snapshot; empty: its top
  CatalogueIdentity identity;
  /// Only these components are written, and the others stay as they are; none: all of them.
  std::vector<std::string> only;
  /// Components that the catalogue has and the source no longer has are removed, not reported.
  bool prunes = false;
};

/// What the platform's configuration says of its catalogue.
[[nodiscard]] CatalogueIdentity catalogue_identity(const ProjectConfiguration& configuration);

/// Plans what makes a catalogue what the extraction says: components, registry.json and `r/`. Files of
/// published versions stay. Blocked if the extraction has an error, if a published version would change, and
/// if a component is in the catalogue and not in the extraction.
[[nodiscard]] Result<ChangePlan> plan_extract(const Extraction& extraction, const Snapshot& snapshot,
                                              const ExtractRequest& request);

}  // namespace mlx
