#pragma once

#include <set>
#include <string>

#include "engine/compat/rule_finding.h"
#include "engine/component/registries.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// A change of a project, as its files before and after it.
struct ProjectChange {
  const Snapshot& before;
  const Snapshot& after;
  std::set<std::string> paths;  ///< that it adds, changes or moves something to
};

/// Files of components in which the change touches what the newest version of the component changes too, so
/// that its update will leave a conflict there that it would not leave now. Only components are looked at
/// whose files are among the paths and that have a newer version; those that cannot be planned are passed
/// over. Fails for a lock that cannot be read.
[[nodiscard]] Result<RuleFindings> conflicts_ahead(const ProjectChange& change, const Registries& registries);

}  // namespace mlx
