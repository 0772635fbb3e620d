#pragma once

#include <vector>

#include "bot/forge/forge_values.h"
#include "bot/forge/github/api.h"

namespace mlx::bot {

/// Forge::installed_repositories() of GitHub. An installation that was suspended or removed is left out.
[[nodiscard]] Result<std::vector<InstalledRepository>> list_installed_repositories(GithubApi& api);

}  // namespace mlx::bot
