#include "engine/plan/remove_manifests.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/manifest/projen/dependencies.h"
#include "engine/manifest/pytest_configuration.h"
#include "engine/manifest/requirements_file.h"
#include "engine/plan/plan_manifests.h"

namespace mlx {
namespace {

constexpr std::string_view kPyProject = "pyproject.toml";
constexpr std::string_view kEnvironmentExample = ".env.example";

void take_over(std::vector<std::string>& names, const std::string& name) {
  if (std::ranges::find(names, name) == names.end()) names.push_back(name);
}

struct LockedDependency {
  DependencyAddition addition;
  std::string component;
};

/// What the removed components brought and nobody needs; the rest moves to who needs it.
Result<std::vector<LockedDependency>> unneeded_dependencies(const RemovalContext& context) {
  std::vector<LockedDependency> unneeded;
  for (const auto& [name, component] : context.removed) {
    for (const std::string& text : component.distributions) {
      DependencyAddition addition = MLX_TRY(parse_locked_dependency(text));
      if (const auto owner = context.needs.who_needs(addition)) {
        take_over(context.lock.components.at(*owner).distributions, text);
      } else {
        unneeded.push_back({.addition = std::move(addition), .component = name});
      }
    }
  }
  return unneeded;
}

void add_kept_finding(const Requirement& added, const std::string& declared, const Evidence& evidence,
                      WorkingTree& tree) {
  tree.add_finding({.code = "dependency-kept",
                    .severity = Severity::kInfo,
                    .message = added.name + " stays: it was added as " + render(added) +
                               " and is declared as " + declared + " now",
                    .remedy = "remove it yourself if nothing of yours needs it",
                    .evidence = {evidence}});
}

std::vector<DependencyAddition> additions_of(const std::vector<LockedDependency>& dependencies) {
  std::vector<DependencyAddition> additions;
  additions.reserve(dependencies.size());
  for (const LockedDependency& dependency : dependencies) additions.push_back(dependency.addition);
  return additions;
}

void note_removed(const DependencyAddition& removed, const std::vector<LockedDependency>& dependencies,
                  WorkingTree& tree) {
  const auto dependency = std::ranges::find(dependencies, removed, &LockedDependency::addition);
  if (dependency == dependencies.end()) return;
  tree.removal().distributions.push_back({.requirement = render(removed.requirement),
                                          .group = removed.group,
                                          .component = dependency->component});
}

void add_kept_in_program(const RepoPath& path, const std::vector<LockedDependency>& dependencies,
                         const Error& reason, WorkingTree& tree) {
  std::string names;
  for (const LockedDependency& dependency : dependencies)
    names += (names.empty() ? "" : ", ") + dependency.addition.requirement.name;
  tree.add_finding(
      {.code = "dependency-kept",
       .severity = Severity::kWarning,
       .message = names + " may be declared in " + path.str() + ", which MLX cannot edit: " + reason.message,
       .remedy = "remove what nothing of yours needs there, then run `npx projen`",
       .evidence = {{.file = path.str(), .line = reason.location.line}}});
}

/// From pyproject.toml, or from the program that generates it.
Result<void> remove_from_list(const RemovalContext& context, DependencyFile kind, const RepoPath& path,
                              const std::vector<LockedDependency>& dependencies) {
  const std::optional<std::string> text = MLX_TRY(context.tree.read(path));
  if (!text) return {};
  EditOrigins& origins = context.lock.edits[path.str()];
  const std::vector<DependencyAddition> additions = additions_of(dependencies);
  auto removed_from = kind == DependencyFile::kProjen
                          ? remove_projen_dependencies(*text, path.str(), additions, origins)
                          : remove_dependencies(*text, path.str(), additions, origins);
  if (!removed_from && kind == DependencyFile::kProjen) {
    add_kept_in_program(path, dependencies, removed_from.error(), context.tree);
    return {};
  }
  DependencyRemoval removal = MLX_TRY(std::move(removed_from));
  for (const DependencyAddition& removed : removal.removed) note_removed(removed, dependencies, context.tree);
  for (const PresentDependency& kept : removal.kept) {
    const DeclaredDependency& declared = kept.declared.front();
    add_kept_finding(kept.addition.requirement, declared.requirement.text, declared.evidence, context.tree);
  }
  if (!removal.removed.empty())
    MLX_CHECK(check_lock_files("still has the removed dependencies", context.tree));
  return context.tree.write(path, std::move(removal.text), false);
}

Result<void> remove_from_requirements(const RemovalContext& context, const RepoPath& path,
                                      const std::vector<LockedDependency>& dependencies) {
  const std::optional<std::string> text = MLX_TRY(context.tree.read(path));
  if (!text) return {};
  std::vector<Requirement> requirements;
  requirements.reserve(dependencies.size());
  for (const LockedDependency& dependency : dependencies) {
    requirements.push_back(dependency.addition.requirement);
  }
  RequirementsRemoval removal = MLX_TRY(remove_requirements(*text, path.str(), requirements));
  for (const Requirement& removed : removal.removed) {
    note_removed({.requirement = removed, .group = ""}, dependencies, context.tree);
  }
  for (const PresentRequirement& kept : removal.kept) {
    const RequirementLine& declared = kept.declared.front();
    add_kept_finding(kept.requirement, declared.value, declared.evidence, context.tree);
  }
  return context.tree.write(path, std::move(removal.text), false);
}

}  // namespace

Result<void> plan_dependency_removal(const RemovalContext& context, const ProjectLayout& layout) {
  const auto dependencies = MLX_TRY(unneeded_dependencies(context));
  if (dependencies.empty() || layout.dependency_kind == DependencyFile::kNone) return {};
  const RepoPath path = MLX_TRY(RepoPath::parse(layout.dependency_file));
  return layout.dependency_kind == DependencyFile::kRequirements
             ? remove_from_requirements(context, path, dependencies)
             : remove_from_list(context, layout.dependency_kind, path, dependencies);
}

Result<void> plan_environment_removal(const RemovalContext& context) {
  std::vector<std::string> unneeded;
  for (const auto& [name, component] : context.removed) {
    for (const std::string& variable : component.environment) {
      if (const auto owner = context.needs.who_needs_variable(variable)) {
        take_over(context.lock.components.at(*owner).environment, variable);
      } else {
        unneeded.push_back(variable);
      }
    }
  }
  const RepoPath path = MLX_TRY(RepoPath::parse(kEnvironmentExample));
  const std::optional<std::string> text = MLX_TRY(context.tree.read(path));
  if (unneeded.empty() || !text) return {};
  EditOrigins& origins = context.lock.edits[path.str()];
  EnvironmentRemoval removal = remove_variables(*text, path.str(), unneeded, origins);
  context.tree.removal().environment = removal.removed;
  for (const ExampleVariable& kept : removal.kept) {
    context.tree.add_finding({.code = "variable-kept",
                              .severity = Severity::kInfo,
                              .message = kept.name + " stays in .env.example: its lines were changed",
                              .remedy = "remove them yourself if nothing of yours reads it",
                              .evidence = {kept.evidence}});
  }
  const bool is_ours = removal.text.empty() && origins.contains("");
  return is_ours ? context.tree.remove(path) : context.tree.write(path, std::move(removal.text), false);
}

Result<void> plan_test_path_removal(const RemovalContext& context) {
  const auto edits = context.lock.edits.find(std::string(kPyProject));
  if (!context.lock.components.empty() || edits == context.lock.edits.end()) return {};
  const RepoPath path = MLX_TRY(RepoPath::parse(kPyProject));
  const std::optional<std::string> text = MLX_TRY(context.tree.read(path));
  if (!text) return {};
  std::string without = MLX_TRY(remove_pytest_pythonpath(*text, path.str(), edits->second));
  return context.tree.write(path, std::move(without), false);
}

}  // namespace mlx
