#include "engine/plan/rules/rules.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/answers.h"
#include "cli/commands.h"
#include "cli/index_facts.h"
#include "cli/plan_output.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "engine/io/apply_plan.h"
#include "engine/io/directory.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

/// The rules are read from the project's files, so that they can be made without its registry.
Result<ChangePlan> plan(const RulesArguments& arguments) {
  const auto store = open_index_facts();
  NoIndexCache nothing;
  IndexCache& cache = store ? static_cast<IndexCache&>(*store) : nothing;
  const RulesRequest request{.overwrites = arguments.overwrite};
  const auto files = MLX_TRY(open_directory_snapshot(arguments.project.directory));
  const auto project = OpenProject::open(arguments.project);
  ChangePlan planned =
      MLX_TRY(plan_rules(request, project ? &project->registries() : nullptr, *files, cache));
  if (store) store->save();
  if (project) return planned;
  planned.findings.push_back(
      {.code = "registry-unavailable",
       .severity = Severity::kWarning,
       .message = "titles of components are left out, because the registry cannot be read: " +
                  to_string(project.error()),
       .remedy = "run `mlx rules` again when it can be",
       .evidence = {}});
  return planned;
}

struct Rules {
  ChangePlan plan;
  bool is_applied = false;

  [[nodiscard]] bool is_up_to_date() const { return plan.is_empty() && !plan.is_blocked(); }
};

Result<Rules> make_rules(const RulesArguments& arguments) {
  Rules rules;
  rules.plan = MLX_TRY(plan(arguments));
  rules.is_applied =
      !arguments.dry_run && !arguments.check && !rules.plan.is_blocked() && !rules.plan.is_empty();
  if (rules.is_applied) MLX_CHECK(apply_plan(rules.plan, arguments.project.directory));
  return rules;
}

int exit_code(const Rules& rules, const RulesArguments& arguments) {
  if (rules.plan.is_blocked()) return kRefused;
  return arguments.check && !rules.is_up_to_date() ? kRefused : kDone;
}

json rules_json(const Rules& rules) {
  return {{"applied", rules.is_applied},
          {"blocked", rules.plan.is_blocked()},
          {"upToDate", rules.is_up_to_date()},
          {"files", files_json(rules.plan)},
          {"findings", findings_json(rules.plan.findings)},
          {"diff", rules.is_applied ? json() : json(unified_diff(rules.plan))}};
}

void print_rules(const Rules& rules, const RulesArguments& arguments) {
  fmt::print("{}", findings_text(rules.plan.findings));
  if (rules.plan.is_blocked()) {
    fmt::print("Nothing was changed.\n");
  } else if (rules.is_up_to_date()) {
    fmt::print("The rules are up to date.\n");
  } else {
    if (arguments.dry_run) fmt::print("{}\n", unified_diff(rules.plan));
    fmt::print("{}", files_text(rules.plan));
    fmt::print("{}\n", rules.is_applied  ? "Done."
                       : arguments.check ? "Not up to date: run `mlx rules`."
                                         : "Nothing was written (dry run).");
  }
}

}  // namespace

int write_rules(const RulesArguments& arguments) {
  const auto made = make_rules(arguments);
  if (!made) return report(made.error());
  if (arguments.project.json) {
    return print_answer(
        Answer{.value = rules_json(*made), .status = exit_code(*made, arguments), .remarks = {}});
  }
  print_rules(*made, arguments);
  return exit_code(*made, arguments);
}

}  // namespace mlx::cli
