#pragma once

#include <memory>

#include "bot/forge/blob_cache.h"
#include "bot/forge/github/api.h"

namespace mlx::bot {

[[nodiscard]] std::unique_ptr<ForgeRepository> make_github_repository(GithubApi& api, GithubApi::Scope scope,
                                                                      BlobCache& cache);

}  // namespace mlx::bot
