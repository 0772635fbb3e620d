#pragma once

#include "engine/compat/rule.h"

namespace mlx {

/// Applies every rule to every party and to every pair of them. Findings are sorted: by severity, the worst
/// first, then by place. No two have the same id.
[[nodiscard]] RuleFindings check_rules(const CompatFacts& facts);

/// Applies the rules for pairs to two parties alone.
[[nodiscard]] RuleFindings check_pair(const Party& one, const Party& other, const CompatFacts& facts);

/// Applies the rules for single parties to one alone.
[[nodiscard]] RuleFindings check_party(const Party& party, const CompatFacts& facts);

}  // namespace mlx
