#include "engine/plan/added_lines.h"

#include <algorithm>
#include <ranges>
#include <set>

#include "engine/manifest/projen/project.h"
#include "engine/plan/find_files.h"
#include "engine/plan/projen_edits.h"
#include "engine/source/enhancement.h"

namespace mlx {
namespace {

/// Beyond that many files without a place for the lines, a person finds it sooner.
constexpr std::size_t kMostFilesSearched = 500;

Result<Enhancement> enhancement_of(const AddedLines& lines, std::string_view path) {
  return read_enhancement(lines.text, path, lines.locations);
}

std::string shown(const Enhancement& enhancement) {
  std::string text;
  for (const std::string& import : enhancement.imports) text += (text.empty() ? "`" : "; `") + import + "`";
  for (const AddedStatement& statement : enhancement.statements) text += "; `" + statement.text + "`";
  return text;
}

Finding place_not_found(const std::string& component, const RepoPath& target,
                        const Enhancement& enhancement) {
  return {.code = "injection-point-not-found",
          .severity = Severity::kWarning,
          .message = component + " adds lines to the function that makes the " + enhancement.constructor +
                     " application, and none was found",
          .remedy =
              "add by hand, where `" + enhancement.variable + "` is your application: " + shown(enhancement),
          .evidence = {{.file = target.str()}}};
}

Finding lines_kept(const std::string& component, const std::string& path, const Enhancement& enhancement) {
  return {.code = "lines-kept",
          .severity = Severity::kWarning,
          .message = "lines that " + component + " added to " + path + " were changed, and stay",
          .remedy = "remove by hand what is left of them: " + shown(enhancement),
          .evidence = {{.file = path}}};
}

Finding changed_lines_kept(const std::string& component, const std::string& path,
                           const Enhancement& enhancement) {
  return {.code = "lines-kept",
          .severity = Severity::kWarning,
          .message = "lines that " + component + " added to " + path + " were changed by you, and stay so",
          .remedy = "the new version adds, where `" + enhancement.variable +
                    "` is the application: " + shown(enhancement),
          .evidence = {{.file = path}}};
}

bool mentions(std::string_view text, const Enhancement& enhancement) {
  for (const std::string& import : enhancement.imports) {
    const auto name = std::string_view(import).substr(import.rfind(' ') + 1);
    if (text.find(name) != std::string_view::npos) return true;
  }
  return false;
}

/// Plans the lines in one file. False if it has no place for them.
Result<bool> add_to(const RepoPath& path, const Enhancement& enhancement, WorkingTree& tree) {
  const auto text = MLX_TRY(tree.read(path));
  if (!text || text->find(enhancement.constructor) == std::string::npos) return false;
  auto extended = insert_enhancement(*text, path.str(), enhancement);
  if (!extended) return false;
  if (*extended != *text) MLX_CHECK(tree.write(path, *std::move(extended), false));
  return true;
}

/// Looks for the application in all modules below the source root, by path.
Result<std::optional<RepoPath>> add_somewhere(const ProjectLayout& layout, const Snapshot& project,
                                              const Enhancement& enhancement, WorkingTree& tree) {
  const FoundFiles modules =
      MLX_TRY(find_files(project, python_below(layout.source_root, kMostFilesSearched)));
  for (const RepoPath& path : modules.paths) {
    if (MLX_TRY(add_to(path, enhancement, tree))) return path;
  }
  return std::nullopt;
}

}  // namespace

Result<void> plan_added_lines(const LinesToAdd& added, const ProjectLayout& layout, const Snapshot& project,
                              WorkingTree& tree, LockedComponent& locked) {
  const Enhancement enhancement = MLX_TRY(enhancement_of(added.lines, added.target.str()));
  std::optional<RepoPath> place;
  if (MLX_TRY(add_to(added.target, enhancement, tree))) place = added.target;
  if (!place) place = MLX_TRY(add_somewhere(layout, project, enhancement, tree));
  if (place) {
    locked.lines.insert_or_assign(place->str(), added.lines);
  } else {
    tree.add_finding(place_not_found(added.component, added.target, enhancement));
  }
  return {};
}

std::string without_added_lines(std::string_view text, const std::string& path,
                                const std::map<std::string, LockedComponent>& components) {
  std::string rest(text);
  for (const auto& [name, component] : components) {
    const auto lines = component.lines.find(path);
    if (lines == component.lines.end()) continue;
    if (const auto enhancement = enhancement_of(lines->second, path))
      rest = remove_enhancement(rest, *enhancement);
  }
  if (path == kProjenProgram) rest = without_component_calls(rest, components);
  return rest;
}

Result<void> restore_added_lines(const Lock& lock, const RepoPath& path, WorkingTree& tree) {
  if (path.str() == kProjenProgram) {
    const auto names = std::views::keys(lock.components);
    return plan_component_calls({names.begin(), names.end()}, tree);
  }
  for (const auto& [name, component] : lock.components) {
    const auto lines = component.lines.find(path.str());
    if (lines == component.lines.end()) continue;
    const Enhancement enhancement = MLX_TRY(enhancement_of(lines->second, path.str()));
    if (!MLX_TRY(add_to(path, enhancement, tree))) tree.add_finding(place_not_found(name, path, enhancement));
  }
  return {};
}

Result<void> restore_added_lines(const Lock& lock, WorkingTree& tree) {
  std::set<std::string> paths;
  for (const auto& [name, component] : lock.components) {
    for (const auto& [path, lines] : component.lines) paths.insert(path);
  }
  for (const std::string& path : paths) {
    const RepoPath place = MLX_TRY(RepoPath::parse(path));
    if (tree.is_planned(place)) MLX_CHECK(restore_added_lines(lock, place, tree));
  }
  return {};
}

Result<void> update_added_lines(const LinesToAdd& added, const LockedComponent& before,
                                const ProjectLayout& layout, const Snapshot& project, WorkingTree& tree,
                                LockedComponent& locked) {
  const auto old = std::ranges::find_if(
      before.lines, [&](const auto& entry) { return entry.second.source == added.lines.source; });
  if (old == before.lines.end()) return plan_added_lines(added, layout, project, tree, locked);
  const auto& [path, lines] = *old;
  locked.lines.insert_or_assign(path, added.lines);
  const RepoPath place = MLX_TRY(RepoPath::parse(path));
  const auto text = MLX_TRY(tree.read(place));
  if (lines == added.lines || !text) return {};
  const Enhancement present = MLX_TRY(enhancement_of(lines, path));
  const Enhancement wanted = MLX_TRY(enhancement_of(added.lines, path));
  const std::string rest = remove_enhancement(*text, present);
  if (mentions(rest, present)) {
    tree.add_finding(changed_lines_kept(added.component, path, wanted));
    return {};
  }
  auto extended = insert_enhancement(rest, path, wanted);
  if (!extended) {
    tree.add_finding(place_not_found(added.component, place, wanted));
    return {};
  }
  return tree.write(place, *std::move(extended), false);
}

Result<void> remove_added_lines(const std::string& name, const LockedComponent& component,
                                WorkingTree& tree) {
  for (const auto& [path, lines] : component.lines) {
    const RepoPath place = MLX_TRY(RepoPath::parse(path));
    const auto text = MLX_TRY(tree.read(place));
    if (!text) continue;
    const Enhancement enhancement = MLX_TRY(enhancement_of(lines, path));
    std::string rest = remove_enhancement(*text, enhancement);
    if (mentions(rest, enhancement)) tree.add_finding(lines_kept(name, path, enhancement));
    if (rest != *text) MLX_CHECK(tree.write(place, std::move(rest), false));
  }
  return {};
}

}  // namespace mlx
