#include "cli/check_output.h"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/printable.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

json finding_json(const RuleFinding& found) {
  json evidence = json::array();
  for (const Evidence& place : found.finding.evidence) {
    evidence.push_back({{"file", place.file}, {"line", place.line == 0 ? json() : json(place.line)}});
  }
  return {{"id", id_of(found)},
          {"code", found.finding.code},
          {"severity", to_string(found.finding.severity)},
          {"subject", found.subject},
          {"components", found.components},
          {"message", found.finding.message},
          {"remedy", found.finding.remedy},
          {"evidence", std::move(evidence)}};
}

Style style_of(Severity severity) {
  if (severity == Severity::kError) return Style::kRed;
  return severity == Severity::kWarning ? Style::kYellow : Style::kDim;
}

void print_indented(std::string_view text, const Output& output, std::string_view indent) {
  const std::size_t taken = display_width(indent);
  const std::size_t width = output.width() == 0 ? 0 : output.width() - std::min(output.width() - 1, taken);
  for (const std::string& line : wrapped(printable(std::string(text)), width))
    fmt::print("{}{}\n", indent, line);
}

/// Every line shows that it is quoted, so that none of them passes for one of ours.
void print_advice(const Advice& advice, std::size_t finding, const Output& output) {
  constexpr std::string_view kQuoted = "  │ ";
  const auto said = std::ranges::find(advice.findings, finding, &FindingAdvice::finding);
  if (said == advice.findings.end()) return;
  print_indented(fmt::format("Suggested by {}, not checked: {}", advice.model, said->explanation), output,
                 kQuoted);
  if (!said->suggestion.empty()) print_indented("To resolve it: " + said->suggestion, output, kQuoted);
}

void print_finding(const RuleFinding& found, const Output& output) {
  fmt::print("{} {}\n", output.styled(style_of(found.finding.severity), to_string(found.finding.severity)),
             output.styled(Style::kBold, id_of(found)));
  constexpr std::string_view kIndent = "  ";
  print_indented(found.finding.message, output, kIndent);
  for (const Evidence& place : found.finding.evidence)
    print_indented("at " + to_string(place), output, kIndent);
  if (!found.finding.remedy.empty()) print_indented("→ " + found.finding.remedy, output, kIndent);
}

json contributions_json(const CompatScore& score) {
  json list = json::array();
  for (const Contribution& one : score.contributions) {
    list.push_back({{"code", one.code},
                    {"count", one.count},
                    {"weight", one.weight},
                    {"contribution", one.contribution}});
  }
  return list;
}

json findings_json(const RuleFindings& findings) {
  json list = json::array();
  for (const RuleFinding& found : findings) list.push_back(finding_json(found));
  return list;
}

std::string two_digits(double score) { return fmt::format("{:.2f}", score); }

Style style_of(double score) {
  constexpr double kBad = 0.3;
  constexpr double kGood = 0.7;
  return score < kBad ? Style::kRed : score < kGood ? Style::kYellow : Style::kGreen;
}

void print_explanation(const CompatScore& score) {
  double sum = score.intercept;
  fmt::print("  {:+.2f}  without findings\n", score.intercept);
  for (const Contribution& one : score.contributions) {
    fmt::print("  {:+.2f}  {}{}\n", one.contribution, one.code,
               one.count == 1 ? "" : fmt::format(", {} times", one.count));
    sum += one.contribution;
  }
  fmt::print("  {:+.2f}  in sum; 1 / (1 + e^{:.2f}) is {:.2f}\n", sum, -sum, score.value);
}

std::vector<std::string> names_in(const std::vector<ScoredPair>& pairs) {
  std::set<std::string> names;
  for (const ScoredPair& pair : pairs) names.insert({pair.one, pair.other});
  return {names.begin(), names.end()};
}

/// Each row has the scores with those above it, which the numbers at the top stand for.
void print_table(const std::vector<ScoredPair>& pairs, const std::vector<std::string>& names,
                 const Output& output) {
  std::map<std::pair<std::string, std::string>, double> values;
  for (const ScoredPair& pair : pairs) values.emplace(std::pair(pair.one, pair.other), pair.score.value);
  std::size_t width = 0;
  for (const std::string& name : names) width = std::max(width, display_width(name));
  constexpr std::size_t kNumber = 3;
  constexpr std::size_t kCell = 6;
  const bool is_narrow = output.width() != 0 && output.width() < kNumber + width + kCell * (names.size() - 1);
  if (is_narrow) {
    for (const ScoredPair& pair : pairs) {
      fmt::print("{}  {} and {}\n", output.styled(style_of(pair.score.value), two_digits(pair.score.value)),
                 printable(pair.one), printable(pair.other));
    }
    return;
  }
  std::string line = std::string(kNumber + width, ' ');
  for (std::size_t i = 1; i < names.size(); ++i) line += fmt::format("{:>{}}", i, kCell);
  fmt::print("{}\n", output.styled(Style::kBold, line));
  for (std::size_t row = 0; row < names.size(); ++row) {
    fmt::print("{:>2} {}", row + 1, padded(printable(names[row]), width));
    for (std::size_t column = 0; column < row; ++column) {
      const double value = values.at({names[column], names[row]});
      fmt::print("  {}", output.styled(style_of(value), two_digits(value)));
    }
    fmt::print("\n");
  }
}

}  // namespace

json checked_json(const RuleFindings& findings, const std::vector<ScoredComponent>& components) {
  json scores = json::array();
  for (const ScoredComponent& one : components) {
    scores.push_back({{"name", one.name},
                      {"installed", one.is_installed},
                      {"score", one.score.value},
                      {"contributions", contributions_json(one.score)}});
  }
  return {{"findings", findings_json(findings)}, {"components", std::move(scores)}};
}

json pairs_json(const std::vector<ScoredPair>& pairs) {
  json list = json::array();
  for (const ScoredPair& pair : pairs) {
    list.push_back({{"components", {pair.one, pair.other}},
                    {"score", pair.score.value},
                    {"contributions", contributions_json(pair.score)},
                    {"findings", findings_json(pair.findings)}});
  }
  return list;
}

json advice_json(const RuleFindings& findings, const Advice& advice) {
  json list = json::array();
  for (const FindingAdvice& said : advice.findings) {
    list.push_back({{"finding", id_of(findings.at(said.finding))},
                    {"explanation", said.explanation},
                    {"suggestion", said.suggestion}});
  }
  const auto text_or_null = [](const std::string& text) { return text.empty() ? json() : json(text); };
  return {{"model", text_or_null(advice.model)},
          {"findings", std::move(list)},
          {"unavailable", text_or_null(advice.unavailable)}};
}

void print_findings(const RuleFindings& findings, const Advice& advice, const Output& output) {
  for (std::size_t i = 0; i < findings.size(); ++i) {
    print_finding(findings[i], output);
    print_advice(advice, i, output);
    fmt::print("\n");
  }
  const auto counted = [&](Severity severity, std::string_view what) {
    const auto count =
        std::ranges::count(findings, severity, [](const RuleFinding& f) { return f.finding.severity; });
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
  };
  if (findings.empty()) {
    fmt::print("Nothing clashes.\n");
    return;
  }
  fmt::print("{}, {}, {}. `mlx explain FINDING` says more.\n", counted(Severity::kError, "error"),
             counted(Severity::kWarning, "warning"), counted(Severity::kInfo, "remark"));
  if (advice.unavailable.empty()) return;
  print_indented((advice.findings.empty() ? "No advice: " : "No more advice: ") + advice.unavailable + ".",
                 output, "");
}

void print_scores(const std::vector<ScoredComponent>& components, bool explains, const Output& output) {
  if (components.empty()) return;
  fmt::print("\nHow likely each component works here as it is:\n");
  for (const ScoredComponent& one : components) {
    fmt::print("{}  {}{}\n", output.styled(style_of(one.score.value), two_digits(one.score.value)),
               printable(one.name), one.is_installed ? "" : " (not installed)");
    if (explains) print_explanation(one.score);
  }
}

void print_pairs(const std::vector<ScoredPair>& pairs, bool explains, const Output& output) {
  if (pairs.empty()) return;
  fmt::print("\nHow likely two components work beside each other:\n");
  print_table(pairs, names_in(pairs), output);
  std::vector<const ScoredPair*> worst;
  for (const ScoredPair& pair : pairs) {
    if (!pair.findings.empty()) worst.push_back(&pair);
  }
  std::ranges::stable_sort(worst, {}, [](const ScoredPair* pair) { return pair->score.value; });
  constexpr std::size_t kShown = 5;
  const std::size_t left_out = worst.size() - std::min(worst.size(), kShown);
  worst.resize(worst.size() - left_out);
  if (!worst.empty()) fmt::print("\n");
  for (const ScoredPair* pair : worst) {
    fmt::print("{} {} and {}\n", output.styled(style_of(pair->score.value), two_digits(pair->score.value)),
               printable(pair->one), printable(pair->other));
    if (explains) print_explanation(pair->score);
    print_finding(pair->findings.front(), output);
    fmt::print("\n");
    if (pair->findings.size() > 1) fmt::print("and {} more\n\n", pair->findings.size() - 1);
  }
  if (left_out != 0) fmt::print("{} more pairs have findings: `--json` has them all.\n", left_out);
}

}  // namespace mlx::cli
