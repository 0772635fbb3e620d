#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bot/core/check_run.h"
#include "bot/forge/github/api.h"

namespace mlx::bot {

/// ForgeRepository::put_check_run() of GitHub.
[[nodiscard]] Result<std::optional<std::string>> put_github_check_run(GithubApi& api,
                                                                      const GithubApi::Scope& scope,
                                                                      const CheckRun& wanted);

/// The pull request that a check run of the bot was made for, by the check run's `external_id`. Nothing for
/// one that is not the bot's.
[[nodiscard]] std::optional<std::int64_t> pull_request_in(std::string_view external_id);

}  // namespace mlx::bot
