#pragma once

#include <string_view>
#include <vector>

#include "bot/core/check_run.h"
#include "bot/core/forge_form.h"
#include "bot/core/review/review_comment.h"
#include "bot/core/review/review_pull_request.h"

namespace mlx::bot {

inline constexpr std::string_view kReviewCheckName = "MLX";

/// A remark at the first place that shows each finding; none for one without a place.
[[nodiscard]] std::vector<CheckAnnotation> annotations_of(const RuleFindings& findings);

/// The check run of a review: an annotation at each place on the head that shows a finding, and a conclusion
/// as `fail-on` in the configuration asks for it. Within what a forge takes (check_run.h).
[[nodiscard]] CheckRun render_review_check(const PullRequestReview& review, const ReviewSettings& settings,
                                           const ReviewedPullRequest& pull, std::int64_t number);

/// A remark on one line that offers to mend it.
struct LineRemark {
  std::string id;  ///< of the finding
  RepoPath path;
  int line = 1;
  std::string body;  ///< begins with a hidden marker that has the id
};

/// The hidden line by which a remark is found again.
[[nodiscard]] std::string remark_marker(std::string_view id);
/// The id in a remark that render_remarks() wrote; empty in others.
[[nodiscard]] std::string_view remarked_id(std::string_view body);

/// What stands above the remarks of one review.
[[nodiscard]] std::string render_remarks_heading(std::size_t count);

/// A remark with a suggestion for each finding that one changed line mends; `lines` are those that the
/// forge shows of each file (PatchLines::shown).
[[nodiscard]] Result<std::vector<LineRemark>> render_remarks(const PullRequestReview& review,
                                                             const ChangedFiles& changed,
                                                             const Snapshot& head,
                                                             const ForgeForm& form = {});

}  // namespace mlx::bot
