#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bot/core/review/review_answers.h"
#include "cli/answers.h"
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

/// What was found, and what it is made of.
struct Checked {
  std::unique_ptr<CheckedProject> project;
  RuleFindings findings;
  std::vector<ScoredComponent> components;
  std::vector<ScoredPair> pairs;
  Advice advice;

  [[nodiscard]] int status() const {
    const bool has_error = std::ranges::any_of(
        findings, [](const RuleFinding& found) { return found.finding.severity == Severity::kError; });
    return has_error ? kRefused : kDone;
  }
};

Result<Checked> check_all(const CheckArguments& arguments, const OpenProject& project) {
  const std::unique_ptr<Advisor> whom = MLX_TRY(wanted_advisor(arguments));
  const auto store = open_index_facts();
  NoIndexCache nothing;
  IndexCache& cache = store ? static_cast<IndexCache&>(*store) : nothing;
  Checked checked;
  checked.project = MLX_TRY(CheckedProject::read(project.files(), cache, project.registries(),
                                                 {.candidates = arguments.components}));
  if (arguments.matrix) checked.pairs = MLX_TRY(pairs_of_all(project, cache));
  if (store) store->save();
  const CompatFacts& facts = checked.project->facts();
  checked.findings = check_rules(facts);
  checked.components = scored_components(facts, checked.findings);
  checked.advice = ask_about(checked.findings, project, whom.get());
  return checked;
}

nlohmann::json check_json(const CheckArguments& arguments, const Checked& checked) {
  nlohmann::json value = checked_json(checked.findings, checked.components);
  if (arguments.matrix) value["pairs"] = pairs_json(checked.pairs);
  if (arguments.advise) value["advice"] = advice_json(checked.findings, checked.advice);
  return value;
}

}  // namespace

Result<Answer> check_answer(const CheckArguments& arguments, const OpenProject& project) {
  const Checked checked = MLX_TRY(check_all(arguments, project));
  return Answer{.value = check_json(arguments, checked),
                .status = checked.status(),
                .remarks = remarks_of(project.registries())};
}

int check(const CheckArguments& arguments) {
  const auto project = OpenProject::open(arguments.project);
  if (!project) return report(project.error());
  if (arguments.project.json) return print_answer(check_answer(arguments, *project));
  const auto checked = check_all(arguments, *project);
  if (!checked) return report(checked.error());
  print_remarks(remarks_of(project->registries()));
  const RuleFindings& findings = checked->findings;
  if (arguments.sarif) {
    fmt::print("{}", to_sarif(findings, MLX_VERSION));
  } else if (arguments.markdown) {
    fmt::print("{}", bot::render_check_answer(findings, arguments.components, checked->advice));
  } else {
    const Output output = Output::standard(arguments.project.color);
    print_findings(findings, checked->advice, output);
    print_scores(checked->components, arguments.explain, output);
    print_pairs(checked->pairs, arguments.explain, output);
  }
  return checked->status();
}

}  // namespace mlx::cli
