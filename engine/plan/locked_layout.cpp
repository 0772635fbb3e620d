#include "engine/plan/locked_layout.h"

#include <algorithm>
#include <optional>
#include <ranges>
#include <string>
#include <utility>

#include "engine/manifest/source_root.h"

namespace mlx {
namespace {

/// What all components agree on; nothing if they do not, or if it is none: the lock is anybody's text.
std::optional<std::string> common_import_root(const Lock& lock) {
  if (lock.components.empty()) return std::nullopt;
  const std::string& root = lock.components.begin()->second.import_root;
  const bool is_common = std::ranges::all_of(lock.components | std::views::values,
                                             [&](const auto& one) { return one.import_root == root; });
  return is_common && is_dotted_name(root) ? std::optional(root) : std::nullopt;
}

/// Is a module that the lock names still there, below the directory?
Result<bool> holds_modules(const std::string& directory, const Lock& lock, const Snapshot& project) {
  for (const LockedComponent& component : lock.components | std::views::values) {
    for (const std::string& file : component.files | std::views::keys) {
      const RepoPath path = MLX_TRY(RepoPath::parse(file));
      if (!path.is_within(directory) || !file.ends_with(".py")) continue;
      const EntryKind kind = MLX_TRY(project.kind(path));
      if (is_file(kind)) return true;
    }
  }
  return false;
}

Result<std::optional<SourceRoot>> locked_source_root(const Lock& lock, const Snapshot& project) {
  const auto import_root = common_import_root(lock);
  if (!import_root) return std::nullopt;
  const std::string directory = directory_of_import(*import_root);
  for (const std::string& candidate : {"src/" + directory, directory}) {
    const bool is_it = MLX_TRY(holds_modules(candidate, lock, project));
    if (is_it) return SourceRoot{.directory = candidate, .import_root = *import_root};
  }
  return std::nullopt;
}

}  // namespace

Result<ProjectLayout> detect_locked_layout(const Snapshot& project, const ProjectConfiguration& configuration,
                                           const Lock& lock) {
  Result<ProjectLayout> detected = detect_layout(project, configuration);
  const bool is_configured = !configuration.source_root.empty() || !configuration.import_root.empty();
  if (is_configured) return detected;
  const std::optional<SourceRoot> locked = MLX_TRY(locked_source_root(lock, project));
  if (!locked) return detected;
  // Who found it also knows whether it is installed.
  const bool is_the_same =
      detected && detected->source_root == locked->directory && detected->import_root == locked->import_root;
  if (is_the_same) return detected;
  ProjectConfiguration told = configuration;
  told.source_root = locked->directory;
  told.import_root = locked->import_root;
  return detect_layout(project, told);
}

}  // namespace mlx
