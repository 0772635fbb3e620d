#include "bot/core/review/review_answers.h"

#include <algorithm>

#include <fmt/format.h>

#include "bot/core/markdown.h"
#include "bot/core/render_advice.h"
#include "bot/core/render_parts.h"
#include "engine/base/suggest.h"

namespace mlx::bot {
namespace {

constexpr std::size_t kLongestList = 12'000;
constexpr std::size_t kMostEvidence = 5;

std::string render_line(const RuleFinding& found) {
  const auto& evidence = found.finding.evidence;
  std::string text =
      fmt::format("- **{}** {}", to_string(found.finding.severity), sentence(found.finding.message));
  for (const Evidence& place : evidence) text += " " + code_span(to_string(place));
  if (!found.finding.remedy.empty()) text += "\n  → " + message(found.finding.remedy);
  return text + fmt::format("\n  <sub>`{}`</sub>\n", id_of(found));
}

/// A paragraph of its own in the item of a list.
std::string within_item(std::string_view text) {
  std::string indented = text.empty() ? "" : "\n";
  while (!text.empty()) {
    const auto end = text.find('\n') + 1;
    indented += "  " + std::string(text.substr(0, end));
    text.remove_prefix(end);
  }
  return indented;
}

}  // namespace

std::string render_check_answer(const RuleFindings& findings, const std::vector<std::string>& components,
                                const Advice& advice) {
  const std::string with = components.empty() ? std::string() : " with " + quoted_names(components);
  if (findings.empty()) return "Nothing clashes here" + with + ".\n";
  std::vector<AdvisedPiece> lines;
  for (std::size_t i = 0; i < findings.size(); ++i)
    lines.push_back({.text = render_line(findings[i]), .advice = within_item(render_advice(advice, i))});
  const AdvisedText list = capped(lines, kLongestList);
  std::string text = counted(findings.size(), "finding") + with + ":\n\n" + list.text;
  if (list.left_out != 0) {
    text += fmt::format("\n… and {}; `mlx check` on your machine lists all.\n",
                        counted(list.left_out, "more finding"));
  }
  const std::string missing = render_missing_advice(advice);
  return missing.empty() ? text : text + "\n" + missing;
}

std::string render_rule(const Rule& rule) {
  return fmt::format("**{}** ({}, `{}`). {}\n\n{}\n**What to do:** {}\n", rule.title,
                     to_string(rule.severity), rule.code, rule.meaning, code_block(rule.example, "text"),
                     rule.remedy);
}

std::string render_unknown_finding(std::string_view name) {
  std::vector<std::string> codes;
  for (const Rule& rule : rules()) codes.emplace_back(rule.code);
  return "No finding is called " + code_span(name) + message(did_you_mean(name, codes)) +
         ". Its name stands below it in the review.\n";
}

std::string render_ignored(const std::vector<std::string>& names) {
  return quoted_names(names) + (names.size() == 1 ? " is" : " are") +
         " on the configuration's list `bot.ignore` now, and " + (names.size() == 1 ? "is" : "are") +
         " not shown any more. Whoever takes them off there hears of them again.\n";
}

std::string render_ignored_already(const std::vector<std::string>& names) {
  return quoted_names(names) + (names.size() == 1 ? " is" : " are") + " ignored already.\n";
}

std::string render_nothing_to_press() {
  return "There is nothing left for this button to do: what it was about is not found any more, or is not "
         "offered any more. The newest check run has buttons of its own.\n";
}

std::string render_recommendation(const Recommendation& recommendation, std::string_view command_prefix,
                                  const std::function<std::string(const Evidence&)>& place) {
  std::string text = fmt::format("**💡 {} does this already:** {}.\n", code_span(recommendation.component),
                                 message(recommendation.reason));
  const auto& evidence = recommendation.evidence;
  for (std::size_t i = 0; i < std::min(evidence.size(), kMostEvidence); ++i)
    text += fmt::format("- {} {}\n", place(evidence[i].place), message(evidence[i].text));
  if (evidence.size() > kMostEvidence) text += fmt::format("- {} more\n", evidence.size() - kMostEvidence);
  return text + fmt::format("\n→ {} opens a pull request, {} keeps it quiet\n\n",
                            code_span(fmt::format("{} add {}", command_prefix, recommendation.component)),
                            code_span(fmt::format("{} ignore {}", command_prefix, recommendation.component)));
}

std::string render_recommendations(const std::vector<Recommendation>& recommendations,
                                   std::string_view command_prefix) {
  if (recommendations.empty()) return "Nothing here is written by hand that a component would do better.\n";
  std::string text;
  for (const Recommendation& recommendation : recommendations) {
    text += render_recommendation(recommendation, command_prefix,
                                  [](const Evidence& place) { return code_span(to_string(place)); });
  }
  return text;
}

}  // namespace mlx::bot
