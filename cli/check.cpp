#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "cli/terminal.h"
#include "engine/compat/check_rules.h"
#include "engine/index/index_cache.h"
#include "engine/plan/check/checked_project.h"

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

json check_json(const RuleFindings& findings) {
  json list = json::array();
  for (const RuleFinding& found : findings) list.push_back(finding_json(found));
  return {{"findings", std::move(list)}};
}

Style style_of(Severity severity) {
  if (severity == Severity::kError) return Style::kRed;
  return severity == Severity::kWarning ? Style::kYellow : Style::kDim;
}

void print_indented(std::string_view text, const Output& output, std::size_t indent) {
  const std::size_t width = output.width() == 0 ? 0 : output.width() - std::min(output.width() - 1, indent);
  for (const std::string& line : wrapped(printable(std::string(text)), width)) {
    fmt::print("{}{}\n", std::string(indent, ' '), line);
  }
}

void print_findings(const RuleFindings& findings, const Output& output) {
  for (const RuleFinding& found : findings) {
    fmt::print("{} {}\n", output.styled(style_of(found.finding.severity), to_string(found.finding.severity)),
               output.styled(Style::kBold, id_of(found)));
    constexpr std::size_t kIndent = 2;
    print_indented(found.finding.message, output, kIndent);
    for (const Evidence& place : found.finding.evidence)
      print_indented("at " + to_string(place), output, kIndent);
    if (!found.finding.remedy.empty()) print_indented("→ " + found.finding.remedy, output, kIndent);
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
}

}  // namespace

int check(const CheckArguments& arguments) {
  const auto project = OpenProject::open(arguments.project);
  if (!project) return report(project.error());
  NoIndexCache cache;
  const auto checked = CheckedProject::read(project->files(), cache, project->registries(),
                                            {.candidates = arguments.components});
  if (!checked) return report(checked.error());
  report_findings(project->registries());
  const RuleFindings findings = check_rules((*checked)->facts());
  if (arguments.project.json) {
    fmt::print("{}\n", check_json(findings).dump(2));
  } else {
    print_findings(findings, Output::standard(arguments.project.color));
  }
  const bool has_error = std::ranges::any_of(
      findings, [](const RuleFinding& found) { return found.finding.severity == Severity::kError; });
  return has_error ? kRefused : kDone;
}

}  // namespace mlx::cli
