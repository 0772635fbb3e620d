#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/review/review_answers.h"
#include "cli/check_output.h"
#include "cli/commands.h"
#include "cli/environment.h"
#include "cli/index_facts.h"
#include "cli/project.h"
#include "cli/terminal.h"
#include "engine/compat/check_rules.h"
#include "engine/compat/sarif.h"
#include "engine/index/index_cache.h"
#include "engine/plan/check/checked_project.h"

namespace mlx::cli {
namespace {

/// All components that the project has or could have, in pairs.
Result<std::vector<ScoredPair>> pairs_of_all(const OpenProject& project, IndexCache& cache) {
  CheckScope scope;
  for (const std::string& name : project.registries().names()) {
    const Registry* registry = MLX_TRY(project.registries().registry(name));
    for (const RegistryItem& item : registry->items())
      scope.candidates.push_back(to_string(ComponentName{.registry = name, .name = item.name}));
  }
  const auto checked = MLX_TRY(CheckedProject::read(project.files(), cache, project.registries(), scope));
  return scored_pairs(checked->facts());
}

/// Null if it is not wanted.
Result<std::unique_ptr<Advisor>> wanted_advisor(const CheckArguments& arguments) {
  if (!arguments.advise) return nullptr;
  auto configured = MLX_TRY(advisor());
  if (configured) return configured;
  return fail(ErrorCode::kInvalidInput,
              "there is no model to ask for advice; set MLX_LLM_URL and MLX_LLM_MODEL, as docs/advisor.md "
              "tells");
}

Advice ask_about(const RuleFindings& findings, const OpenProject& project, Advisor* whom) {
  if (whom == nullptr || findings.empty()) return {};
  const Progress progress("asking the model");
  return advise_on(facts_of(findings), project.files(), whom).value_or(Advice());
}

}  // namespace

int check(const CheckArguments& arguments) {
  const auto whom = wanted_advisor(arguments);
  if (!whom) return report(whom.error());
  const auto project = OpenProject::open(arguments.project);
  if (!project) return report(project.error());
  const auto store = open_index_facts();
  NoIndexCache nothing;
  IndexCache& cache = store ? static_cast<IndexCache&>(*store) : nothing;
  const auto checked = CheckedProject::read(project->files(), cache, project->registries(),
                                            {.candidates = arguments.components});
  if (!checked) return report(checked.error());
  std::vector<ScoredPair> pairs;
  if (arguments.matrix) {
    auto all = pairs_of_all(*project, cache);
    if (!all) return report(all.error());
    pairs = std::move(*all);
  }
  if (store) store->save();
  report_findings(project->registries());
  const CompatFacts& facts = (*checked)->facts();
  const RuleFindings findings = check_rules(facts);
  const std::vector<ScoredComponent> components = scored_components(facts, findings);
  const Advice advice = ask_about(findings, *project, whom->get());
  if (arguments.sarif) {
    fmt::print("{}", to_sarif(findings, MLX_VERSION));
  } else if (arguments.markdown) {
    fmt::print("{}", bot::render_check_answer(findings, arguments.components, advice));
  } else if (arguments.project.json) {
    nlohmann::json answer = checked_json(findings, components);
    if (arguments.matrix) answer["pairs"] = pairs_json(pairs);
    if (arguments.advise) answer["advice"] = advice_json(findings, advice);
    fmt::print("{}\n", answer.dump(2));
  } else {
    const Output output = Output::standard(arguments.project.color);
    print_findings(findings, advice, output);
    print_scores(components, arguments.explain, output);
    print_pairs(pairs, arguments.explain, output);
  }
  const bool has_error = std::ranges::any_of(
      findings, [](const RuleFinding& found) { return found.finding.severity == Severity::kError; });
  return has_error ? kRefused : kDone;
}

}  // namespace mlx::cli
