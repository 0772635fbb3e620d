#pragma once

#include <memory>
#include <optional>

#include "bot/core/event.h"
#include "bot/core/review/review_comment.h"
#include "bot/core/review/review_pull_request.h"
#include "bot/forge/forge.h"
#include "bot/run/run_event.h"
#include "engine/component/registry.h"

namespace mlx::bot {

/// A pull request with its files, before and after.
struct OpenedPullRequest {
  PullRequestBranches branches;
  ChangedFiles changed;
  std::unique_ptr<Snapshot> base = {};    ///< where the two parted: what came there since is not its doing
  std::unique_ptr<Snapshot> listed = {};  ///< the head as the forge has it
  std::unique_ptr<Snapshot> head = {};    ///< the same, made of the base and the changes as far as they tell
};

/// Two or three requests, and one more for each file that is read and not known yet. The repository must
/// outlive what is opened.
[[nodiscard]] Result<OpenedPullRequest> open_pull_request(std::int64_t number,
                                                          const PullRequestBranches& branches,
                                                          ForgeRepository& repository);

/// What there is to say of a pull request, and by which configuration.
struct OpenedReview {
  PullRequestReview review;
  ProjectConfiguration configuration;  ///< the base's
};
/// Nothing if the base's configuration cannot be read: it is not for this pull request to hear of that.
[[nodiscard]] Result<std::optional<OpenedReview>> review_opened(const OpenedPullRequest& opened,
                                                                const Registry& registry, IndexCache& cache);

/// The pull request as the texts of its review name it.
[[nodiscard]] ReviewedPullRequest reviewed_pull_request(const PullRequestBranches& pull,
                                                        const RunOptions& options,
                                                        const ForgeForm& form = {});

/// Tells a review on the pull request: one comment that is kept up to date, a check run where the forge has
/// them, and remarks on lines that one change would mend. What was said and holds no longer is struck. An
/// advisor is asked when all that is said, and what it says is put into the comment then; what is known of it
/// without asking is there at once. May be cut off anywhere and run again.
[[nodiscard]] Result<RunOutcome> tell_review(const PullRequestEvent& event, const OpenedPullRequest& opened,
                                             const OpenedReview& made, ForgeRepository& repository,
                                             const RunOptions& options);

}  // namespace mlx::bot
