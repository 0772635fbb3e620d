#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/advise/advisor.h"
#include "engine/advise/recommend.h"
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
[[nodiscard]] std::string render_ignored(const std::vector<std::string>& names);
[[nodiscard]] std::string render_ignored_already(const std::vector<std::string>& names);

/// What a button is answered with that is left over from an earlier state.
[[nodiscard]] std::string render_nothing_to_press();

/// One recommendation, with what to write to follow or to refuse it; `place` shows where its evidence is.
[[nodiscard]] std::string render_recommendation(
    const Recommendation& recommendation, std::string_view command_prefix,
    const std::function<std::string(const Evidence& evidence)>& place);
[[nodiscard]] std::string render_recommendations(const std::vector<Recommendation>& recommendations,
                                                 std::string_view command_prefix);

}  // namespace mlx::bot
