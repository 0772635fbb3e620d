#include "engine/plan/rules/room_files.h"

#include <algorithm>
#include <set>

namespace mlx {
namespace {

bool is_yaml(std::string_view path) { return path.ends_with(".yaml") || path.ends_with(".yml"); }

/// `tests/`, at the top or further down, and `test_….py` anywhere.
bool is_test(const RepoPath& path) {
  const std::string& text = path.str();
  const bool is_below = text.starts_with("tests/") || text.starts_with("test/") || text.contains("/tests/");
  return is_below || path.filename().starts_with("test_") || path.filename() == "conftest.py";
}

RoomKind kind_of(const RepoPath& path) {
  if (is_test(path)) return RoomKind::kTest;
  if (path.str().ends_with(".py")) return RoomKind::kCode;
  return is_yaml(path.str()) ? RoomKind::kConfiguration : RoomKind::kOther;
}

bool is_of_another(std::string_view directory, const std::string& component, const Lock& lock) {
  return std::ranges::any_of(lock.components, [&](const auto& entry) {
    if (entry.first == component) return false;
    return std::ranges::any_of(entry.second.files, [&](const auto& file) {
      const auto path = RepoPath::parse(file.first);
      return path && path->is_within(directory);
    });
  });
}

}  // namespace

Result<RoomFiles> room_files(const LockedComponent& component, const Snapshot& project) {
  RoomFiles files;
  for (const auto& [path, locked] : component.files) {
    if (locked.source.empty()) continue;
    const RepoPath place = MLX_TRY(RepoPath::parse(path));
    if (is_file(MLX_TRY(project.kind(place)))) files[kind_of(place)].push_back(place);
  }
  return files;
}

std::vector<std::string> places_of(const std::vector<RepoPath>& files, const std::string& component,
                                   const Lock& lock) {
  // A directory counts below the first level only: `src` and `conf` are the project's.
  std::set<std::string> directories;
  std::vector<std::string> places;
  for (const RepoPath& file : files) {
    const std::string parent(file.parent());
    const bool is_own = parent.contains('/') && !is_of_another(parent, component, lock);
    if (is_own) {
      directories.insert(parent);
    } else {
      places.push_back(file.str());
    }
  }
  for (const std::string& directory : directories) {
    const bool is_inside = std::ranges::any_of(directories, [&](const std::string& other) {
      return directory.size() > other.size() && directory.starts_with(other + "/");
    });
    if (!is_inside) places.push_back(directory + "/");
  }
  std::ranges::sort(places);
  return places;
}

std::string module_of(const RepoPath& file, const ProjectLayout& layout) {
  const bool is_inside = file.is_within(layout.source_root);
  std::string name =
      is_inside ? layout.import_root + file.str().substr(layout.source_root.size()) : file.str();
  if (name.ends_with(".py")) name.resize(name.size() - 3);
  constexpr std::string_view kPackage = "/__init__";
  if (name.ends_with(kPackage)) name.resize(name.size() - kPackage.size());
  std::ranges::replace(name, '/', '.');
  return name;
}

}  // namespace mlx
