#pragma once

#include "bot/core/event.h"
#include "bot/forge/forge.h"
#include "bot/run/run_event.h"

namespace mlx::bot {

/// Tells on a pull request of a platform which components it changes, in one comment. A pull request that
/// changes none gets no comment; one that is there already is brought up to date in any case.
[[nodiscard]] Result<RunOutcome> run_pull_request(const PullRequestEvent& event, ForgeRepository& repository,
                                                  IndexCache& index_cache);

}  // namespace mlx::bot
