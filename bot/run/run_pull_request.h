#pragma once

#include <optional>

#include "bot/core/event.h"
#include "bot/core/platform_review.h"
#include "bot/forge/forge.h"
#include "bot/run/run_event.h"
#include "bot/run/run_review.h"

namespace mlx::bot {

/// A pull request, and what there is to say of it.
struct ReadPullRequest {
  OpenedPullRequest opened;
  std::optional<PlatformReview> platform;  ///< nothing: the project is no platform
  std::optional<OpenedReview> review;      ///< nothing: the base's configuration cannot be read
};

/// Reads what a pull request changes, and decides what there is to say of it. Writes nothing. The repository
/// must outlive what is read.
[[nodiscard]] Result<ReadPullRequest> read_pull_request(std::int64_t number,
                                                        const PullRequestBranches& branches,
                                                        ForgeRepository& repository,
                                                        const RunOptions& options);

/// Says it on the forge. On a pull request of a platform it tells which components that changes, in one
/// comment; one that changes none gets no comment, and one that is there already is brought up to date in any
/// case. On one of any project it tells the review of what the change brings (run_review.h).
[[nodiscard]] Result<RunOutcome> tell_pull_request(const PullRequestEvent& event, const ReadPullRequest& read,
                                                   ForgeRepository& repository, const RunOptions& options);

/// Both, for a pull request that is open.
[[nodiscard]] Result<RunOutcome> run_pull_request(const PullRequestEvent& event, ForgeRepository& repository,
                                                  const RunOptions& options);

}  // namespace mlx::bot
