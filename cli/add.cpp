#include "engine/plan/add.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/answers.h"
#include "cli/commands.h"
#include "cli/plan_output.h"
#include "cli/project.h"
#include "cli/tool_steps.h"
#include "cli/undo.h"
#include "engine/io/apply_plan.h"

namespace mlx::cli {

namespace {

struct Added {
  ChangePlan plan;
  bool is_applied = false;
  std::string undo;             ///< how to take it back, if it was applied
  std::vector<ToolStep> steps;  ///< of other tools, if they were asked for

  [[nodiscard]] int status() const { return plan.is_blocked() ? kRefused : kDone; }
};

Result<Added> add_components(const AddArguments& arguments, const OpenProject& project) {
  Added added;
  added.plan = MLX_TRY(plan_add({.components = arguments.components, .overwrite = arguments.overwrite},
                                project.registries(), project.files()));
  ChangePlan& plan = added.plan;
  added.is_applied = !arguments.dry_run && !plan.is_blocked() && !plan.is_empty();
  if (!added.is_applied) return added;
  added.undo = undo_instructions(plan, project.directory());
  MLX_CHECK(apply_plan(plan, project.directory()));
  if (arguments.sync) {
    const ProjectTools tools(project.directory(), {.is_offline = arguments.project.offline});
    added.steps = tools.bring_up_to_date(plan.findings);
  }
  return added;
}

}  // namespace

Result<Answer> add_answer(const AddArguments& arguments, const OpenProject& project) {
  const Added added = MLX_TRY(add_components(arguments, project));
  Answer answer{.value = plan_json(added.plan, added.is_applied), .status = added.status(), .remarks = {}};
  if (arguments.sync) answer.value["steps"] = steps_json(added.steps);
  return answer;
}

int add(const AddArguments& arguments) {
  const auto project = OpenProject::open(arguments.project);
  if (!project) return report(project.error());
  if (arguments.project.json) return print_answer(add_answer(arguments, *project));
  const auto added = add_components(arguments, *project);
  if (!added) return report(added.error());
  fmt::print("{}",
             plan_text(added->plan, {.is_applied = added->is_applied, .shows_diff = arguments.dry_run}));
  fmt::print("{}", steps_text(added->steps));
  if (added->is_applied) fmt::print("\n{}{}", added->undo, undo_text(added->steps));
  return added->status();
}

}  // namespace mlx::cli
