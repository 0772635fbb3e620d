#pragma once

#include <span>
#include <string_view>
#include <variant>

#include "engine/compat/facts.h"
#include "engine/compat/rule_finding.h"

namespace mlx {

/// Compares two parties of one project, each once: never a party with itself. The project's own, if it is
/// one of the two, comes first.
using PairRule = void (*)(const Party& one, const Party& other, const CompatFacts& facts,
                          RuleFindings& findings);
/// Looks at one party.
using PartyRule = void (*)(const Party& party, const CompatFacts& facts, RuleFindings& findings);

/// Both: the same fact may be found within one party, or between two.
struct PartyAndPairRule {
  PartyRule within;
  PairRule between;
};

/// One kind of finding, and how it is told. Everything that `mlx explain` and docs/findings.md say of it
/// is here.
struct Rule {
  std::string_view code;     ///< of its findings: `route-collision`
  Severity severity;         ///< of its findings
  std::string_view title;    ///< `Two routes answer the same requests`
  std::string_view meaning;  ///< why it matters, and when it is found
  std::string_view example;  ///< code that has it
  std::string_view remedy;   ///< what to do
  /// Nothing for what only the review of a change can find (engine/plan/check, bot/core/review).
  std::variant<PairRule, PartyRule, PartyAndPairRule, std::monostate> check;
};

/// All rules, by code.
[[nodiscard]] std::span<const Rule> rules();
/// Null for a code that is no rule's.
[[nodiscard]] const Rule* find_rule(std::string_view code);
/// The title of a code's rule; the code itself if it is no rule's.
[[nodiscard]] std::string_view title_of(std::string_view code);
/// The rule of a code, or of the id of a finding: `route-collision-3f9a2c10`. Null if there is none.
[[nodiscard]] const Rule* rule_named(std::string_view code_or_id);

}  // namespace mlx
