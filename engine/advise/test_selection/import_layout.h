#pragma once

#include <vector>

#include "engine/advise/test_selection/select_tests.h"
#include "engine/index/repo_index.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// Why imports may mean other files than those that their names tell: symbolic links that are imported, and
/// packages that are installed under other names. Fails if the snapshot does.
[[nodiscard]] Result<std::vector<WholeSuiteReason>> reasons_of_layout(const RepoIndex& index,
                                                                      const Snapshot& files);

}  // namespace mlx
