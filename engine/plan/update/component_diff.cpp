#include "engine/plan/update/component_diff.h"

#include <algorithm>
#include <ranges>

#include "engine/manifest/configuration.h"
#include "engine/merge/line_diff.h"
#include "engine/plan/added_lines.h"
#include "engine/plan/locked_layout.h"
#include "engine/plan/render_template.h"
#include "engine/plan/status.h"
#include "engine/plan/update/file_pairs.h"

namespace mlx {
namespace {

/// One run of component_differences().
class Comparison {
 public:
  Comparison(const Registries& registries, const Snapshot& project, const BlobSource* blobs, Lock lock,
             ProjectLayout layout)
      : registries_(registries),
        project_(project),
        blobs_(blobs),
        lock_(std::move(lock)),
        layout_(std::move(layout)) {
    for (const auto& [name, locked] : lock_.components) {
      const auto& release = releases_.emplace(name, locked_release(name, locked, registries_)).first->second;
      if (!release) continue;
      const auto& provided = release->component.provides.modules;
      modules_.insert(provided.begin(), provided.end());
    }
  }

  [[nodiscard]] Result<ComponentDifference> compare(const std::string& name) const {
    const LockedComponent& locked = lock_.components.at(name);
    ComponentDifference found{.name = name, .version = locked.version};
    const std::optional<Release>& before = releases_.at(name);
    const auto registry = registry_of(locked, registries_);
    const auto component = registry ? (*registry)->component(name) : std::unexpected(registry.error());
    std::optional<Release> after;
    if (component) {
      found.latest = component->version;
      after = MLX_TRY((*registry)->current_release(*component));
    }
    for (const auto& [path, file] : locked.files) {
      if (!file.source.empty()) MLX_CHECK(compare_own(path, file, locked, before, found));
    }
    if (after && before && after->component.version != locked.version)
      MLX_CHECK(compare_upstream(locked, before, *after, found));
    return found;
  }

 private:
  [[nodiscard]] Result<std::optional<std::string>> base_of(const std::string& path, const LockedFile& file,
                                                           const LockedComponent& locked,
                                                           const std::optional<Release>& before) const {
    return pristine_base(path, file, locked.import_root,
                         {.release = before, .modules = modules_, .blobs = blobs_});
  }

  Result<void> compare_own(const std::string& path, const LockedFile& file, const LockedComponent& locked,
                           const std::optional<Release>& before, ComponentDifference& found) const {
    RepoPath place = MLX_TRY(RepoPath::parse(path));
    std::optional<std::string> ours;
    if (is_file(MLX_TRY(project_.kind(place)))) {
      ours = without_added_lines(MLX_TRY(project_.read(place)), path, lock_.components);
      if (BlobId::of(*ours) == file.base) return {};
    }
    auto base = MLX_TRY(base_of(path, file, locked, before));
    if (!base) {
      found.without_base.push_back(path);
      return {};
    }
    if (!ours) {
      if (auto moved = MLX_TRY(find_moved_file(path, *base, lock_, project_))) {
        place = *std::move(moved);
        ours = MLX_TRY(project_.read(place));
      }
    }
    found.yours.push_back({.path_before = path,
                           .path_after = place.str(),
                           .before = std::move(base),
                           .after = std::move(ours)});
    return {};
  }

  Result<void> compare_upstream(const LockedComponent& locked, const std::optional<Release>& before,
                                const Release& after, ComponentDifference& found) const {
    const FilePairs pairs = pair_files(locked, before, after);
    for (const FilePair& pair : pairs.old) {
      auto base = MLX_TRY(base_of(pair.path, pair.locked, locked, before));
      if (!base) continue;  // was said of the user's side
      FileDifference difference{
          .path_before = pair.path, .path_after = pair.path, .before = std::move(base), .after = {}};
      if (pair.file != nullptr) {
        const RepoPath target = MLX_TRY(target_in_project(after.component, *pair.file, layout_));
        if (pair.is_moved()) difference.path_after = target.str();
        difference.after = MLX_TRY(rendered(after, *pair.file, target));
      }
      const bool differs =
          difference.before != difference.after || difference.path_before != difference.path_after;
      if (differs) found.upstream.push_back(std::move(difference));
    }
    for (const ComponentFile* file : pairs.added) {
      const RepoPath target = MLX_TRY(target_in_project(after.component, *file, layout_));
      std::string text = MLX_TRY(rendered(after, *file, target));
      found.upstream.push_back(
          {.path_before = target.str(), .path_after = target.str(), .before = {}, .after = std::move(text)});
    }
    return {};
  }

  [[nodiscard]] Result<std::string> rendered(const Release& release, const ComponentFile& file,
                                             const RepoPath& target) const {
    std::set<std::string> modules = modules_;
    const auto& own = release.component.provides.modules;
    modules.insert(own.begin(), own.end());
    return render_file(release, file, target, layout_.import_root, modules);
  }

  const Registries& registries_;
  const Snapshot& project_;
  const BlobSource* blobs_;
  Lock lock_;
  ProjectLayout layout_;
  std::map<std::string, std::optional<Release>> releases_;  ///< that the lock has
  std::set<std::string> modules_;
};

}  // namespace

Result<std::vector<ComponentDifference>> component_differences(const std::vector<std::string>& names,
                                                               const Registries& registries,
                                                               const Snapshot& project,
                                                               const BlobSource* blobs) {
  Lock lock = MLX_TRY(read_project_lock(project));
  std::vector<std::string> wanted = names;
  if (wanted.empty()) std::ranges::copy(lock.components | std::views::keys, std::back_inserter(wanted));
  for (const std::string& name : wanted) {
    if (!lock.components.contains(name)) return std::unexpected(not_installed(name, lock));
  }
  if (wanted.empty()) return std::vector<ComponentDifference>();
  ProjectLayout layout = MLX_TRY(detect_locked_layout(project, MLX_TRY(read_configuration(project)), lock));
  const Comparison comparison(registries, project, blobs, std::move(lock), std::move(layout));
  std::vector<ComponentDifference> found;
  found.reserve(wanted.size());
  for (const std::string& name : wanted) found.push_back(MLX_TRY(comparison.compare(name)));
  return found;
}

std::string unified_diff(const std::vector<FileDifference>& differences) {
  std::string text;
  for (const FileDifference& one : differences) {
    std::string diff = unified_diff(one.before ? one.path_before : "", one.after ? one.path_after : "",
                                    one.before.value_or(""), one.after.value_or(""));
    // A move alone has no lines to show.
    if (diff.empty()) diff = "rename from " + one.path_before + "\nrename to " + one.path_after + "\n";
    text += diff;
  }
  return text;
}

}  // namespace mlx
