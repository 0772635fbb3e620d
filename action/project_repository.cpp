#include "action/project_repository.h"

#include <algorithm>
#include <utility>

#include "engine/index/directory_view.h"

namespace mlx::action {
namespace {

constexpr std::string_view kConfiguration = "mlx.toml";

class ProjectSnapshot final : public Snapshot {
 public:
  ProjectSnapshot(std::unique_ptr<Snapshot> repository, const ProjectPlace& place)
      : repository_(std::move(repository)), view_(*repository_, place.directory) {
    if (auto path = RepoPath::parse(place.configuration)) configuration_ = *std::move(path);
  }

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override {
    const RepoPath* configuration = configuration_at(path);
    return configuration != nullptr ? repository_->kind(*configuration) : view_.kind(path);
  }
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override {
    const RepoPath* configuration = configuration_at(path);
    return configuration != nullptr ? repository_->read(*configuration) : view_.read(path);
  }
  [[nodiscard]] Result<BlobId> blob_id(const RepoPath& path) const override {
    const RepoPath* configuration = configuration_at(path);
    return configuration != nullptr ? repository_->blob_id(*configuration) : view_.blob_id(path);
  }
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override {
    auto entries = MLX_TRY(view_.children(directory));
    if (!directory.empty() || !configuration_) return entries;
    std::erase_if(entries, [](const Entry& entry) { return entry.name == kConfiguration; });
    const EntryKind kind = MLX_TRY(repository_->kind(*configuration_));
    if (kind != EntryKind::kAbsent) entries.push_back({.name = std::string(kConfiguration), .kind = kind});
    std::ranges::sort(entries);
    return entries;
  }
  void prepare(std::span<const RepoPath> paths) const override { view_.prepare(paths); }
  [[nodiscard]] Result<std::optional<Surroundings>> surroundings() const override {
    return view_.surroundings();
  }

 private:
  /// Where the repository has what the project calls by this name, if that is its configuration; else null.
  [[nodiscard]] const RepoPath* configuration_at(const RepoPath& path) const {
    return configuration_ && path.str() == kConfiguration ? &*configuration_ : nullptr;
  }

  std::unique_ptr<Snapshot> repository_;
  DirectoryView view_;
  std::optional<RepoPath> configuration_;
};

/// What the project calls a file of the repository; nothing for one that is not the project's.
std::optional<RepoPath> path_in_project(const RepoPath& path, const ProjectPlace& place) {
  std::string text = path.str();
  if (!place.configuration.empty() && text == place.configuration) {
    text = kConfiguration;
  } else if (!place.directory.empty()) {
    if (!path.is_within(place.directory) || text == place.directory) return std::nullopt;
    text.erase(0, place.directory.size() + 1);
  }
  auto parsed = RepoPath::parse(text);
  return parsed ? std::optional(*std::move(parsed)) : std::nullopt;
}

Result<std::vector<FileChange>> files_in_repository(std::vector<FileChange> files,
                                                    const ProjectPlace& place) {
  for (FileChange& file : files)
    file.path = MLX_TRY(RepoPath::parse(path_in_repository(file.path.str(), place)));
  return files;
}

bot::ChangedFiles files_in_project(bot::ChangedFiles changed, const ProjectPlace& place) {
  std::vector<bot::ChangedFile> files;
  for (bot::ChangedFile& file : changed.files) {
    auto path = path_in_project(file.path, place);
    auto previous = file.previous_path ? path_in_project(*file.previous_path, place) : std::nullopt;
    const bool was_renamed = file.status == bot::ChangedFile::Status::kRenamed;
    if (!path) continue;
    // What comes from elsewhere is new here.
    if (was_renamed && !previous) {
      file.status = bot::ChangedFile::Status::kAdded;
      file.patch.reset();
    }
    file.path = *std::move(path);
    file.previous_path = std::move(previous);
    files.push_back(std::move(file));
  }
  changed.files = std::move(files);
  return changed;
}

}  // namespace

std::string path_in_repository(std::string_view path, const ProjectPlace& place) {
  if (!place.configuration.empty() && path == kConfiguration) return place.configuration;
  return place.directory.empty() ? std::string(path) : place.directory + "/" + std::string(path);
}

std::unique_ptr<Snapshot> project_snapshot(std::unique_ptr<Snapshot> repository, const ProjectPlace& place) {
  if (place.is_usual()) return repository;
  return std::make_unique<ProjectSnapshot>(std::move(repository), place);
}

Result<std::unique_ptr<Snapshot>> ProjectRepository::snapshot(const bot::CommitRef& commit,
                                                              bot::Listing listing) {
  return project_snapshot(MLX_TRY(inner().snapshot(commit, listing)), place_);
}

Result<bot::Comparison> ProjectRepository::compare(std::string_view base, std::string_view head) {
  bot::Comparison comparison = MLX_TRY(inner().compare(base, head));
  comparison.changed = files_in_project(std::move(comparison.changed), place_);
  return comparison;
}

Result<std::string> ProjectRepository::tree_with(const bot::CommitRef& base,
                                                 const std::vector<FileChange>& files) {
  return inner().tree_with(base, MLX_TRY(files_in_repository(files, place_)));
}

Result<std::string> ProjectRepository::commit_to_branch(std::string_view branch, const bot::NewCommit& commit,
                                                        const std::optional<std::string>& was) {
  bot::NewCommit moved = commit;
  moved.files = MLX_TRY(files_in_repository(commit.files, place_));
  return inner().commit_to_branch(branch, moved, was);
}

Result<std::optional<bot::PullRequestBranches>> ProjectRepository::pull_request(std::int64_t number) {
  auto pull = MLX_TRY(inner().pull_request(number));
  // Links to lines are made of it and of paths from the project.
  if (pull) pull->url.clear();
  return pull;
}

Result<bot::ChangedFiles> ProjectRepository::pull_request_files(std::int64_t number) {
  return files_in_project(MLX_TRY(inner().pull_request_files(number)), place_);
}

Result<void> ProjectRepository::create_review(std::int64_t number, const bot::NewReview& review) {
  bot::NewReview moved = review;
  for (bot::LineComment& comment : moved.comments)
    comment.path = MLX_TRY(RepoPath::parse(path_in_repository(comment.path.str(), place_)));
  return inner().create_review(number, moved);
}

Result<std::vector<bot::ReviewComment>> ProjectRepository::own_review_comments(std::int64_t number) {
  auto comments = MLX_TRY(inner().own_review_comments(number));
  // Those elsewhere are another project's: whoever does not find them wanted would take them away.
  std::erase_if(comments, [&](bot::ReviewComment& comment) {
    const auto path = RepoPath::parse(comment.path);
    const auto inside = path ? path_in_project(*path, place_) : std::nullopt;
    if (inside) comment.path = inside->str();
    return !inside;
  });
  return comments;
}

Result<std::optional<std::string>> ProjectRepository::put_check_run(const bot::CheckRun& wanted) {
  bot::CheckRun run = wanted;
  for (bot::CheckAnnotation& annotation : run.annotations)
    annotation.path = MLX_TRY(RepoPath::parse(path_in_repository(annotation.path.str(), place_)));
  return inner().put_check_run(run);
}

}  // namespace mlx::action
