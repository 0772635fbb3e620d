#include "engine/plan/remove.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/plan_output.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "cli/tool_steps.h"
#include "cli/undo.h"
#include "engine/io/apply_plan.h"
#include "engine/io/directory.h"

namespace mlx::cli {
namespace {

/// Without its registry a project can still be cleaned up: its files tell what is needed.
Result<ChangePlan> plan(const RemoveArguments& arguments) {
  const RemoveRequest request{.components = arguments.components, .force = arguments.force};
  const auto project = OpenProject::open(arguments.project);
  if (project) return plan_remove(request, &project->registries(), project->files());
  const auto files = MLX_TRY(open_directory_snapshot(arguments.project.directory));
  ChangePlan plan = MLX_TRY(plan_remove(request, nullptr, *files));
  plan.findings.push_back({.code = "registry-unavailable",
                           .severity = Severity::kWarning,
                           .message = "what components require was taken from their files, because the "
                                      "registry cannot be read: " +
                                      to_string(project.error()),
                           .remedy = "look at what goes before you commit it",
                           .evidence = {}});
  return plan;
}

}  // namespace

int remove(const RemoveArguments& arguments) {
  auto planned = plan(arguments);
  if (!planned) return report(planned.error());
  const std::filesystem::path directory = arguments.project.directory;
  const bool applies = !arguments.dry_run && !planned->is_blocked() && !planned->is_empty();
  const std::string undo = applies ? undo_instructions(*planned, directory) : std::string();
  if (applies) {
    if (const auto applied = apply_plan(*planned, directory); !applied) return report(applied.error());
  }
  std::vector<ToolStep> steps;
  if (applies && arguments.sync) {
    const ProjectTools tools(directory, {.is_offline = arguments.project.offline});
    steps = tools.bring_up_to_date(planned->findings);
  }
  if (arguments.project.json) {
    nlohmann::json answer = removal_json(*planned, applies);
    if (arguments.sync) answer["steps"] = steps_json(steps);
    print_json(answer);
  } else {
    fmt::print("{}", removal_text(*planned, {.is_applied = applies, .shows_diff = arguments.dry_run}));
    fmt::print("{}", steps_text(steps));
    if (applies) fmt::print("\n{}{}", undo, undo_text(steps));
  }
  return planned->is_blocked() ? kRefused : kDone;
}

}  // namespace mlx::cli
