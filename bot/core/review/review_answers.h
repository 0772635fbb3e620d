#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/advise/advisor.h"
#include "engine/compat/rule.h"
#include "engine/compat/rule_finding.h"

namespace mlx::bot {

// What commands about findings are answered with.

/// All findings of a project, the gravest first, within what a comment holds. Advice on them stands below
/// each, or one line says why there is none.
[[nodiscard]] std::string render_check_answer(const RuleFindings& findings,
                                              const std::vector<std::string>& components,
                                              const Advice& advice = {});
[[nodiscard]] std::string render_rule(const Rule& rule);
[[nodiscard]] std::string render_unknown_finding(std::string_view name);
[[nodiscard]] std::string render_ignored_finding(std::string_view name);
[[nodiscard]] std::string render_ignored_already(std::string_view name);

}  // namespace mlx::bot
