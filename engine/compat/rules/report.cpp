#include "engine/compat/rules/report.h"

#include <algorithm>

namespace mlx::compat {

void report(RuleFindings& findings, Report report, const std::vector<const Party*>& parties) {
  RuleFinding found{.finding = {.code = {},
                                .severity = Severity::kInfo,
                                .message = std::move(report.message),
                                .remedy = std::move(report.remedy),
                                .evidence = {}},
                    .subject = std::move(report.subject),
                    .components = {},
                    .fix = std::move(report.fix)};
  for (Evidence& place : report.evidence) {
    if (!place.file.empty()) found.finding.evidence.push_back(std::move(place));
  }
  for (const Party* party : parties) {
    if (!party->name.empty()) found.components.push_back(party->name);
  }
  std::ranges::sort(found.components);
  findings.push_back(std::move(found));
}

}  // namespace mlx::compat
