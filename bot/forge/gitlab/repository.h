#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "bot/forge/blob_cache.h"
#include "bot/forge/gitlab/api.h"

namespace mlx::bot::gitlab {

/// `project` is its id, or 0: then it is asked for by its name, once.
[[nodiscard]] std::unique_ptr<ForgeRepository> make_repository(Api& api, const RepositoryName& name,
                                                               std::int64_t project, BlobCache& cache);

/// Forge::installed_repositories() of GitLab: the projects of which the token's user is a member and may
/// push.
[[nodiscard]] Result<std::vector<InstalledRepository>> list_projects(Api& api);

}  // namespace mlx::bot::gitlab
