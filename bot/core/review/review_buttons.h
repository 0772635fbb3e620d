#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/check_run.h"
#include "bot/core/command.h"
#include "bot/core/review/review_pull_request.h"
#include "engine/component/registry.h"

namespace mlx::bot {

/// The buttons of a review's check run: one that adds what is recommended, for the first components, and one
/// that ignores what was found, if that is not too much for one click.
[[nodiscard]] std::vector<CheckAction> review_buttons(const PullRequestReview& review);

/// Whether it is a button of ours at all.
[[nodiscard]] bool is_review_button(std::string_view identifier);
/// What the button is for, where its label is not known: `Ignore what was found`.
[[nodiscard]] std::string_view button_title(std::string_view identifier);
/// Does the button ask for what was found to be ignored?
[[nodiscard]] bool is_ignore_button(std::string_view identifier);
/// The command of that button for what was found; nothing if there is nothing to ignore.
[[nodiscard]] std::optional<Command> ignore_button_command(const PullRequestReview& review,
                                                           std::string_view command_prefix);
/// The command of a button that adds a component; nothing if it is no such button, or the registry does not
/// have the component any more.
[[nodiscard]] std::optional<Command> add_button_command(std::string_view identifier, const Registry& registry,
                                                        std::string_view command_prefix);

}  // namespace mlx::bot
