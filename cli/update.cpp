#include "engine/plan/update/update.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/project.h"
#include "cli/tool_steps.h"
#include "cli/undo.h"
#include "cli/update_output.h"
#include "engine/io/apply_plan.h"
#include "engine/io/project_git.h"
#include "engine/manifest/configuration.h"

namespace mlx::cli {
namespace {

Result<UpdateChoice> choice_of(const UpdateArguments& arguments, const Snapshot& project) {
  UpdateChoice choice{.components = arguments.components, .to = {}, .ignored = {}};
  if (!arguments.to.empty()) {
    if (arguments.components.size() != 1) {
      return fail(ErrorCode::kInvalidInput,
                  "--to is for one component: `mlx update NAME --to " + arguments.to + "`");
    }
    choice.to = MLX_TRY(Version::parse(arguments.to));
  }
  choice.ignored = MLX_TRY(configured_ignore_rules(MLX_TRY(read_configuration(project))));
  return choice;
}

Result<ChangePlan> plan(const UpdateArguments& arguments, const OpenProject& project) {
  UpdateRequest request;
  request.choice = MLX_TRY(choice_of(arguments, project.files()));
  const auto history = project_history(project.directory());
  return plan_update(request, project.registries(), project.files(), history.get());
}

Result<void> apply(const ChangePlan& plan, const std::filesystem::path& directory) {
  MLX_CHECK(check_no_merge_pending(directory));
  MLX_CHECK(apply_plan(plan, directory));
  return record_conflicts(directory, plan.update.conflicts);
}

}  // namespace

int update(const UpdateArguments& arguments) {
  const auto project = OpenProject::open(arguments.project);
  if (!project) return report(project.error());
  auto planned = plan(arguments, *project);
  if (!planned) return report(planned.error());

  const bool applies = !arguments.dry_run && !planned->is_blocked() && !planned->is_empty();
  const std::string undo = applies ? undo_instructions(*planned, project->directory()) : std::string();
  if (applies) {
    if (const auto applied = apply(*planned, project->directory()); !applied) return report(applied.error());
  }
  std::vector<ToolStep> steps;
  // With conflicts in the files nothing of them can be run.
  if (applies && arguments.sync && planned->update.conflicts.empty()) {
    const ProjectTools tools(project->directory(), {.is_offline = arguments.project.offline});
    steps = tools.bring_up_to_date(planned->findings);
  }
  if (arguments.project.json) {
    nlohmann::json answer = update_json(*planned, applies);
    if (arguments.sync) answer["steps"] = steps_json(steps);
    print_json(answer);
  } else {
    fmt::print("{}", update_text(*planned, {.is_applied = applies, .shows_diff = arguments.dry_run}));
    fmt::print("{}", steps_text(steps));
    if (applies) fmt::print("\n{}{}", undo, undo_text(steps));
  }
  return planned->is_blocked() || !planned->update.conflicts.empty() ? kRefused : kDone;
}

}  // namespace mlx::cli
