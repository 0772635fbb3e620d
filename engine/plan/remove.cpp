#include "engine/plan/remove.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/manifest/configuration.h"
#include "engine/manifest/projen/project.h"
#include "engine/plan/added_lines.h"
#include "engine/plan/locked_layout.h"
#include "engine/plan/needs.h"
#include "engine/plan/projen_edits.h"
#include "engine/plan/remove_manifests.h"
#include "engine/plan/status.h"
#include "engine/plan/working_tree.h"

namespace mlx {
namespace {

Finding required_by(const std::string& name, const std::vector<std::string>& dependents) {
  std::string list;
  std::string command = "mlx remove " + name;
  for (const std::string& dependent : dependents) {
    list += (list.empty() ? "" : ", ") + dependent;
    command += " " + dependent;
  }
  return {.code = "required-by",
          .severity = Severity::kError,
          .message = name + " is required by " + list +
                     (dependents.size() == 1 ? ", which is" : ", which are") + " installed",
          .remedy = "remove them together: `" + command + "`",
          .evidence = {{.file = std::string(Lock::kPath)}}};
}

Finding file_kept(const std::string& path, const std::string& component, bool is_regular) {
  return {.code = "file-kept",
          .severity = Severity::kWarning,
          .message = path + " stays: " +
                     (is_regular ? "you changed it since " + component + " brought it"
                                 : "it is no regular file, which " + component + " brought"),
          .remedy = is_regular ? "delete it yourself, or ask again with --force" : "delete it yourself",
          .evidence = {{.file = path}}};
}

/// One run of plan_remove().
class RemovePlanner {
 public:
  RemovePlanner(const RemoveRequest& request, const Registries* registries, const Snapshot& project,
                Lock lock)
      : request_(request),
        registries_(registries),
        project_(project),
        lock_(std::move(lock)),
        tree_(project) {}

  Result<ChangePlan> plan() {
    const Lock lock_before = lock_;
    MLX_CHECK(take_out_components());
    const Needs needs =
        MLX_TRY(Needs::of(lock_.components, {.registries = registries_, .project = project_}));
    bool is_free = true;
    for (const auto& [name, component] : removed_)
      is_free = check_dependents(name, component, needs) && is_free;
    if (!is_free) return tree_.take_plan("");

    const ProjectLayout layout =
        MLX_TRY(detect_locked_layout(project_, MLX_TRY(read_configuration(project_)), lock_before));
    for (const auto& [name, component] : removed_) {
      for (const auto& [path, file] : component.files) MLX_CHECK(remove_file(name, path, file));
    }
    for (const auto& [name, component] : removed_) {
      MLX_CHECK(remove_added_lines(name, component, tree_));
      MLX_CHECK(remove_component_call(name, tree_));
    }
    MLX_CHECK(remove_markers());
    const RemovalContext context{.removed = removed_, .needs = needs, .lock = lock_, .tree = tree_};
    MLX_CHECK(plan_dependency_removal(context, layout));
    MLX_CHECK(plan_environment_removal(context));
    MLX_CHECK(plan_test_path_removal(context));
    MLX_CHECK(note_pending_synth(tree_));
    MLX_CHECK(write_or_remove_lock());
    return tree_.take_plan(layout.dependency_file);
  }

 private:
  Result<void> take_out_components() {
    for (const std::string& name : std::set(request_.components.begin(), request_.components.end())) {
      auto component = lock_.components.extract(name);
      if (component.empty()) return std::unexpected(not_installed(name, lock_));
      tree_.removal().components.push_back({.name = name, .version = component.mapped().version});
      removed_.insert(std::move(component));
    }
    return {};
  }

  bool check_dependents(const std::string& name, const LockedComponent& component, const Needs& needs) {
    const std::vector<std::string> dependents = needs.dependents_of(name, component);
    if (!dependents.empty()) tree_.add_finding(required_by(name, dependents));
    return dependents.empty();
  }

  [[nodiscard]] bool is_listed_elsewhere(const std::string& path) const {
    return std::ranges::any_of(lock_.components,
                               [&](const auto& entry) { return entry.second.files.contains(path); });
  }

  /// The lines of components that go too are no change of the user's.
  [[nodiscard]] Result<bool> is_as_injected(const RepoPath& place, const LockedFile& file) const {
    const std::string text = MLX_TRY(project_.read(place));
    if (BlobId::of(text) == file.base) return true;
    const std::string plain = without_added_lines(text, place.str(), removed_);
    if (BlobId::of(plain) == file.base) return true;
    // With the program go the declarations of the components that stay.
    return place.str() == kProjenProgram &&
           BlobId::of(without_component_calls(plain, lock_.components)) == file.base;
  }

  Result<void> remove_file(const std::string& component, const std::string& path, const LockedFile& file) {
    if (is_listed_elsewhere(path)) return {};
    const RepoPath place = MLX_TRY(RepoPath::parse(path));
    const EntryKind kind = MLX_TRY(project_.kind(place));
    if (kind == EntryKind::kAbsent) return {};
    const bool is_pristine = is_file(kind) && MLX_TRY(is_as_injected(place, file));
    if (!is_file(kind) || (!is_pristine && !request_.force)) {
      tree_.removal().kept_files.push_back(path);
      tree_.add_finding(file_kept(path, component, is_file(kind)));
      return {};
    }
    if (!is_pristine) tree_.removal().changed_files.push_back(path);
    // What makes a directory a package waits until it is known whether anything else is in it.
    if (file.source.empty()) {
      markers_.emplace(path, file);
      return {};
    }
    return tree_.remove(place);
  }

  Result<void> remove_markers() {
    for (const auto& [path, file] : markers_) {
      const RepoPath place = MLX_TRY(RepoPath::parse(path));
      const bool is_alone = !MLX_TRY(has_other_files(std::string(place.parent()), path));
      if (is_alone) {
        MLX_CHECK(tree_.remove(place));
        continue;
      }
      const auto owner = std::ranges::find_if(lock_.components, [&](const auto& entry) {
        return std::ranges::any_of(entry.second.files, [&](const auto& other) {
          const auto other_place = RepoPath::parse(other.first);
          return other_place && other_place->is_within(place.parent());
        });
      });
      if (owner != lock_.components.end()) owner->second.files.emplace(path, file);
    }
    return {};
  }

  /// Will there be anything in the directory but the marker, and what Python leaves behind?
  Result<bool> has_other_files(const std::string& directory, const std::string& marker) {
    for (const Entry& entry : MLX_TRY(project_.children(directory))) {
      const std::string path = directory.empty() ? entry.name : directory + "/" + entry.name;
      if (path == marker || entry.name == "__pycache__") continue;
      if (entry.kind == EntryKind::kDirectory) {
        if (MLX_TRY(has_other_files(path, marker))) return true;
        continue;
      }
      const auto place = RepoPath::parse(path);
      const bool goes = place && tree_.is_planned(*place) && !MLX_TRY(tree_.read(*place));
      if (!goes) return true;
    }
    return false;
  }

  Result<void> write_or_remove_lock() {
    const RepoPath path = MLX_TRY(RepoPath::parse(Lock::kPath));
    return lock_.components.empty() ? tree_.remove(path) : tree_.write(path, write_lock(lock_), false);
  }

  const RemoveRequest& request_;
  const Registries* registries_;
  const Snapshot& project_;
  Lock lock_;  ///< with the components that stay
  std::map<std::string, LockedComponent> removed_;
  std::map<std::string, LockedFile> markers_;
  WorkingTree tree_;
};

}  // namespace

Result<ChangePlan> plan_remove(const RemoveRequest& request, const Registries* registries,
                               const Snapshot& project) {
  Lock lock = MLX_TRY(read_project_lock(project));
  return RemovePlanner(request, registries, project, std::move(lock)).plan();
}

}  // namespace mlx
