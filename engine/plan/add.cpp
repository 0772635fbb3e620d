#include "engine/plan/add.h"

#include <algorithm>
#include <set>

#include "engine/manifest/configuration.h"
#include "engine/manifest/project_layout.h"
#include "engine/plan/added_lines.h"
#include "engine/plan/closure.h"
#include "engine/plan/lock.h"
#include "engine/plan/lock_conflicts.h"
#include "engine/plan/plan_manifests.h"
#include "engine/plan/render_template.h"
#include "engine/plan/status.h"
#include "engine/plan/working_tree.h"

namespace mlx {
namespace {

/// Everything that is known before the first file is planned.
struct AddContext {
  const AddRequest& request;
  const Snapshot& project;
  ProjectLayout layout;
  std::set<std::string> modules;  ///< of all components that are there or come in, by their templates' names
};

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
  }
  return finding;
}

Finding file_in_the_way(const RepoPath& path, const std::string& component) {
  return {.code = "file-exists",
          .severity = Severity::kError,
          .message = path.str() + " exists and is not what " + component + " would put there",
          .remedy = "move or rename " + path.str() + ", or ask again with --overwrite to replace it",
          .evidence = {{.file = path.str()}}};
}

Finding planned_twice(const RepoPath& path, const std::string& component) {
  return {
      .code = "file-planned-twice",
      .severity = Severity::kError,
      .message = path.str() + ", a file of " + component +
                 ", is written by another part of this change too, with other content",
      .remedy = "add " + component + " by itself; if that does not help, its registry has to move the file",
      .evidence = {{.file = path.str()}}};
}

/// The first file on the way to a target, where a directory would have to be.
Result<std::optional<RepoPath>> file_above(const RepoPath& target, const Snapshot& project) {
  for (auto slash = target.str().find('/'); slash != std::string::npos;
       slash = target.str().find('/', slash + 1)) {
    RepoPath above = MLX_TRY(RepoPath::parse(target.str().substr(0, slash)));
    const EntryKind kind = MLX_TRY(project.kind(above));
    if (is_file(kind) || kind == EntryKind::kOther) return above;
  }
  return std::nullopt;
}

Finding not_a_directory(const RepoPath& path, const std::string& component) {
  return {.code = "target-unusable",
          .severity = Severity::kError,
          .message = path.str() + ", where " + component + " has a directory, is none",
          .remedy = "remove or rename it, then ask again",
          .evidence = {{.file = path.str()}}};
}

Finding unusable_target(const RepoPath& path, EntryKind kind, const std::string& component) {
  const std::string what = kind == EntryKind::kSymlink     ? "is, or lies behind, a symbolic link"
                           : kind == EntryKind::kDirectory ? "is a directory"
                                                           : "is no regular file";
  return {.code = "target-unusable",
          .severity = Severity::kError,
          .message =
              path.str() + ", where " + component + " has a file, " + what + ", and nothing is written there",
          .remedy = "remove or rename it, then ask again",
          .evidence = {{.file = path.str()}}};
}

/// The module of the user's that a new package would hide from Python, or the package that would hide a
/// new module: of `api.py` and `api/__init__.py` only the package can be imported.
Result<std::optional<RepoPath>> namesake(const RepoPath& target, const Snapshot& project) {
  const std::string& path = target.str();
  std::string other;
  if (path.ends_with("/__init__.py")) {
    other = std::string(target.parent()) + ".py";
  } else if (path.ends_with(".py")) {
    other = path.substr(0, path.size() - 3) + "/__init__.py";
  }
  if (!MLX_TRY(has_file(project, other))) return std::nullopt;
  return MLX_TRY(RepoPath::parse(other));
}

Finding module_hidden(const RepoPath& target, const RepoPath& other, const std::string& component) {
  return {.code = "module-hidden",
          .severity = Severity::kError,
          .message = other.str() + " and " + target.str() + ", which " + component +
                     " brings, have the same name for imports, so that one would hide the other",
          .remedy = "rename " + other.str() + ", then ask again",
          .evidence = {{.file = other.str()}}};
}

/// Plans one file of a component. What the user has in its place stays, unless it is
/// equal, or may be overwritten.
Result<void> plan_file(const AddContext& context, const ClosureEntry& entry, const ComponentFile& file,
                       WorkingTree& tree, LockedComponent& locked) {
  const Component& component = entry.component;
  const std::string source = MLX_TRY(entry.found.registry->template_text(component, file));
  const RepoPath target = MLX_TRY(target_in_project(component, file, context.layout));
  const std::string text =
      MLX_TRY(render_template(source, target, component, context.layout, context.modules));
  if (file.merge == MergeStrategy::kEnhance) {
    AddedLines lines{.source = file.path.str(), .text = text, .locations = {}};
    for (const InjectionPoint& point : component.injection_points) {
      const bool is_of_this_file = point.name == "application-factory" && point.file == file.target.str();
      if (is_of_this_file) lines.locations.push_back(point.location);
    }
    return plan_added_lines({.component = component.name, .target = target, .lines = std::move(lines)},
                            context.layout, context.project, tree, locked);
  }
  const bool is_planned = target.str() == Lock::kPath || tree.is_planned(target);
  if (is_planned && MLX_TRY(tree.read(target)) != text) {
    tree.add_finding(planned_twice(target, component.name));
    return {};
  }
  if (const auto above = MLX_TRY(file_above(target, context.project))) {
    tree.add_finding(not_a_directory(*above, component.name));
    return {};
  }
  const EntryKind kind = MLX_TRY(context.project.kind(target));
  const bool is_free = kind == EntryKind::kAbsent;
  if (!is_free && !is_file(kind)) {
    tree.add_finding(unusable_target(target, kind, component.name));
    return {};
  }
  if (!is_free && !context.request.overwrite && MLX_TRY(context.project.read(target)) != text) {
    tree.add_finding(file_in_the_way(target, component.name));
    return {};
  }
  const auto other = is_free ? MLX_TRY(namesake(target, context.project)) : std::nullopt;
  if (other) {
    tree.add_finding(module_hidden(target, *other, component.name));
    return {};
  }
  locked.files.emplace(target.str(), LockedFile{.base = BlobId::of(text), .source = file.path.str()});
  return tree.write(target, text, file.is_executable);
}

/// A package that another distribution might shadow: without an `__init__.py`, a directory
/// named `src` gives way to any installed package of that name.
Result<void> plan_root_package(const AddContext& context, WorkingTree& tree, LockedComponent& locked) {
  const RepoPath root = MLX_TRY(RepoPath::parse(context.layout.source_root));
  if (MLX_TRY(context.project.kind(root)) != EntryKind::kAbsent) return {};
  const RepoPath init = MLX_TRY(RepoPath::parse(context.layout.source_root + "/__init__.py"));
  if (MLX_TRY(tree.read(init))) return {};
  locked.files.emplace(init.str(), LockedFile{.base = BlobId::of(""), .source = ""});
  return tree.write(init, "", false);
}

Result<LockedComponent> plan_component(const AddContext& context, const ClosureEntry& entry,
                                       WorkingTree& tree, Lock& lock) {
  const Component& component = entry.component;
  const Registry& registry = *entry.found.registry;
  const std::string& digest = entry.found.item.sha256;
  LockedComponent locked{.version = component.version,
                         .registry = registry.name(),
                         .revision = registry.revision().empty() ? digest : registry.revision(),
                         .sha256 = registry.revision().empty() ? "" : digest,
                         .import_root = context.layout.import_root,
                         .files = {},
                         .lines = {},
                         .distributions = {},
                         .environment = {}};
  for (const ComponentFile& file : component.files) {
    MLX_CHECK(plan_file(context, entry, file, tree, locked));
  }
  MLX_CHECK(plan_dependencies(component, context.layout, tree, locked, lock));
  MLX_CHECK(plan_environment(component, tree, locked, lock));
  tree.add_component({.name = component.name,
                      .version = component.version,
                      .title = component.title,
                      .description = component.description,
                      .required_by = entry.required_by,
                      .file_count = component.files.size()});
  return locked;
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

}  // namespace

Result<ChangePlan> plan_add(const AddRequest& request, const Registries& registries,
                            const Snapshot& project) {
  const auto closure = MLX_TRY(required_closure(request.components, registries));
  Lock lock = MLX_TRY(read_project_lock(project));
  const ProjectConfiguration configuration = MLX_TRY(read_configuration(project));
  ProjectLayout layout = MLX_TRY(detect_layout(project, configuration));
  AddContext context{.request = request, .project = project, .layout = std::move(layout), .modules = {}};
  for (const ClosureEntry& entry : closure) {
    context.modules.insert(entry.component.provides.modules.begin(), entry.component.provides.modules.end());
  }

  WorkingTree tree(project);
  std::string first_planned;
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
    LockedComponent locked = MLX_TRY(plan_component(context, entry, tree, lock));
    if (is_installed) keep_what_it_brought(installed->second, locked);
    lock.components.insert_or_assign(entry.component.name, std::move(locked));
    if (first_planned.empty()) first_planned = entry.component.name;
  }
  MLX_CHECK(restore_added_lines(lock, tree));
  if (!first_planned.empty()) {
    MLX_CHECK(plan_root_package(context, tree, lock.components.at(first_planned)));
    MLX_CHECK(plan_test_path(context.layout, tree, lock));
    MLX_CHECK(tree.write(MLX_TRY(RepoPath::parse(Lock::kPath)), write_lock(lock), false));
  }
  for (Finding& finding : registries.findings()) tree.add_finding(std::move(finding));
  return tree.take_plan(context.layout.dependency_file);
}

}  // namespace mlx
