#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/render.h"
#include "bot/core/update/dashboard.h"
#include "engine/plan/change_plan.h"

namespace mlx::bot {

/// `api-serving 1.2.0 → 1.3.0`, or `3 components`.
[[nodiscard]] std::string update_title(const ChangePlan& plan);

/// The pull request of an update: what changed upstream with breaking changes first, what was merged and how,
/// every conflict with both sides, and what to check.
[[nodiscard]] ProposalText render_update(const ChangePlan& plan, std::string_view subject, bool has_markers);

/// A hidden line that says which versions a pull request brings: `api-serving@1.3.0 config@2.0.0`.
[[nodiscard]] std::string update_marker(const ChangePlan& plan);
[[nodiscard]] bool has_marker(std::string_view body, std::string_view marker);
/// The versions that a pull request's text names so.
[[nodiscard]] std::vector<std::string> marked_versions(std::string_view body);

/// What is said, once, on a pull request that has commits of somebody else.
inline constexpr std::string_view kForeignMarker = "<!-- mlx:foreign -->";
[[nodiscard]] std::string render_foreign_commits();

/// What somebody who asked for an update hears of it.
struct UpdateAnswer {
  UpdateEntry entry;
  std::optional<ProposalResult> proposed;
};
[[nodiscard]] std::string render_update_answers(const std::vector<UpdateAnswer>& answers);
[[nodiscard]] std::string render_ignored_answer(const std::vector<std::string>& rules);
[[nodiscard]] std::string render_unignored_answer(const std::vector<std::string>& rules);

/// The issue that says what is wrong with a project's configuration.
inline constexpr std::string_view kConfigurationMarker = "<!-- mlx:configuration -->";
struct IssueWords {
  std::string title;
  std::string body;
};
[[nodiscard]] IssueWords render_configuration_problem(const Error& error);

/// What stands above suggestions for conflicts.
[[nodiscard]] std::string render_suggestions_heading();

/// Is the box that asks for a rebase ticked in a pull request's text, and was not before?
[[nodiscard]] bool asks_for_rebase(std::string_view body, std::string_view previous);

/// The parts of a conflicting file as remarks with a suggestion, for a review.
struct Suggestion {
  RepoPath path;
  std::size_t first_line = 0;  ///< in the file as it is committed, counted from 1
  std::size_t last_line = 0;
  std::string body;
};
/// Of conflicts whose file holds the user's side. Only on lines that the pull request shows: a forge
/// takes no others.
[[nodiscard]] std::vector<Suggestion> conflict_suggestions(const ChangePlan& plan);

}  // namespace mlx::bot
