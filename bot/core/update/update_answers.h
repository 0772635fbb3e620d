#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/forge_form.h"
#include "bot/core/outcome.h"
#include "bot/core/update/dashboard.h"
#include "engine/base/error.h"

namespace mlx::bot {

/// What became of one update.
struct UpdateResult {
  UpdateEntry entry;
  std::optional<ProposalResult> proposed;  ///< nothing: it has no pull request of this run
};
/// What somebody hears who asked for these.
[[nodiscard]] std::string render_update_answers(const std::vector<UpdateResult>& results,
                                                const ForgeForm& form = {});
[[nodiscard]] std::string render_ignored_answer(const std::vector<std::string>& rules);
[[nodiscard]] std::string render_unignored_answer(const std::vector<std::string>& rules);

/// The issue that says what is wrong with a project's configuration.
inline constexpr std::string_view kConfigurationMarker = "<!-- mlx:configuration -->";
struct IssueWords {
  std::string title;
  std::string body;
};
[[nodiscard]] IssueWords render_configuration_problem(const Error& error);

/// What is said, once, on a pull request that has commits of somebody else.
inline constexpr std::string_view kForeignMarker = "<!-- mlx:foreign -->";
[[nodiscard]] std::string render_foreign_commits();

}  // namespace mlx::bot
