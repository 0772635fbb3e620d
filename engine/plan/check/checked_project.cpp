#include "engine/plan/check/checked_project.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>

#include "engine/compat/read_configuration.h"
#include "engine/compat/read_party.h"
#include "engine/index/memory_snapshot.h"
#include "engine/manifest/configuration.h"
#include "engine/manifest/pytest_configuration.h"
#include "engine/plan/check/needed_modules.h"
#include "engine/plan/locked_layout.h"
#include "engine/plan/render_template.h"
#include "engine/plan/status.h"
#include "engine/plan/update/locked_release.h"

namespace mlx {
namespace {

/// The files of a component that the project does not have, as they would be injected.
struct Candidate {
  MemorySnapshot files;
  std::optional<RepoIndex> index;
  std::optional<Platform> platform;
};

class ProjectReader final : public CheckedProject {
 public:
  ProjectReader(const Snapshot& project, const Registries& registries)
      : project_(project), registries_(registries) {}

  Result<void> run(IndexCache& cache, const CheckScope& scope) {
    configuration_ =
        scope.configuration != nullptr ? *scope.configuration : MLX_TRY(read_configuration(project_));
    lock_ = MLX_TRY(read_project_lock(project_));
    index_ =
        std::make_unique<RepoIndex>(MLX_TRY(RepoIndex::build(project_, cache, source_roots(configuration_))));
    std::vector<Finding> unread;
    platform_ = std::make_unique<Platform>(MLX_TRY(read_platform(project_, *index_, configuration_, unread)));
    MLX_CHECK(read_surroundings());
    read_project(scope);
    for (const std::string& name : scope.candidates) MLX_CHECK(read_candidate(name, cache));
    std::ranges::sort(facts_.components, {}, &Party::name);
    facts_.hidden_options = find_hidden_options(*platform_);
    facts_.needed_modules = find_needed_modules(*platform_, facts_, lock_, registries_);
    return {};
  }

  [[nodiscard]] const CompatFacts& facts() const override { return facts_; }
  [[nodiscard]] const Lock& lock() const override { return lock_; }
  [[nodiscard]] const RepoIndex& index() const override { return *index_; }

 private:
  /// What is neither code nor a component.
  Result<void> read_surroundings() {
    for (const auto& [name, locked] : platform_->locked) {
      // The platform keeps what a lock file pins as the lowest version that it was made with.
      const std::string& specifier = locked.requirement.specifier;
      if (specifier.starts_with(">=")) facts_.locked_versions.emplace(name, specifier.substr(2));
    }
    for (const char* file : {"pyproject.toml", "requirements.txt", "setup.py", "setup.cfg"}) {
      if (index_->has_file(file) && facts_.project_file.file.empty()) facts_.project_file.file = file;
    }
    if (index_->has_file(Lock::kPath)) facts_.lock_file.file = Lock::kPath;
    facts_.has_compose_file = !platform_->services.empty();
    facts_.imports_tests_by_path = MLX_TRY(find_pytest_configuration(project_)).uses_importlib;
    // A registry that cannot be reached is no reason to say nothing of the project.
    for (const std::string& name : registries_.names()) {
      const auto registry = registries_.registry(name);
      if (!registry) continue;
      for (const RegistryItem& item : (*registry)->items()) facts_.known_components.insert(item.name);
    }
    return {};
  }

  void read_project(const CheckScope& scope) {
    std::set<std::string> own;
    for (const IndexedFile& file : index_->files()) own.insert(file.path.str());
    for (const auto& [name, locked] : lock_.components) {
      PartyFiles files{.name = name, .paths = {}};
      for (const auto& [path, file] : locked.files) {
        if (own.erase(path) != 0) files.paths.insert(path);
      }
      if (scope.reads_releases) {
        auto release = locked_release(name, locked, registries_);
        if (release) files.component = std::move(release->component);
      }
      facts_.components.push_back(read_party(*platform_, std::move(files)));
    }
    facts_.project = read_party(*platform_, {.name = {}, .paths = std::move(own)});
    add_manifests(*platform_, facts_.project);
  }

  Result<void> read_candidate(const std::string& text, IndexCache& cache) {
    const FoundComponent found = MLX_TRY(registries_.find(MLX_TRY(ComponentName::parse(text))));
    const bool is_there = facts_.find(found.name.name) != nullptr;
    if (is_there) return {};
    const Release release =
        MLX_TRY(found.registry->current_release(MLX_TRY(found.registry->component(found.name.name))));
    const ProjectLayout layout = MLX_TRY(detect_locked_layout(project_, configuration_, lock_));
    auto candidate = std::make_unique<Candidate>();
    PartyFiles files{
        .name = release.component.name, .paths = {}, .component = release.component, .project = index_.get()};
    const auto& provided = release.component.provides.modules;
    std::map<std::string, BlobId> blobs;
    for (const ComponentFile& file : release.component.files) {
      if (file.merge == MergeStrategy::kEnhance) continue;
      const RepoPath target = MLX_TRY(target_in_project(release.component, file, layout));
      std::string rendered =
          MLX_TRY(render_file(release, file, target, layout.import_root, {provided.begin(), provided.end()}));
      files.paths.insert(target.str());
      blobs.emplace(target.str(), BlobId::of(rendered));
      candidate->files.put(target.str(), {.bytes = std::move(rendered)});
    }
    // Its files import each other as the project will, also where only the layout tells how.
    ProjectConfiguration configuration = configuration_;
    configuration.source_root = layout.source_root;
    configuration.import_root = layout.import_root;
    const RepoIndex& index = candidate->index.emplace(
        MLX_TRY(RepoIndex::build(candidate->files, cache, source_roots(configuration))));
    std::vector<Finding> unread;
    const Platform& platform =
        candidate->platform.emplace(MLX_TRY(read_platform(candidate->files, index, configuration_, unread)));
    Party party = read_party(platform, std::move(files));
    party.is_installed = false;
    for (auto& [path, blob] : party.files) {
      blob = blobs.at(path);
      MLX_CHECK(name_content(path));
    }
    candidates_.push_back(std::move(candidate));
    facts_.components.push_back(std::move(party));
    // What it requires would come with it. Of what cannot be had the rules tell.
    for (const auto& [required, range] : release.component.requirements.components) {
      const auto also = registries_.find_required(required, found.name.registry);
      if (also) MLX_CHECK(read_candidate(to_string(also->name), cache));
    }
    return {};
  }

  /// What the project has at a path where a candidate has a file.
  Result<void> name_content(const std::string& path) {
    const auto file = facts_.project.files.find(path);
    if (file == facts_.project.files.end() || file->second) return {};
    file->second = MLX_TRY(project_.blob_id(MLX_TRY(RepoPath::parse(path))));
    return {};
  }

  const Snapshot& project_;
  const Registries& registries_;
  ProjectConfiguration configuration_;
  Lock lock_;
  std::unique_ptr<RepoIndex> index_;
  std::unique_ptr<Platform> platform_;
  std::vector<std::unique_ptr<Candidate>> candidates_;
  CompatFacts facts_;
};

}  // namespace

Result<std::unique_ptr<CheckedProject>> CheckedProject::read(const Snapshot& project, IndexCache& cache,
                                                             const Registries& registries,
                                                             const CheckScope& scope) {
  auto reader = std::make_unique<ProjectReader>(project, registries);
  MLX_CHECK(reader->run(cache, scope));
  return reader;
}

}  // namespace mlx
