#include "engine/plan/update/update_manifests.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/manifest/environment_example.h"
#include "engine/manifest/projen/dependencies.h"
#include "engine/manifest/pyproject_edit.h"
#include "engine/manifest/requirements_file.h"
#include "engine/plan/find_files.h"
#include "engine/plan/needs.h"
#include "engine/plan/plan_manifests.h"
#include "engine/plan/projen_edits.h"
#include "engine/plan/remove_manifests.h"

namespace mlx {
namespace {

constexpr std::string_view kEnvironmentExample = ".env.example";
/// How many of the user's own modules are read to see whether they need what a component drops.
constexpr std::size_t kMostOwnModules = 300;

std::string locked_text(const DependencyAddition& addition) {
  const std::string text = render(addition.requirement);
  return addition.group.empty() ? text : addition.group + ": " + text;
}

bool is_same_distribution(const DependencyAddition& a, const DependencyAddition& b) {
  return normalized_name(a.requirement.name) == normalized_name(b.requirement.name);
}

/// A requirements file knows no groups.
bool is_same_place(const DependencyAddition& a, const DependencyAddition& b) {
  return is_same_distribution(a, b) && (a.group == b.group || a.group.empty() || b.group.empty());
}

/// What a component brought and the project declares since.
Result<std::vector<DependencyAddition>> brought_by(const LockedComponent& locked) {
  std::vector<DependencyAddition> brought;
  brought.reserve(locked.distributions.size());
  for (const std::string& text : locked.distributions)
    brought.push_back(MLX_TRY(parse_locked_dependency(text)));
  return brought;
}

void set_requirements(Component& component, const std::vector<DependencyAddition>& additions) {
  component.requirements.distributions.clear();
  component.requirements.groups.clear();
  for (const DependencyAddition& addition : additions) {
    auto& list = addition.group.empty() ? component.requirements.distributions
                                        : component.requirements.groups[addition.group];
    list.push_back(addition.requirement);
  }
}

/// One run of plan_updated_manifests().
class ManifestUpdate {
 public:
  ManifestUpdate(const UpdateContext& context, const UpdateTarget& target, WorkingTree& tree,
                 LockedComponent& locked, Lock& lock)
      : context_(context),
        target_(target),
        component_(target.injection.release.component),
        old_(context.lock.components.at(target.name)),
        tree_(tree),
        locked_(locked),
        lock_(lock) {}

  Result<void> run() {
    Component news = component_;  // what the project has not been told of yet
    const bool is_python_known =
        target_.before && target_.before->component.requirements.python == component_.requirements.python;
    if (is_python_known) news.requirements.python.clear();
    MLX_CHECK(sort_dependencies(news));
    MLX_CHECK(replace_changed());
    MLX_CHECK(sort_variables(news));
    MLX_CHECK(replace_changed_variables());
    MLX_CHECK(plan_dependencies(news, context_.layout, tree_, locked_, lock_));
    return plan_environment(news, tree_, locked_, lock_);
  }

 private:
  Result<void> sort_dependencies(Component& news) {
    const std::vector<DependencyAddition> brought = MLX_TRY(brought_by(old_));
    std::vector<DependencyAddition> before;
    if (target_.before) before = additions_of(target_.before->component);
    std::vector<DependencyAddition> added;
    for (DependencyAddition& wanted : additions_of(component_)) {
      const auto ours = std::ranges::find_if(
          brought, [&](const DependencyAddition& one) { return is_same_place(one, wanted); });
      if (ours != brought.end()) {
        const DependencyAddition to{.requirement = wanted.requirement, .group = ours->group};
        if (render(ours->requirement) == render(to.requirement)) {
          locked_.distributions.push_back(locked_text(to));
        } else {
          changes_.push_back({.from = *ours, .to = to});
        }
        continue;
      }
      const bool was_known = std::ranges::any_of(before, [&](const DependencyAddition& one) {
        return one.group == wanted.group && render(one.requirement) == render(wanted.requirement);
      });
      if (!was_known) added.push_back(std::move(wanted));
    }
    set_requirements(news, added);
    return {};
  }

  Result<void> replace_changed() {
    if (changes_.empty() || context_.layout.dependency_kind == DependencyFile::kNone) return {};
    const RepoPath path = MLX_TRY(RepoPath::parse(context_.layout.dependency_file));
    const std::string text = MLX_TRY(tree_.read(path)).value_or("");
    switch (context_.layout.dependency_kind) {
      case DependencyFile::kPyProject:
        return note_replacement(path, MLX_TRY(replace_dependencies(text, path.str(), changes_)));
      case DependencyFile::kProjen: return replace_in_program(path, text);
      case DependencyFile::kRequirements: return replace_in_requirements(path, text);
      case DependencyFile::kNone: break;
    }
    std::unreachable();
  }

  Result<void> replace_in_program(const RepoPath& path, const std::string& text) {
    auto replacement = replace_projen_dependencies(text, path.str(), changes_);
    if (replacement) return note_replacement(path, *std::move(replacement));
    std::vector<DependencyAddition> wanted;
    wanted.reserve(changes_.size());
    for (const DependencyChange& change : changes_) wanted.push_back(change.to);
    const auto missing = MLX_TRY(unwritten_in_generated(wanted, tree_));
    if (!missing.empty()) {
      tree_.add_finding(change_by_hand(path.str(), replacement.error(), missing));
      return {};
    }
    for (const DependencyChange& change : changes_) note_changed(change);
    return {};
  }

  Result<void> note_replacement(const RepoPath& path, DependencyReplacement replacement) {
    for (const DependencyChange& change : replacement.changed) note_changed(change);
    for (const PresentDependency& kept : replacement.kept) {
      const DeclaredDependency& declared = kept.declared.front();
      add_present_finding(kept.addition.requirement, declared.requirement, declared.evidence, target_.name,
                          tree_);
    }
    if (!replacement.changed.empty()) MLX_CHECK(check_lock_files("has the old dependencies", tree_));
    return tree_.write(path, std::move(replacement.text), false);
  }

  Result<void> replace_in_requirements(const RepoPath& path, const std::string& text) {
    std::vector<RequirementChange> changes;
    changes.reserve(changes_.size());
    for (const DependencyChange& change : changes_) {
      changes.push_back({.from = change.from.requirement, .to = change.to.requirement});
    }
    RequirementsReplacement replacement = MLX_TRY(replace_requirements(text, path.str(), changes));
    for (const RequirementChange& change : replacement.changed) {
      note_changed(
          {.from = {.requirement = change.from, .group = ""}, .to = {.requirement = change.to, .group = ""}});
    }
    for (const PresentRequirement& kept : replacement.kept) {
      const RequirementLine& declared = kept.declared.front();
      if (!declared.requirement) continue;
      add_present_finding(kept.requirement, *declared.requirement, declared.evidence, target_.name, tree_);
    }
    return tree_.write(path, std::move(replacement.text), false);
  }

  void note_changed(const DependencyChange& change) {
    locked_.distributions.push_back(locked_text(change.to));
    tree_.update().distributions.push_back({.from = render(change.from.requirement),
                                            .to = render(change.to.requirement),
                                            .component = target_.name});
  }

  Result<void> sort_variables(Component& news) {
    news.requirements.environment.clear();
    const auto brought = [&](const std::string& name) {
      return std::ranges::find(old_.environment, name) != old_.environment.end();
    };
    for (const EnvironmentVariable& variable : component_.requirements.environment) {
      const EnvironmentVariable* const before = variable_before(variable.name);
      if (brought(variable.name)) {
        locked_.environment.push_back(variable.name);
        const bool is_changed = before == nullptr || before->default_value != variable.default_value ||
                                before->description != variable.description ||
                                before->is_required != variable.is_required ||
                                before->is_secret != variable.is_secret;
        if (is_changed) changed_variables_.push_back(variable);
      } else if (before == nullptr) {
        news.requirements.environment.push_back(variable);
      }
    }
    return {};
  }

  [[nodiscard]] const EnvironmentVariable* variable_before(const std::string& name) const {
    if (!target_.before) return nullptr;
    const auto& known = target_.before->component.requirements.environment;
    const auto found = std::ranges::find(known, name, &EnvironmentVariable::name);
    return found == known.end() ? nullptr : &*found;
  }

  Result<void> replace_changed_variables() {
    if (changed_variables_.empty()) return {};
    const RepoPath path = MLX_TRY(RepoPath::parse(kEnvironmentExample));
    const auto text = MLX_TRY(tree_.read(path));
    if (!text) return {};
    EnvironmentReplacement replacement =
        replace_variables(*text, path.str(), changed_variables_, lock_.edits[path.str()]);
    for (const std::string& name : replacement.changed) note_changed_variable(name);
    for (const ExampleVariable& kept : replacement.kept) add_kept_finding(kept);
    return tree_.write(path, std::move(replacement.text), false);
  }

  void note_changed_variable(const std::string& name) {
    const auto now = std::ranges::find(changed_variables_, name, &EnvironmentVariable::name);
    const EnvironmentVariable* const before = variable_before(name);
    const bool is_shown = !now->is_secret && (before == nullptr || !before->is_secret);
    tree_.update().environment.push_back(
        {.name = name,
         .default_before = is_shown && before != nullptr ? before->default_value : "",
         .default_after = is_shown ? now->default_value : ""});
  }

  void add_kept_finding(const ExampleVariable& kept) {
    const auto wanted = std::ranges::find(changed_variables_, kept.name, &EnvironmentVariable::name);
    const EnvironmentVariable* const before = variable_before(kept.name);
    const bool has_new_default =
        before != nullptr && before->default_value != wanted->default_value && !wanted->is_secret;
    if (!has_new_default) return;
    tree_.add_finding({.code = "variable-kept",
                       .severity = Severity::kInfo,
                       .message = kept.name + " stays as you have it in .env.example; the default of " +
                                  target_.name + " is `" + wanted->default_value + "` now, and was `" +
                                  before->default_value + "`",
                       .remedy = "",
                       .evidence = {kept.evidence}});
  }

  const UpdateContext& context_;
  const UpdateTarget& target_;
  const Component& component_;
  const LockedComponent& old_;
  WorkingTree& tree_;
  LockedComponent& locked_;
  Lock& lock_;
  std::vector<DependencyChange> changes_;
  std::vector<EnvironmentVariable> changed_variables_;
};

/// The Python texts below the source root that belong to no component; nothing if they are too many to be
/// read.
Result<std::optional<std::vector<std::string>>> own_modules(const UpdateContext& context, const Lock& lock) {
  FileSearch search = python_below(context.layout.source_root, kMostOwnModules);
  search.takes = [&](const RepoPath& path) {
    return path.str().ends_with(".py") && std::ranges::none_of(lock.components, [&](const auto& component) {
             return component.second.files.contains(path.str());
           });
  };
  const FoundFiles own = MLX_TRY(find_files(context.project, search));
  if (!own.is_complete) return std::nullopt;
  std::vector<std::string> texts;
  texts.reserve(own.paths.size());
  for (const RepoPath& path : own.paths) texts.push_back(MLX_TRY(context.project.read(path)));
  return texts;
}

/// The user's own modules may import what a component brought; then it is his, and stays.
Result<void> keep_what_users_need(const UpdateContext& context, const Lock& lock, LockedComponent& dropped,
                                  WorkingTree& tree) {
  if (dropped.distributions.empty()) return {};
  const auto texts = MLX_TRY(own_modules(context, lock));
  std::vector<std::string> unneeded;
  for (const std::string& text : dropped.distributions) {
    const Requirement distribution = MLX_TRY(parse_locked_dependency(text)).requirement;
    const bool may_be_needed = !texts || std::ranges::any_of(*texts, [&](const std::string& module) {
      return Needs::may_be_imported(distribution, module);
    });
    if (!may_be_needed) {
      unneeded.push_back(text);
      continue;
    }
    tree.add_finding({.code = "dependency-kept",
                      .severity = Severity::kInfo,
                      .message = distribution.name +
                                 " stays: no component needs it any more, but your own code " +
                                 (texts ? "imports it" : "may import it"),
                      .remedy = "",
                      .evidence = {}});
  }
  dropped.distributions = std::move(unneeded);
  return {};
}

/// What of the old version's is not the new one's.
Result<LockedComponent> dropped_by(const LockedComponent& before, const LockedComponent& after) {
  LockedComponent dropped = before;
  dropped.distributions.clear();
  dropped.environment.clear();
  const std::vector<DependencyAddition> kept = MLX_TRY(brought_by(after));
  for (const std::string& text : before.distributions) {
    const DependencyAddition addition = MLX_TRY(parse_locked_dependency(text));
    const bool is_kept = std::ranges::any_of(
        kept, [&](const DependencyAddition& one) { return is_same_place(one, addition); });
    if (!is_kept) dropped.distributions.push_back(text);
  }
  for (const std::string& name : before.environment) {
    if (std::ranges::find(after.environment, name) == after.environment.end())
      dropped.environment.push_back(name);
  }
  return dropped;
}

}  // namespace

Result<void> plan_updated_manifests(const UpdateContext& context, const UpdateTarget& target,
                                    WorkingTree& tree, LockedComponent& locked, Lock& lock) {
  return ManifestUpdate(context, target, tree, locked, lock).run();
}

Result<void> remove_unneeded(const UpdateContext& context, const std::vector<UpdateTarget>& targets,
                             const Registries& registries, WorkingTree& tree, Lock& lock) {
  std::map<std::string, LockedComponent> dropped;
  NeedsSources sources{.registries = &registries, .project = context.project, .planned = &tree};
  for (const UpdateTarget& target : targets) {
    sources.known.emplace(target.name, &target.injection.release.component);
    if (target.is_new()) continue;
    LockedComponent rest =
        MLX_TRY(dropped_by(context.lock.components.at(target.name), lock.components.at(target.name)));
    MLX_CHECK(keep_what_users_need(context, lock, rest, tree));
    const bool has_any = !rest.distributions.empty() || !rest.environment.empty();
    if (has_any) dropped.emplace(target.name, std::move(rest));
  }
  if (dropped.empty()) return {};
  const Needs needs = MLX_TRY(Needs::of(lock.components, sources));
  const RemovalContext removal{.removed = dropped, .needs = needs, .lock = lock, .tree = tree};
  MLX_CHECK(plan_dependency_removal(removal, context.layout));
  return plan_environment_removal(removal);
}

}  // namespace mlx
