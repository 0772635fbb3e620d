#include "bot/core/review/review_buttons.h"

#include <algorithm>

#include "engine/base/digest.h"

namespace mlx::bot {
namespace {

constexpr std::size_t kMostIgnored = 10;  // by one click
constexpr std::size_t kMostAdded = 2;
constexpr std::string_view kIgnore = "ignore";
constexpr std::string_view kAddBegin = "add:";

/// An identifier has no room for the name of every component.
std::string add_identifier(std::string_view component) {
  return std::string(kAddBegin) +
         sha256_hex(component).substr(0, kMostActionIdentifierCharacters - kAddBegin.size());
}

CheckAction add_button(const std::string& component) {
  const std::string label = "Add " + component;
  const std::string description = component + ", as a pull request";
  return {.label = label.size() <= kMostActionLabelCharacters ? label : "Add the component",
          .description =
              description.size() <= kMostActionDescriptionCharacters ? description : "Opens a pull request",
          .identifier = add_identifier(component)};
}

}  // namespace

std::vector<CheckAction> review_buttons(const PullRequestReview& review) {
  std::vector<CheckAction> buttons;
  for (const Recommendation& recommendation : review.recommendations) {
    // Of other registries the bot knows nothing.
    if (buttons.size() < kMostAdded && !recommendation.component.starts_with('@'))
      buttons.push_back(add_button(recommendation.component));
  }
  if (!review.added.empty() && review.added.size() <= kMostIgnored) {
    buttons.push_back({.label = review.added.size() == 1 ? "Ignore this finding" : "Ignore all of these",
                       .description = "Adds it to `ignore` in the settings",
                       .identifier = std::string(kIgnore)});
  }
  return buttons;
}

bool is_review_button(std::string_view identifier) {
  return is_ignore_button(identifier) || identifier.starts_with(kAddBegin);
}

std::string_view button_title(std::string_view identifier) {
  return is_ignore_button(identifier) ? "Ignore what was found" : "Add what was recommended";
}

bool is_ignore_button(std::string_view identifier) { return identifier == kIgnore; }

std::optional<Command> ignore_button_command(const PullRequestReview& review,
                                             std::string_view command_prefix) {
  if (review.added.empty() || review.added.size() > kMostIgnored) return std::nullopt;
  IgnoreCommand ignore;
  std::string line = std::string(command_prefix) + " ignore";
  for (const RuleFinding& found : review.added) {
    ignore.names.push_back(id_of(found));
    line += " " + ignore.names.back();
  }
  return Command{.line = std::move(line), .action = std::move(ignore)};
}

std::optional<Command> add_button_command(std::string_view identifier, const Registry& registry,
                                          std::string_view command_prefix) {
  const auto& items = registry.items();
  const auto item =
      std::ranges::find(items, identifier, [](const RegistryItem& one) { return add_identifier(one.name); });
  if (item == items.end()) return std::nullopt;
  return Command{.line = std::string(command_prefix) + " add " + item->name,
                 .action = AddCommand{.components = {item->name}}};
}

}  // namespace mlx::bot
