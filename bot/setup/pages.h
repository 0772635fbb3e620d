#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The set-up pages as HTML, from values. All text is escaped here.
namespace mlx::bot::setup {

/// What a page needs for its own links and forms.
struct PageContext {
  std::string root;  ///< from the page to the bot's root, relative: "" or "../"
  std::string form_token;
};

/// What a person chose, as they wrote it, and what is wrong with it.
struct Choice {
  std::string address;
  std::string organization;
  std::string github;
  std::vector<std::string> complaints = {};
};

/// What the one button registers.
struct Offer {
  std::string action;  ///< where the form goes
  std::string manifest;
  std::string name;
  std::string webhook;
  std::string where;   ///< "github.com"
  std::string owner;   ///< empty: the account of whoever is signed in
  std::string origin;  ///< of `action`
};

struct SetupView {
  PageContext context;
  Choice choice;
  std::optional<Offer> offer;  ///< nothing: something is in the way
  std::vector<std::string> warnings = {};
};
[[nodiscard]] std::string setup_page(const SetupView& view);

/// Asks for the code in the log. `complaint` says what was wrong with the last one, if anything.
[[nodiscard]] std::string code_page(const PageContext& context, std::string_view complaint, bool is_spent);

struct ProblemView {
  PageContext context;
  std::string title;
  std::string text;
  std::string retry_state = {};  ///< with it there is a button to try again
};
[[nodiscard]] std::string problem_page(const ProblemView& view);

struct DoneView {
  std::string app;
  std::string install_address;
  std::string webhook;
  std::string file;
};
[[nodiscard]] std::string done_page(const DoneView& view);

/// What every page has between <style> and </style>, for the policy that permits it.
[[nodiscard]] std::string_view style_sheet();

}  // namespace mlx::bot::setup
