#include "engine/plan/extract.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/index/directory_view.h"

namespace mlx {
namespace {

/// Every file below a directory of the catalogue.
Result<std::vector<std::string>> files_below(const Snapshot& catalogue, const std::string& directory) {
  std::vector<std::string> files;
  std::vector<std::string> todo = {directory};
  while (!todo.empty()) {
    const std::string current = std::move(todo.back());
    todo.pop_back();
    for (const Entry& entry : MLX_TRY(catalogue.children(current))) {
      std::string path = current + "/" + entry.name;
      if (entry.kind == EntryKind::kDirectory) {
        todo.push_back(std::move(path));
      } else if (is_file(entry.kind)) {
        files.push_back(std::move(path));
      }
    }
  }
  return files;
}

class ExtractPlanner {
 public:
  ExtractPlanner(const Extraction& extraction, const Snapshot& snapshot, const ExtractRequest& request)
      : extraction_(extraction), request_(request), catalogue_(snapshot, request.directory) {}

  Result<ChangePlan> run() {
    plan_.findings = extraction_.findings;
    MLX_CHECK(collect_entries());
    for (Finding& finding : MLX_TRY(check_published(catalogue_, entries_))) {
      for (Evidence& place : finding.evidence) place.file = in_repository(place.file);
      plan_.findings.push_back(std::move(finding));
    }
    const auto files = catalogue_files(entries_, request_.identity, MLX_TRY(published_versions(catalogue_)));
    for (const auto& [path, text] : files) MLX_CHECK(write(path, text));
    MLX_CHECK(remove_stale(files));
    std::ranges::sort(plan_.files, {}, &FileChange::path);
    return std::move(plan_);
  }

 private:
  /// What the catalogue will hold: what was extracted, and what it has beside that.
  Result<void> collect_entries() {
    std::map<std::string, Release> entries;
    const auto is_wanted = [&](const std::string& name) {
      return request_.only.empty() || std::ranges::find(request_.only, name) != request_.only.end();
    };
    for (const ExtractedComponent& extracted : extraction_.components) {
      const std::string& name = extracted.component.name;
      if (is_wanted(name)) {
        entries.emplace(name, Release{.component = extracted.component, .templates = extracted.templates});
      }
    }
    for (const Entry& child : MLX_TRY(catalogue_.children(""))) {
      const bool is_component = child.kind == EntryKind::kDirectory &&
                                MLX_TRY(has_file(catalogue_, child.name + "/component.json"));
      if (!is_component || entries.contains(child.name)) continue;
      old_components_.insert(child.name);
      if (is_wanted(child.name)) report_gone(child.name);
    }
    if (!request_.only.empty()) {
      for (Release& entry : MLX_TRY(read_catalogue(catalogue_))) {
        const std::string name = entry.component.name;
        if (!is_wanted(name)) entries.emplace(name, std::move(entry));
      }
    }
    for (auto& [name, entry] : entries) {
      old_components_.erase(name);
      entries_.push_back(std::move(entry));
    }
    return {};
  }

  void report_gone(const std::string& name) {
    if (request_.prunes) return;
    plan_.findings.push_back(
        {.code = "component-gone",
         .severity = Severity::kError,
         .message = "the catalogue has `" + name + "`, and the source has not",
         .remedy = "correct its paths in [components], or remove it from the catalogue with --prune",
         .evidence = {{.file = in_repository(name + "/component.json")}}});
  }

  [[nodiscard]] std::string in_repository(const std::string& path) const {
    return request_.directory.empty() ? path : request_.directory + "/" + path;
  }

  Result<void> write(const std::string& path, const std::string& text) {
    const RepoPath inside = MLX_TRY(RepoPath::parse(path));
    // By name first: a forge knows it without sending the file.
    const bool is_there = is_file(MLX_TRY(catalogue_.kind(inside)));
    if (is_there && MLX_TRY(catalogue_.blob_id(inside)) == BlobId::of(text)) return {};
    auto before = MLX_TRY(read_if_present(catalogue_, inside));
    plan_.files.push_back({.path = MLX_TRY(RepoPath::parse(in_repository(path))),
                           .before = std::move(before),
                           .after = text,
                           .is_executable = false});
    return {};
  }

  Result<void> remove(const std::string& path) {
    auto before = MLX_TRY(catalogue_.read(MLX_TRY(RepoPath::parse(path))));
    plan_.files.push_back({.path = MLX_TRY(RepoPath::parse(in_repository(path))),
                           .before = std::move(before),
                           .after = std::nullopt,
                           .is_executable = false});
    return {};
  }

  /// Templates that are no longer there, and components that are pruned.
  Result<void> remove_stale(const std::map<std::string, std::string>& files) {
    std::set<std::string> directories = request_.prunes ? old_components_ : std::set<std::string>();
    for (const Release& entry : entries_) directories.insert(entry.component.name);
    for (const std::string& directory : directories) {
      for (const std::string& path : MLX_TRY(files_below(catalogue_, directory))) {
        if (!files.contains(path)) MLX_CHECK(remove(path));
      }
    }
    for (const std::string& item : MLX_TRY(stale_items(catalogue_, entries_))) MLX_CHECK(remove(item));
    return {};
  }

  const Extraction& extraction_;
  const ExtractRequest& request_;
  DirectoryView catalogue_;
  ChangePlan plan_;
  std::vector<Release> entries_;
  std::set<std::string> old_components_;
};

}  // namespace

CatalogueIdentity catalogue_identity(const ProjectConfiguration& configuration) {
  const CatalogueSettings& settings = configuration.catalogue;
  return {.name = settings.name, .homepage = settings.homepage, .address = settings.address};
}

Result<ChangePlan> plan_extract(const Extraction& extraction, const Snapshot& snapshot,
                                const ExtractRequest& request) {
  return ExtractPlanner(extraction, snapshot, request).run();
}

}  // namespace mlx
