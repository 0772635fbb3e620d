#include "engine/plan/check/conflicts_ahead.h"

#include <algorithm>
#include <optional>
#include <variant>
#include <vector>

#include "engine/plan/status.h"
#include "engine/plan/update/update.h"
#include "engine/source/python_module.h"

namespace mlx {
namespace {

/// The components that have one of the paths among their files and a newer version in their registry.
std::vector<std::string> outdated_components(const Lock& lock, const ProjectChange& change,
                                             const Registries& registries) {
  std::vector<std::string> names;
  for (const auto& [name, locked] : lock.components) {
    const bool is_touched = std::ranges::any_of(
        locked.files, [&](const auto& file) { return change.paths.contains(file.first); });
    if (!is_touched) continue;
    const auto registry = registry_of(locked, registries);
    const auto item = registry ? (*registry)->item(name) : std::unexpected(registry.error());
    if (item && item->version > locked.version) names.push_back(name);
  }
  return names;
}

/// Nothing if the update cannot be planned: that is for whoever asks for it to hear.
std::optional<ChangePlan> planned_update(const std::string& component, const Snapshot& project,
                                         const Registries& registries) {
  auto plan = plan_update({.choice = {.components = {component}}}, registries, project, nullptr);
  if (!plan || plan->is_blocked()) return std::nullopt;
  return *std::move(plan);
}

/// The line of the user's file at which the first conflict begins; 0 if it has no lines there.
std::size_t first_line(const FileConflict& conflict) {
  if (!conflict.ours) return 0;
  for (const auto& piece : conflict.merged.pieces()) {
    const auto* part = std::get_if<MergeConflict>(&piece);
    if (part == nullptr || part->ours.empty()) continue;
    const auto at = conflict.ours->find(part->ours);
    if (at == std::string::npos) return 0;
    return 1 + static_cast<std::size_t>(std::count(
                   conflict.ours->begin(), conflict.ours->begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  }
  return 0;
}

/// `create_app`, that a line of a Python file belongs to; empty if it is in none, or in another language.
std::string symbol_at(const FileConflict& conflict, std::size_t line) {
  if (!conflict.path.str().ends_with(".py") || line == 0) return {};
  std::string name;
  for (const PythonSymbol& symbol : read_python_module(*conflict.ours).symbols) {
    if (symbol.kind != PythonSymbolKind::kVariable && symbol.line <= line + 1) name = symbol.name;
  }
  return name;
}

RuleFinding conflict_ahead(const FileConflict& conflict, const UpdatedComponent& component) {
  const std::string& path = conflict.path.str();
  const std::size_t line = first_line(conflict);
  const std::string symbol = symbol_at(conflict, line);
  const std::string where = symbol.empty() ? path : "`" + symbol + "` in " + path;
  return {.finding = {.code = "conflict-ahead",
                      .severity = Severity::kWarning,
                      .message = where + " is changed by " + component.name + " " + to_string(component.to) +
                                 " too, in the same place: the update will leave a conflict there",
                      .remedy = "`mlx update " + component.name +
                                "` first, or keep your own lines in a function or a file of your own",
                      .evidence = {{.file = path, .line = line}}},
          .subject = component.name + " " + path,
          .components = {component.name}};
}

}  // namespace

Result<RuleFindings> conflicts_ahead(const ProjectChange& change, const Registries& registries) {
  const Lock lock = MLX_TRY(read_project_lock(change.after));
  RuleFindings findings;
  for (const std::string& name : outdated_components(lock, change, registries)) {
    const auto after = planned_update(name, change.after, registries);
    if (!after || after->update.conflicts.empty()) continue;
    const auto before = planned_update(name, change.before, registries);
    for (const UpdatedComponent& component : after->update.components) {
      for (const FileConflict& conflict : after->update.conflicts) {
        const std::string& path = conflict.path.str();
        const bool was_there = before && before->update.conflict_in(path) != nullptr;
        if (conflict.component != component.name || was_there || !change.paths.contains(path)) continue;
        findings.push_back(conflict_ahead(conflict, component));
      }
    }
  }
  return findings;
}

}  // namespace mlx
