#pragma once

#include <string>
#include <string_view>

#include "bot/core/outcome.h"
#include "bot/core/platform_review.h"

namespace mlx::bot {

/// The hidden line by which the comment on a pull request is found again.
inline constexpr std::string_view kChangesMarker = "<!-- mlx:changes -->";

/// The pull request that a review is of, as far as its text needs it.
struct ReviewedHead {
  std::string sha;
  bool is_from_fork = false;
};

/// The comment that tells which components a pull request changes. It begins with the marker, is a function
/// of its arguments, and never longer than a forge takes: what was left out is said.
[[nodiscard]] std::string render_changes(const PlatformReview& review, const ReviewedHead& head);

// What `/mlx extract` answers.
[[nodiscard]] std::string render_no_pull_request();
[[nodiscard]] std::string render_closed_pull_request();
[[nodiscard]] std::string render_branch_in_fork(std::string_view branch);
[[nodiscard]] std::string render_no_platform();
[[nodiscard]] std::string render_blocked_catalogue(const ChangePlan& plan);
[[nodiscard]] std::string render_current_catalogue();
[[nodiscard]] std::string render_catalogue_commit(const ExtractionPlan& plan);
/// The pull request of a catalogue that is brought up to date by itself.
[[nodiscard]] std::string render_catalogue_proposal(const Amendment& amendment);
[[nodiscard]] std::string render_amended(const Amendment& amendment, std::string_view commit);

}  // namespace mlx::bot
