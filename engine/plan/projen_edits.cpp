#include "engine/plan/projen_edits.h"

#include <algorithm>
#include <utility>

#include "engine/manifest/dependency_target.h"
#include "engine/manifest/projen/calls.h"
#include "engine/manifest/projen/project.h"
#include "engine/manifest/pyproject.h"
#include "engine/plan/left_to_tools.h"

namespace mlx {
namespace {

constexpr std::string_view kModules = "projenrc";  ///< what a program imports its own classes from

/// The program, if it makes an MLXProject and can be read.
std::optional<ProjenProgram> component_program(std::string_view text) {
  auto program = read_projen_program(std::string(text), std::string(kProjenProgram));
  if (!program || !declares_components(*program)) return std::nullopt;
  return *std::move(program);
}

Finding call_by_hand(const std::string& component) {
  return {.code = "projenrc-by-hand",
          .severity = Severity::kWarning,
          .message = std::string(kProjenProgram) + " cannot be edited, so " + component + " gets no tasks",
          .remedy = "add `project.add_mlx_component(" + python_string(component) +
                    ")` before `project.synth()`, then run `npx projen`",
          .evidence = {{.file = std::string(kProjenProgram)}}};
}

std::string method_for(const DependencyAddition& addition, bool is_python) {
  if (is_python) return addition.group.empty() ? "add_dependency" : "add_dev_dependency";
  return addition.group.empty() ? "addDependency" : "addDevDependency";
}

/// What nothing in the generated pyproject.toml is enough for.
template <typename IsEnough>
Result<std::vector<DependencyAddition>> missing_in_generated(const std::vector<DependencyAddition>& additions,
                                                             const WorkingTree& tree, IsEnough is_enough) {
  const RepoPath path = MLX_TRY(RepoPath::parse("pyproject.toml"));
  const auto text = MLX_TRY(tree.read(path));
  if (!text) return additions;
  const PyProject generated = MLX_TRY(read_pyproject(*text, path.str()));
  std::vector<DependencyAddition> missing;
  std::ranges::copy_if(additions, std::back_inserter(missing), [&](const DependencyAddition& addition) {
    return std::ranges::none_of(generated.dependencies, [&](const DeclaredDependency& declared) {
      return is_enough(declared, addition);
    });
  });
  return missing;
}

}  // namespace

Finding edit_by_hand(const std::string& program, const Error& reason,
                     const std::vector<DependencyAddition>& missing) {
  const bool is_python = program.ends_with(".py");
  std::string lines;
  for (const DependencyAddition& addition : missing) {
    lines += (lines.empty() ? "" : "; ") + ("`project." + method_for(addition, is_python)) + "(" +
             python_string(render(addition.requirement)) + ")`";
  }
  return {.code = "projenrc-by-hand",
          .severity = Severity::kError,
          .message = "dependencies are declared in " + program + ", which MLX cannot edit: " + reason.message,
          .remedy = "add there, before `project.synth()`: " + lines + "; then run `npx projen` and ask again",
          .evidence = {{.file = reason.location.file.empty() ? program : reason.location.file,
                        .line = reason.location.line}}};
}

Finding change_by_hand(const std::string& program, const Error& reason,
                       const std::vector<DependencyAddition>& wanted) {
  Finding finding = edit_by_hand(program, reason, wanted);
  std::string names;
  for (const DependencyAddition& one : wanted)
    names += (names.empty() ? "`" : ", `") + render(one.requirement) + "`";
  finding.remedy = "write them there as " + names + "; then run `npx projen` and ask again";
  return finding;
}

Result<std::vector<DependencyAddition>> undeclared_in_generated(
    const std::vector<DependencyAddition>& additions, const WorkingTree& tree) {
  return missing_in_generated(additions, tree, satisfies);
}

Result<std::vector<DependencyAddition>> unwritten_in_generated(const std::vector<DependencyAddition>& wanted,
                                                               const WorkingTree& tree) {
  return missing_in_generated(
      wanted, tree, [](const DeclaredDependency& declared, const DependencyAddition& one) {
        return satisfies(declared, one) && render(declared.requirement) == render(one.requirement);
      });
}

Result<void> plan_component_calls(const std::vector<std::string>& components, WorkingTree& tree) {
  const RepoPath path = MLX_TRY(RepoPath::parse(kProjenProgram));
  const auto before = MLX_TRY(tree.read(path));
  if (!before) return {};
  std::string text = *before;
  for (const std::string& component : components) {
    if (const auto program = component_program(text)) {
      text = MLX_TRY(add_projen_component(*program, component));
    } else if (text.contains("MLXProject")) {
      tree.add_finding(call_by_hand(component));
    }
  }
  if (text == *before) return {};
  return tree.write(path, std::move(text), false);
}

Result<void> remove_component_call(const std::string& component, WorkingTree& tree) {
  const RepoPath path = MLX_TRY(RepoPath::parse(kProjenProgram));
  const auto text = MLX_TRY(tree.read(path));
  if (!text) return {};
  const auto program = component_program(*text);
  if (!program) return {};
  std::string rest = MLX_TRY(remove_projen_component(*program, component));
  if (rest == *text) return {};
  return tree.write(path, std::move(rest), false);
}

std::string without_component_calls(std::string_view text,
                                    const std::map<std::string, LockedComponent>& components) {
  std::string rest(text);
  for (const auto& [name, component] : components) {
    const auto program = component_program(rest);
    if (!program) return rest;
    rest = remove_projen_component(*program, name).value_or(rest);
  }
  return rest;
}

Result<void> note_pending_synth(WorkingTree& tree) {
  const bool is_changed = std::ranges::any_of(tree.planned(), [](const auto& entry) {
    const bool is_read = entry.first.str() == kProjenProgram || entry.first.is_within(kModules);
    return is_read && entry.second.before != entry.second.after;
  });
  if (!is_changed || !MLX_TRY(tree.read(MLX_TRY(RepoPath::parse(kProjenProgram))))) return {};
  const bool loses_modules = std::ranges::any_of(tree.planned(), [](const auto& entry) {
    return entry.first.is_within(kModules) && entry.second.before && !entry.second.after;
  });
  if (loses_modules) {
    tree.add_finding(
        {.code = "program-left",
         .severity = Severity::kWarning,
         .message = std::string(kProjenProgram) +
                    " stays, for you changed it, and cannot be run any more: what it imports goes",
         .remedy = "delete it, or let it make one of projen's own projects",
         .evidence = {{.file = std::string(kProjenProgram)}}});
    return {};
  }
  // npx finds its way by what the first synth has made.
  const bool is_first = !MLX_TRY(tree.read(MLX_TRY(RepoPath::parse(".projen/tasks.json"))));
  const std::string command = is_first ? "uv run .projenrc.py" : "npx projen";
  tree.add_finding({.code = std::string(kSynthPending),
                    .severity = Severity::kWarning,
                    .message = "what projen generates does not have this change yet",
                    .remedy = "run `" + command + "` and commit what it changes together with this",
                    .evidence = {{.file = std::string(kProjenProgram)}}});
  return {};
}

}  // namespace mlx
