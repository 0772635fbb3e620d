#pragma once

#include <string>
#include <vector>

#include "engine/component/registries.h"
#include "engine/index/snapshot.h"
#include "engine/plan/lock.h"
#include "engine/plan/unmet.h"

namespace mlx {

/// How an injected component stands in the project now.
struct ComponentStatus {
  std::string name;
  Version version;
  std::optional<Version> latest;                  ///< absent if the registry no longer has the component
  std::vector<std::string> changed_files;         ///< differ from what was injected
  std::vector<std::string> missing_files;         ///< were injected and are gone
  std::vector<std::string> missing_requirements;  ///< components that it requires and that are not there
  UnmetRequirements unmet;                        ///< what it requires and the project does not declare

  /// Files or requirements are missing: it cannot work as it is.
  [[nodiscard]] bool is_incomplete() const {
    return !missing_files.empty() || !missing_requirements.empty() || !unmet.distributions.empty();
  }
};

struct ProjectStatus {
  std::string registry;                     ///< the default one
  std::vector<ComponentStatus> components;  ///< by name
};

/// The project's lock; an empty one if it has none.
[[nodiscard]] Result<Lock> read_project_lock(const Snapshot& project);

/// Of a component that the project does not have, with a did-you-mean.
[[nodiscard]] Error not_installed(const std::string& name, const Lock& lock);

[[nodiscard]] Result<ProjectStatus> project_status(const Snapshot& project, const Registries& registries);

}  // namespace mlx
