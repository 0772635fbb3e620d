#pragma once

#include "engine/index/snapshot.h"
#include "engine/manifest/project_layout.h"
#include "engine/plan/lock.h"

namespace mlx {

/// The layout of a project that has components: where the configuration says nothing, and all components of
/// the lock have one import root whose directory still holds files of theirs, that is the source root. They
/// are not taken for packages of the project's own to choose from, and all go to one place. Else, and with an
/// empty lock, as detect_layout() finds it.
[[nodiscard]] Result<ProjectLayout> detect_locked_layout(const Snapshot& project,
                                                         const ProjectConfiguration& configuration,
                                                         const Lock& lock);

}  // namespace mlx
