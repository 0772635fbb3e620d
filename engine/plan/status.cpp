#include "engine/plan/status.h"

#include "engine/base/suggest.h"
#include "engine/plan/added_lines.h"

namespace mlx {
namespace {

/// Is the file as it was injected, but for lines that other components added?
Result<bool> is_pristine(const Snapshot& project, const RepoPath& path, const LockedFile& file,
                         const Lock& lock) {
  const std::string text = MLX_TRY(project.read(path));
  if (BlobId::of(text) == file.base) return true;
  return BlobId::of(without_added_lines(text, path.str(), lock.components)) == file.base;
}

Result<ComponentStatus> component_status(const std::string& name, const LockedComponent& locked,
                                         const Lock& lock, const Snapshot& project,
                                         const Registries& registries, const DeclaredNames& declared) {
  ComponentStatus status{.name = name, .version = locked.version};
  for (const auto& [path, file] : locked.files) {
    const RepoPath place = MLX_TRY(RepoPath::parse(path));
    const EntryKind kind = MLX_TRY(project.kind(place));
    const bool is_changed =
        kind == EntryKind::kSymlink || (is_file(kind) && !MLX_TRY(is_pristine(project, place, file, lock)));
    if (is_changed) {
      status.changed_files.push_back(path);
    } else if (!is_file(kind)) {
      status.missing_files.push_back(path);
    }
  }
  // A registry that is not configured any more may have moved to be the default one.
  const std::string from = registries.name_of(locked.registry).value_or("");
  const Registry& registry = *MLX_TRY(registries.registry(from));
  const auto item = registry.item(name);
  if (!item) {
    status.unmet = unmet_requirements(locked, nullptr, declared);
    return status;
  }
  status.latest = item->version;
  const Component component = MLX_TRY(registry.component(name));
  // Another version's requirements are not this one's.
  const bool is_its_own = component.version == locked.version;
  status.unmet = unmet_requirements(locked, is_its_own ? &component : nullptr, declared);
  for (const auto& [required, range] : component.requirements.components) {
    if (!lock.components.contains(required)) status.missing_requirements.push_back(required);
  }
  return status;
}

}  // namespace

Result<Lock> read_project_lock(const Snapshot& project) {
  const auto text = MLX_TRY(read_if_present(project, MLX_TRY(RepoPath::parse(Lock::kPath))));
  return text ? read_lock(*text) : Lock{};
}

Error not_installed(const std::string& name, const Lock& lock) {
  std::vector<std::string> installed;
  installed.reserve(lock.components.size());
  for (const auto& [other, component] : lock.components) installed.push_back(other);
  return {ErrorCode::kNotFound,
          "`" + name + "` is not installed" + did_you_mean(name, installed) + "; `mlx status` shows what is"};
}

Result<ProjectStatus> project_status(const Snapshot& project, const Registries& registries) {
  const Lock lock = MLX_TRY(read_project_lock(project));
  const DeclaredNames declared = MLX_TRY(read_declared_names(project));
  ProjectStatus status{.registry = MLX_TRY(registries.registry(""))->name(), .components = {}};
  for (const auto& [name, locked] : lock.components) {
    status.components.push_back(MLX_TRY(component_status(name, locked, lock, project, registries, declared)));
  }
  return status;
}

}  // namespace mlx
