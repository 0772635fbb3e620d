#include "engine/plan/plan_manifests.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>
#include <utility>

#include "engine/manifest/projen/dependencies.h"
#include "engine/manifest/pyproject.h"
#include "engine/manifest/pyproject_edit.h"
#include "engine/manifest/pytest_configuration.h"
#include "engine/manifest/requirements_file.h"
#include "engine/manifest/specifier_set.h"
#include "engine/manifest/uv_workspace.h"
#include "engine/plan/left_to_tools.h"
#include "engine/plan/projen_edits.h"

namespace mlx {
namespace {

constexpr std::string_view kPyProject = "pyproject.toml";
constexpr std::string_view kLacksNew = "does not have the new dependencies yet";
constexpr std::string_view kEnvironmentExample = ".env.example";

Result<UvWorkspace> workspace_at(const WorkingTree& tree) {
  const auto text = MLX_TRY(tree.read(MLX_TRY(RepoPath::parse(kPyProject))));
  return text ? read_uv_workspace(*text, kPyProject) : UvWorkspace{};
}

Error no_dependency_file(const UvWorkspace& workspace) {
  if (workspace.is_declared) {
    std::string members;
    for (const std::string& member : workspace.members) members += (members.empty() ? " (" : ", ") + member;
    return {ErrorCode::kInvalidInput,
            "this is the root of a uv workspace and no project itself; name one of its members" +
                (members.empty() ? members : members + ")") + " with -C, as `mlx add NAME -C packages/x`",
            {.file = std::string(kPyProject)}};
  }
  return {
      ErrorCode::kInvalidInput,
      "the project has neither a pyproject.toml nor a requirements.txt, so there is nowhere to declare "
      "what the component needs; run `uv init --bare`, or make an empty requirements.txt, then ask again"};
}

}  // namespace

std::vector<DependencyAddition> additions_of(const Component& component) {
  std::vector<DependencyAddition> additions;
  additions.reserve(component.requirements.distributions.size());
  for (const Requirement& requirement : component.requirements.distributions) {
    additions.push_back({.requirement = requirement, .group = ""});
  }
  for (const auto& [group, requirements] : component.requirements.groups) {
    for (const Requirement& requirement : requirements) {
      additions.push_back({.requirement = requirement, .group = group});
    }
  }
  return additions;
}

Result<DependencyAddition> parse_locked_dependency(const std::string& text) {
  const std::size_t colon = text.find(": ");
  const std::string group = colon == std::string::npos ? "" : text.substr(0, colon);
  const bool is_group = !group.empty() && group.find_first_not_of(
                                              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                              "0123456789._-") == std::string::npos;
  Result<Requirement> requirement = parse_requirement(is_group ? text.substr(colon + 2) : text);
  if (!requirement) {
    return fail(ErrorCode::kInvalidInput, "`" + text + "` is no dependency: " + requirement.error().message,
                {.file = std::string(Lock::kPath)});
  }
  return DependencyAddition{.requirement = *std::move(requirement), .group = is_group ? group : ""};
}

void add_present_finding(const Requirement& wanted, const Requirement& declared, const Evidence& evidence,
                         const std::string& component, WorkingTree& tree) {
  const auto has_extra = [&declared](const std::string& extra) {
    return std::ranges::any_of(declared.extras, [&](const std::string& name) {
      return normalized_name(name) == normalized_name(extra);
    });
  };
  if (!std::ranges::all_of(wanted.extras, has_extra)) {
    tree.add_finding(
        {.code = "dependency-extra-missing",
         .severity = Severity::kWarning,
         .message = component + " needs " + render(wanted) + "; the project declares " + declared.text,
         .remedy = "add the extra to the project's line",
         .evidence = {evidence}});
    return;
  }
  if (declared.specifier == wanted.specifier || wanted.specifier.empty()) return;
  const bool is_excluded = are_disjoint(declared.specifier, wanted.specifier);
  const std::string stays = wanted.name + " is declared already" +
                            (declared.specifier.empty() ? std::string() : " as " + declared.specifier) +
                            " and stays so; " + component + " was made for " + wanted.specifier;
  tree.add_finding(
      {.code = is_excluded ? "dependency-excluded" : "dependency-present",
       .severity = is_excluded ? Severity::kWarning : Severity::kInfo,
       .message = stays,
       .remedy = is_excluded ? "widen the project's specifier, or what is added will not work" : "",
       .evidence = {evidence}});
}

Result<void> check_lock_files(std::string_view what, WorkingTree& tree) {
  constexpr std::array kLockFiles = {std::pair("uv.lock", "uv lock"), std::pair("poetry.lock", "poetry lock"),
                                     std::pair("pdm.lock", "pdm lock")};
  const auto note = [&](const std::string& file, std::string_view whose, const std::string& command) {
    tree.add_finding({.code = std::string(kLockOutdated),
                      .severity = Severity::kWarning,
                      .message = "`" + file + "`" + std::string(whose) + " " + std::string(what) +
                                 ", so a locked install fails",
                      .remedy = "run `" + command + "` and commit what it changes together with this",
                      .evidence = {{.file = file}}});
  };
  bool is_locked_by_uv = false;
  for (const auto& [file, command] : kLockFiles) {
    if (!MLX_TRY(tree.read(MLX_TRY(RepoPath::parse(file))))) continue;
    note(file, "", command);
    is_locked_by_uv = is_locked_by_uv || std::string_view(file) == "uv.lock";
  }
  if (is_locked_by_uv) return {};
  const std::string above = MLX_TRY(find_workspace_lock(tree.project()));
  if (!above.empty()) note(above, ", the lock of the workspace,", "uv lock");
  return {};
}

namespace {

void note_added(const DependencyAddition& addition, const Component& component, WorkingTree& tree,
                LockedComponent& locked) {
  const std::string text = render(addition.requirement);
  locked.distributions.push_back(addition.group.empty() ? text : addition.group + ": " + text);
  tree.add_distribution({.requirement = text, .group = addition.group, .component = component.name});
}

void note_edits(const RepoPath& path, const EditOrigins& origins, Lock& lock) {
  for (const auto& [place, text] : origins) lock.edits[path.str()].insert_or_assign(place, text);
}

/// (3, 11) of `>=3.11`; nothing if the specifier has no such part.
std::optional<std::pair<int, int>> lowest_python(std::string_view specifier) {
  const auto at = specifier.find(">=");
  if (at == std::string_view::npos) return std::nullopt;
  std::pair<int, int> version;
  const char* const end = specifier.data() + specifier.size();
  const char* begin = specifier.data() + at + 2;
  while (begin != end && *begin == ' ') ++begin;
  const auto major = std::from_chars(begin, end, version.first);
  if (major.ec != std::errc()) return std::nullopt;
  if (major.ptr != end && *major.ptr == '.') std::from_chars(major.ptr + 1, end, version.second);
  return version;
}

void check_python(const Component& component, const PyProject& project, WorkingTree& tree) {
  const auto needed = lowest_python(component.requirements.python);
  const auto declared = lowest_python(project.requires_python);
  if (!needed || !declared || *declared >= *needed) return;
  tree.add_finding({.code = "python-too-old",
                    .severity = Severity::kWarning,
                    .message = "the project supports Python " + project.requires_python + "; " +
                               component.name + " needs " + component.requirements.python,
                    .remedy = "raise it to \"" +
                              joined_specifier(project.requires_python, component.requirements.python) +
                              "\", or an installer may find no set of versions that fits",
                    .evidence = {project.requires_python_place}});
}

/// What a file of dependencies becomes, and what is to be said of it.
Result<void> plan_edit(const Component& component, const RepoPath& path, DependencyEdit edit,
                       WorkingTree& tree, LockedComponent& locked, Lock& lock) {
  for (const DependencyAddition& added : edit.added) note_added(added, component, tree, locked);
  note_edits(path, edit.origins, lock);
  if (!edit.added.empty()) MLX_CHECK(check_lock_files(kLacksNew, tree));
  for (const PresentDependency& present : edit.present) {
    const DeclaredDependency& declared = present.declared.front();
    add_present_finding(present.addition.requirement, declared.requirement, declared.evidence, component.name,
                        tree);
  }
  return tree.write(path, std::move(edit.text), false);
}

Result<void> plan_pyproject(const Component& component, const RepoPath& path, WorkingTree& tree,
                            LockedComponent& locked, Lock& lock) {
  const std::string text = MLX_TRY(tree.read(path)).value_or("");
  check_python(component, MLX_TRY(read_pyproject(text, path.str())), tree);
  DependencyEdit edit = MLX_TRY(add_dependencies(text, path.str(), additions_of(component)));
  return plan_edit(component, path, std::move(edit), tree, locked, lock);
}

/// What projen generates is left alone. A program that cannot be edited blocks the plan, unless what it
/// generated last has all that is needed: then somebody has edited it by hand.
Result<void> plan_projen(const Component& component, const RepoPath& path, WorkingTree& tree,
                         LockedComponent& locked, Lock& lock) {
  if (const auto text = MLX_TRY(tree.read(MLX_TRY(RepoPath::parse(kPyProject)))))
    check_python(component, MLX_TRY(read_pyproject(*text, std::string(kPyProject))), tree);
  const auto program = MLX_TRY(tree.read(path));
  auto edit = program ? add_projen_dependencies(*program, path.str(), additions_of(component))
                      : Result<DependencyEdit>(fail(ErrorCode::kNotFound, "there is no such file"));
  if (edit) return plan_edit(component, path, *std::move(edit), tree, locked, lock);
  const auto missing = MLX_TRY(undeclared_in_generated(additions_of(component), tree));
  if (!missing.empty()) tree.add_finding(edit_by_hand(path.str(), edit.error(), missing));
  return {};
}

/// A requirements file has no groups: what the tests need goes where the rest is.
Result<void> plan_requirements(const Component& component, const RepoPath& path, WorkingTree& tree,
                               LockedComponent& locked) {
  std::vector<Requirement> requirements;
  for (const DependencyAddition& addition : additions_of(component))
    requirements.push_back(addition.requirement);
  RequirementsEdit edit =
      MLX_TRY(add_requirements(MLX_TRY(tree.read(path)).value_or(""), path.str(), requirements));
  for (const Requirement& added : edit.added) {
    note_added({.requirement = added, .group = ""}, component, tree, locked);
  }
  for (const PresentRequirement& present : edit.present) {
    const RequirementLine& declared = present.declared.front();
    if (!declared.requirement) continue;
    add_present_finding(present.requirement, *declared.requirement, declared.evidence, component.name, tree);
  }
  return tree.write(path, std::move(edit.text), false);
}

}  // namespace

Result<void> plan_dependencies(const Component& component, const ProjectLayout& layout, WorkingTree& tree,
                               LockedComponent& locked, Lock& lock) {
  if (layout.dependency_kind == DependencyFile::kNone) {
    if (additions_of(component).empty()) return {};
    return std::unexpected(no_dependency_file(MLX_TRY(workspace_at(tree))));
  }
  const RepoPath path = MLX_TRY(RepoPath::parse(layout.dependency_file));
  switch (layout.dependency_kind) {
    case DependencyFile::kPyProject: return plan_pyproject(component, path, tree, locked, lock);
    case DependencyFile::kRequirements: return plan_requirements(component, path, tree, locked);
    case DependencyFile::kProjen: return plan_projen(component, path, tree, locked, lock);
    case DependencyFile::kNone: break;
  }
  std::unreachable();
}

Result<void> plan_environment(const Component& component, WorkingTree& tree, LockedComponent& locked,
                              Lock& lock) {
  if (component.requirements.environment.empty()) return {};
  const RepoPath path = MLX_TRY(RepoPath::parse(kEnvironmentExample));
  const std::optional<std::string> text = MLX_TRY(tree.read(path));
  EnvironmentEdit edit = MLX_TRY(
      add_variables(text.value_or(""), path.str(), component.requirements.environment, component.title));
  for (const EnvironmentVariable& variable : component.requirements.environment) {
    const bool is_added = std::ranges::find(edit.added, variable.name) != edit.added.end();
    if (!is_added) continue;
    locked.environment.push_back(variable.name);
    tree.add_variable(variable);
  }
  if (!text) edit.origins[""] = "";
  if (!edit.added.empty()) note_edits(path, edit.origins, lock);
  return tree.write(path, std::move(edit.text), false);
}

Result<void> plan_test_path(const ProjectLayout& layout, WorkingTree& tree, Lock& lock) {
  if (layout.pytest_pythonpath.empty()) return {};
  const bool is_in_pyproject = layout.dependency_kind == DependencyFile::kPyProject &&
                               (layout.pytest_file.empty() || layout.pytest_file == kPyProject);
  if (!is_in_pyproject) {
    const bool is_generated =
        layout.dependency_kind == DependencyFile::kProjen && layout.pytest_file == kPyProject;
    const std::string file = is_generated                 ? layout.dependency_file
                             : layout.pytest_file.empty() ? "pytest.ini"
                                                          : layout.pytest_file;
    tree.add_finding({.code = "pytest-path",
                      .severity = Severity::kWarning,
                      .message = "pytest cannot import " + layout.import_root + " yet",
                      .remedy = "set `pythonpath = " + layout.pytest_pythonpath + "` in " + file +
                                ", or run the tests with `python -m pytest`",
                      .evidence = {{.file = file}}});
    return {};
  }
  const RepoPath path = MLX_TRY(RepoPath::parse(kPyProject));
  const std::string text = MLX_TRY(tree.read(path)).value_or("");
  PytestEdit edit = MLX_TRY(ensure_pytest_pythonpath(text, path.str(), layout.pytest_pythonpath));
  note_edits(path, edit.origins, lock);
  return tree.write(path, std::move(edit.text), false);
}

}  // namespace mlx
