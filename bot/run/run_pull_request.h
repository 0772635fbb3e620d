#pragma once

#include "bot/core/event.h"
#include "bot/forge/forge.h"
#include "bot/run/run_event.h"

namespace mlx::bot {

/// Looks at what a pull request changes. On one of a platform it tells which components that changes, in one
/// comment; one that changes none gets no comment, and one that is there already is brought up to date in any
/// case. Of any project it reviews what the change brings (run_review.h).
[[nodiscard]] Result<RunOutcome> run_pull_request(const PullRequestEvent& event, ForgeRepository& repository,
                                                  const RunOptions& options);

}  // namespace mlx::bot
