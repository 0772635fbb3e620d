#include "engine/plan/add.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/plan_output.h"
#include "cli/project.h"
#include "cli/undo.h"
#include "engine/io/apply_plan.h"

namespace mlx::cli {

int add(const AddArguments& arguments) {
  const auto project = OpenProject::open(arguments.project);
  if (!project) return report(project.error());
  const auto plan = plan_add({.components = arguments.components, .overwrite = arguments.overwrite},
                             project->registries(), project->files());
  if (!plan) return report(plan.error());

  const bool applies = !arguments.dry_run && !plan->is_blocked() && !plan->is_empty();
  const std::string undo = applies ? undo_instructions(*plan, project->directory()) : std::string();
  if (applies) {
    if (const auto applied = apply_plan(*plan, project->directory()); !applied)
      return report(applied.error());
  }
  if (arguments.project.json) {
    fmt::print("{}\n", plan_json(*plan, applies).dump(2));
  } else {
    fmt::print("{}", plan_text(*plan, {.is_applied = applies, .shows_diff = arguments.dry_run}));
    if (applies) fmt::print("\n{}", undo);
  }
  return plan->is_blocked() ? kRefused : kDone;
}

}  // namespace mlx::cli
