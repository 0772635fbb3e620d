#include "engine/plan/update/update.h"

#include <algorithm>
#include <utility>

#include "engine/manifest/configuration.h"
#include "engine/plan/locked_layout.h"
#include "engine/plan/plan_manifests.h"
#include "engine/plan/projen_edits.h"
#include "engine/plan/status.h"
#include "engine/plan/update/broken_imports.h"
#include "engine/plan/update/update_files.h"
#include "engine/plan/update/update_lines.h"
#include "engine/plan/update/update_manifests.h"

namespace mlx {
namespace {

void insert_modules(const Component& component, std::set<std::string>& modules) {
  modules.insert(component.provides.modules.begin(), component.provides.modules.end());
}

/// What changed, in the project's own names: `shop.api.app` for `src.api.app`.
ComponentChanges in_project_names(ComponentChanges changes, const std::string& import_root,
                                  const ProjectLayout& layout) {
  std::string directory = import_root;
  std::ranges::replace(directory, '.', '/');
  const auto move = [](std::string& name, const std::string& from, const std::string& to) {
    if (name.starts_with(from)) name.replace(0, from.size(), to);
  };
  for (ComponentChange& change : changes.list) {
    if (change.subject == ComponentChange::Subject::kSymbol)
      move(change.name, import_root + ".", layout.import_root + ".");
    if (change.subject == ComponentChange::Subject::kFile)
      move(change.name, directory + "/", layout.source_root + "/");
  }
  return changes;
}

/// One run of plan_update(), once it is known which versions come.
class UpdatePlanner {
 public:
  UpdatePlanner(const UpdateContext& context, const std::vector<UpdateTarget>& targets,
                const Registries& registries, WorkingTree& tree)
      : context_(context), targets_(targets), registries_(registries), tree_(tree), lock_(context.lock) {}

  Result<void> run() {
    for (const UpdateTarget& target : targets_) {
      MLX_CHECK(target.is_new() ? bring_new(target) : update_files(target));
    }
    // Lines go into files of others, so these come first.
    for (const UpdateTarget& target : targets_) {
      if (target.is_new()) continue;
      MLX_CHECK(plan_updated_lines(context_, target, tree_, lock_.components.at(target.name)));
    }
    MLX_CHECK(remove_unneeded(context_, targets_, registries_, tree_, lock_));
    MLX_CHECK(find_broken_imports(context_.layout, context_.project, tree_));
    MLX_CHECK(note_pending_synth(tree_));
    std::ranges::sort(tree_.update().conflicts, {}, &FileConflict::path);
    return tree_.write(MLX_TRY(RepoPath::parse(Lock::kPath)), write_lock(lock_), false);
  }

 private:
  Result<void> bring_new(const UpdateTarget& target) {
    const InjectionContext injection{
        .project = context_.project, .layout = context_.layout, .modules = context_.modules};
    LockedComponent locked = MLX_TRY(plan_injection(injection, target.injection, tree_, lock_));
    lock_.components.insert_or_assign(target.name, std::move(locked));
    return plan_component_calls({target.name}, tree_);
  }

  Result<void> update_files(const UpdateTarget& target) {
    const Component& component = target.injection.release.component;
    UpdatedComponent report{.name = target.name,
                            .from = context_.lock.components.at(target.name).version,
                            .to = component.version,
                            .required_by = target.injection.required_by,
                            .upstream = {},
                            .files = {}};
    if (target.before) {
      report.upstream = in_project_names(compare_components(target.before->component, component),
                                         component.import_root, context_.layout);
    }
    LockedComponent locked = locked_as(target.injection, context_.layout.import_root);
    MLX_CHECK(plan_updated_files(context_, target, tree_, locked, report));
    MLX_CHECK(plan_updated_manifests(context_, target, tree_, locked, lock_));
    lock_.components.insert_or_assign(target.name, std::move(locked));
    tree_.update().components.push_back(std::move(report));
    return {};
  }

  const UpdateContext& context_;
  const std::vector<UpdateTarget>& targets_;
  const Registries& registries_;
  WorkingTree& tree_;
  Lock lock_;
};

Result<ChangePlan> finished(WorkingTree& tree, const Registries& registries,
                            const std::string& dependency_file) {
  for (Finding& finding : registries.findings()) tree.add_finding(std::move(finding));
  return tree.take_plan(dependency_file);
}

}  // namespace

Result<ChangePlan> plan_update(const UpdateRequest& request, const Registries& registries,
                               const Snapshot& project, const BlobSource* blobs) {
  const Lock lock = MLX_TRY(read_project_lock(project));
  WorkingTree tree(project);
  const std::vector<UpdateTarget> targets = MLX_TRY(choose_updates(request.choice, lock, registries, tree));
  if (targets.empty()) return finished(tree, registries, "");
  ProjectLayout layout = MLX_TRY(detect_locked_layout(project, MLX_TRY(read_configuration(project)), lock));
  UpdateContext context{.project = project,
                        .lock = lock,
                        .layout = std::move(layout),
                        .old_modules = {},
                        .modules = {},
                        .blobs = blobs,
                        .conflicts = request.conflicts};
  for (const auto& [name, locked] : lock.components) {
    const auto target = std::ranges::find(targets, name, &UpdateTarget::name);
    const auto release = target == targets.end() ? locked_release(name, locked, registries) : target->before;
    if (!release) continue;
    insert_modules(release->component, context.old_modules);
    if (target == targets.end()) insert_modules(release->component, context.modules);
  }
  for (const UpdateTarget& target : targets)
    insert_modules(target.injection.release.component, context.modules);
  MLX_CHECK(UpdatePlanner(context, targets, registries, tree).run());
  return finished(tree, registries, context.layout.dependency_file);
}

}  // namespace mlx
