#pragma once

#include "engine/manifest/project_layout.h"
#include "engine/plan/working_tree.h"

namespace mlx {

/// Adds a warning for each import in the project that an update leaves without what it imports: a new file
/// that names a function which the user renamed, a file of the user's that names a module which is gone. What
/// was so before is not the update's doing. Looks at what the plan writes, and, if that takes something away,
/// at the other modules below the source root, unless they are many.
[[nodiscard]] Result<void> find_broken_imports(const ProjectLayout& layout, const Snapshot& project,
                                               WorkingTree& tree);

}  // namespace mlx
