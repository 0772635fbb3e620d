#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "engine/advise/recommend.h"
#include "engine/component/registries.h"
#include "engine/index/index_cache.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// recommend() for a whole project, by its own lock and configuration; `limit` is the configuration's if it
/// is not given. Fails for a configuration or a lock that cannot be read, and if a registry fails.
[[nodiscard]] Result<std::vector<Recommendation>> recommend_for_project(const Snapshot& project,
                                                                        IndexCache& cache,
                                                                        const Registries& registries,
                                                                        std::optional<std::size_t> limit);

}  // namespace mlx
