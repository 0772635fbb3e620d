#include "bot/core/update/update_answers.h"

#include <fmt/format.h>

#include "bot/core/markdown.h"
#include "bot/core/render_parts.h"

namespace mlx::bot {
namespace {

std::string render_proposed(const UpdateEntry& entry, ProposalResult::Kind kind, const ForgeForm& form) {
  const std::string pull_request = form.reference(entry.number);
  const std::string what = neutralised(entry.title);
  switch (kind) {
    case ProposalResult::Kind::kCreated:
      return fmt::format("- {} brings {}{}\n", pull_request, what,
                         entry.has_conflicts ? ", with conflicts for you to finish" : "");
    case ProposalResult::Kind::kUpdated:
      return fmt::format("- {} for {} was made anew\n", pull_request, what);
    case ProposalResult::Kind::kUnchanged:
      return fmt::format("- {} for {} is open, and up to date\n", pull_request, what);
    case ProposalResult::Kind::kForeignCommits:
      return fmt::format(
          "- the branch for {} has commits that are not mine, so I left it alone; `/mlx recreate` on "
          "its pull request makes it anew without them\n",
          what);
  }
  return {};
}

std::string render_answer(const UpdateResult& result, const ForgeForm& form) {
  const UpdateEntry& entry = result.entry;
  if (!result.proposed) {
    return fmt::format("- {} is not possible: {}\n", neutralised(entry.title),
                       entry.detail.empty() ? "nothing more is known" : sentence(entry.detail));
  }
  std::string text = render_proposed(entry, result.proposed->kind, form);
  const std::string& overwritten = result.proposed->overwritten;
  if (overwritten.empty()) return text;
  return text + fmt::format("  It had commits of others; the last of them was {}\n", code_span(overwritten));
}

}  // namespace

std::string render_update_answers(const std::vector<UpdateResult>& results, const ForgeForm& form) {
  if (results.empty()) return "Everything is up to date.\n";
  std::string text;
  for (const UpdateResult& result : results) text += render_answer(result, form);
  return text;
}

std::string render_ignored_answer(const std::vector<std::string>& rules) {
  return quoted_names(rules) +
         " will not be offered any more. `/mlx unignore` takes that back, and so does the dashboard issue.\n";
}

std::string render_unignored_answer(const std::vector<std::string>& rules) {
  return quoted_names(rules) + " will be offered again, by the schedule or with `/mlx update`.\n";
}

IssueWords render_configuration_problem(const Error& error) {
  return {.title = "MLX: the configuration cannot be used",
          .body = std::string(kConfigurationMarker) +
                  "\nThe configuration of MLX in this repository cannot be used:\n\n" + located(error) +
                  "\n\nUntil it is mended nothing is updated here. This issue closes by itself then.\n"};
}

std::string render_foreign_commits() {
  return std::string(kForeignMarker) +
         "\nThis branch has commits that are not mine, so I leave it alone from now on. Merge it when it is "
         "right; `/mlx recreate` makes it anew, without those commits.\n";
}

}  // namespace mlx::bot
