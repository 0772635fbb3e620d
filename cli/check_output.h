#pragma once

#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/terminal.h"
#include "engine/advise/advisor.h"
#include "engine/compat/rule_finding.h"
#include "engine/compat/score.h"

namespace mlx::cli {

// What `mlx check` says, for programs (docs/formats.md describes it) and for people.

[[nodiscard]] nlohmann::json checked_json(const RuleFindings& findings,
                                          const std::vector<ScoredComponent>& components);
[[nodiscard]] nlohmann::json pairs_json(const std::vector<ScoredPair>& pairs);

/// What a model said of these findings.
[[nodiscard]] nlohmann::json advice_json(const RuleFindings& findings, const Advice& advice);

/// With advice on each below it, and why there is no more.
void print_findings(const RuleFindings& findings, const Advice& advice, const Output& output);
void print_scores(const std::vector<ScoredComponent>& components, bool explains, const Output& output);
/// A table of all pairs, if it fits, and the worst that they have; what a score is made of on demand.
void print_pairs(const std::vector<ScoredPair>& pairs, bool explains, const Output& output);

}  // namespace mlx::cli
