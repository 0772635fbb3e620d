#include "engine/plan/add.h"

#include <algorithm>
#include <ranges>

#include "engine/manifest/configuration.h"
#include "engine/manifest/projen/project.h"
#include "engine/plan/added_lines.h"
#include "engine/plan/closure.h"
#include "engine/plan/injection.h"
#include "engine/plan/lock.h"
#include "engine/plan/lock_conflicts.h"
#include "engine/plan/locked_layout.h"
#include "engine/plan/plan_manifests.h"
#include "engine/plan/projen_edits.h"
#include "engine/plan/status.h"
#include "engine/plan/working_tree.h"

namespace mlx {
namespace {

bool was_asked_for(const ClosureEntry& entry) { return entry.required_by.empty(); }

Finding already_there(const Component& component, const LockedComponent& locked) {
  Finding finding{.code = "component-present",
                  .severity = Severity::kInfo,
                  .message = component.name + " " + to_string(locked.version) + " is already here",
                  .remedy = "",
                  .evidence = {{.file = std::string(Lock::kPath)}}};
  if (component.version > locked.version) {
    finding.code = "component-outdated";
    finding.message += "; the registry has " + to_string(component.version);
    finding.remedy = "`mlx update " + component.name + "` brings it, merged into what you made of this one";
  }
  return finding;
}

/// Replacing a component's files must not forget what its first injection added elsewhere.
void keep_what_it_brought(const LockedComponent& before, LockedComponent& now) {
  const auto join = [](const std::vector<std::string>& old_names, std::vector<std::string>& names) {
    for (const std::string& name : old_names) {
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  };
  join(before.distributions, now.distributions);
  join(before.environment, now.environment);
  now.files.insert(before.files.begin(), before.files.end());
  now.lines.insert(before.lines.begin(), before.lines.end());
}

/// The components that a program of projen's is told of: those that come in, or all where it comes in itself.
Result<std::vector<std::string>> newly_declared(const std::vector<std::string>& planned, const Lock& lock,
                                                const Snapshot& project) {
  if (MLX_TRY(has_file(project, kProjenProgram))) return planned;
  const auto names = std::views::keys(lock.components);
  return std::vector<std::string>(names.begin(), names.end());
}

}  // namespace

Result<ChangePlan> plan_add(const AddRequest& request, const Registries& registries,
                            const Snapshot& project) {
  const auto closure = MLX_TRY(required_closure(request.components, registries));
  Lock lock = MLX_TRY(read_project_lock(project));
  const ProjectConfiguration configuration = MLX_TRY(read_configuration(project));
  ProjectLayout layout = MLX_TRY(detect_locked_layout(project, configuration, lock));
  InjectionContext context{
      .project = project, .layout = std::move(layout), .modules = {}, .overwrites = request.overwrite};
  for (const ClosureEntry& entry : closure) {
    context.modules.insert(entry.component.provides.modules.begin(), entry.component.provides.modules.end());
  }

  WorkingTree tree(project);
  std::vector<std::string> planned;
  for (const ClosureEntry& entry : closure) {
    const auto installed = lock.components.find(entry.component.name);
    const bool is_installed = installed != lock.components.end();
    if (is_installed) {
      if (auto conflict = lock_conflict(entry.found, installed->second, registries)) {
        tree.add_finding(*std::move(conflict));
        continue;
      }
    }
    const bool may_replace = request.overwrite && was_asked_for(entry);
    if (is_installed && !may_replace) {
      if (was_asked_for(entry)) {
        tree.add_finding(already_there(entry.component, installed->second));
      }
      continue;
    }
    const Registry& registry = *entry.found.registry;
    Release release = MLX_TRY(registry.current_release(entry.component));
    const Injection injection{.release = std::move(release),
                              .registry = registry.name(),
                              .revision = registry.revision(),
                              .required_by = entry.required_by};
    LockedComponent locked = MLX_TRY(plan_injection(context, injection, tree, lock));
    if (is_installed) keep_what_it_brought(installed->second, locked);
    lock.components.insert_or_assign(entry.component.name, std::move(locked));
    planned.push_back(entry.component.name);
  }
  MLX_CHECK(restore_added_lines(lock, tree));
  if (!planned.empty()) {
    MLX_CHECK(plan_root_package(context.layout, project, tree, lock.components.at(planned.front())));
    MLX_CHECK(plan_component_calls(MLX_TRY(newly_declared(planned, lock, project)), tree));
    MLX_CHECK(note_pending_synth(tree));
    MLX_CHECK(plan_test_path(context.layout, tree, lock));
    MLX_CHECK(tree.write(MLX_TRY(RepoPath::parse(Lock::kPath)), write_lock(lock), false));
  }
  for (Finding& finding : registries.findings()) tree.add_finding(std::move(finding));
  return tree.take_plan(context.layout.dependency_file);
}

}  // namespace mlx
