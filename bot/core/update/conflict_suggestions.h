#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "bot/core/forge_form.h"
#include "engine/plan/change_plan.h"

namespace mlx::bot {

/// The parts of a conflicting file as remarks with a suggestion, for a review.
struct Suggestion {
  RepoPath path;
  std::size_t first_line = 0;  ///< in the file as it is committed, counted from 1
  std::size_t last_line = 0;
  std::string body;
};

/// Of conflicts whose file holds the user's side. Only on lines that the pull request shows: a forge
/// takes no others.
[[nodiscard]] std::vector<Suggestion> conflict_suggestions(const ChangePlan& plan,
                                                           const ForgeForm& form = {});

/// What stands above suggestions for conflicts.
[[nodiscard]] std::string render_suggestions_heading();

}  // namespace mlx::bot
