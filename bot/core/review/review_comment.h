#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/forge_form.h"
#include "bot/core/review/review_pull_request.h"
#include "engine/advise/advisor.h"

namespace mlx::bot {

/// The hidden line by which the comment of a review is found again.
inline constexpr std::string_view kReviewMarker = "<!-- mlx:review -->";

/// A finding that an earlier version of the comment had.
struct SaidFinding {
  std::string id;
  std::string title;  ///< as a reader knows it

  bool operator==(const SaidFinding&) const = default;
};

/// What the comment says of findings now, and of those that it once had. It is kept in the comment itself.
struct SaidFindings {
  std::vector<SaidFinding> open;
  std::vector<SaidFinding> mended;
};

/// Reads what render_review_comment() wrote; nothing is taken from a text that is not of that form.
[[nodiscard]] SaidFindings said_in(std::string_view comment);

/// The pull request, as far as the texts need it.
struct ReviewedPullRequest {
  std::string repository_url;  ///< `https://github.com/octo-team/shop`; empty: places are no links
  std::string head_sha;
  std::string command_prefix = "/mlx";
  std::string base_branch = {};  ///< that it is to be merged into; empty: not known
  bool is_from_fork = false;
  ForgeForm form = {};
};

/// The one comment of a review, with what a model said of `review.added`. It begins with the marker, strikes
/// what `before` had and is mended, and is never longer than a forge takes: advice goes first, then findings,
/// least grave first, which are counted.
[[nodiscard]] std::string render_review_comment(const PullRequestReview& review, const SaidFindings& before,
                                                const ReviewedPullRequest& pull, const Advice& advice = {});

}  // namespace mlx::bot
