#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "engine/compat/facts.h"
#include "engine/compat/rule_finding.h"

namespace mlx {

/// What the findings of one rule do to a score.
struct Contribution {
  std::string code;
  std::size_t count = 0;
  double weight = 0;        ///< of the rule, or of its severity if no example had it; never positive
  double contribution = 0;  ///< the weight once, half as much for the second finding and for the third

  bool operator==(const Contribution&) const = default;
};

/// How likely something works as it is, by a logistic model that was fitted to components put into projects
/// and run (docs/compat.md).
struct CompatScore {
  double value = 0;      ///< between 0 and 1: the logistic function of the sum of all that follows
  double intercept = 0;  ///< what there is without findings
  std::vector<Contribution> contributions;  ///< what takes most away first, then by code

  bool operator==(const CompatScore&) const = default;
};

/// The score of all these findings. One more of them never raises it.
[[nodiscard]] CompatScore score_of(const RuleFindings& findings);

/// The score of a component in the project, from what was found in all of it: findings that name the
/// component, or one that it requires and that would come with it.
[[nodiscard]] CompatScore component_score(const Party& component, const RuleFindings& findings,
                                          const CompatFacts& facts);

/// A component that is not installed and those that would come with it; an installed one alone. By name.
[[nodiscard]] std::vector<std::string> added_together(const Party& component, const CompatFacts& facts);

struct ScoredComponent {
  std::string name;
  bool is_installed = true;
  CompatScore score;
};

/// The score of each component of these facts, by name.
[[nodiscard]] std::vector<ScoredComponent> scored_components(const CompatFacts& facts,
                                                             const RuleFindings& findings);

/// Two components beside each other, whatever the project's own code is.
struct ScoredPair {
  std::string one;
  std::string other;
  RuleFindings findings;  ///< between them and in each of them, the worst first
  CompatScore score;      ///< of these
};

/// All pairs of components of these facts, by name; the first name of each comes before the second.
[[nodiscard]] std::vector<ScoredPair> scored_pairs(const CompatFacts& facts);

}  // namespace mlx
