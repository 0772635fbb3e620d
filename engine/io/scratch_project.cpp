#include "engine/io/scratch_project.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <set>
#include <utility>

#include "engine/base/repo_path.h"
#include "engine/io/apply_plan.h"
#include "engine/io/directory.h"
#include "engine/io/git_handles.h"
#include "engine/plan/find_files.h"

namespace mlx {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostFiles = 50'000;
constexpr std::size_t kMostBytes = 256UL << 20U;
constexpr std::size_t kMostChanges = 1'000;
constexpr std::size_t kMostChangedBytes = 32UL << 20U;
constexpr const char* kTree = "tree";

Result<void> write_file(const fs::path& path, const std::string& bytes, bool is_executable) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream stream(path, std::ios::binary | std::ios::trunc);
  stream << bytes;
  stream.close();
  if (error || !stream) return fail(ErrorCode::kRefused, "a copy of the project cannot be written");
  if (is_executable) fs::permissions(path, fs::perms::owner_exec, fs::perm_options::add, error);
  return {};
}

/// What git would not see among the files of a directory.
class IgnoredFiles {
 public:
  [[nodiscard]] static Result<IgnoredFiles> open(const fs::path& git, const fs::path& work_tree) {
    IgnoredFiles ignored;
    // Whatever a tool has left there, it is no repository of the project's.
    std::error_code error;
    fs::remove_all(work_tree / ".git", error);
    git_repository_init_options options{};
    git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
    options.flags = GIT_REPOSITORY_INIT_NO_DOTGIT_DIR | GIT_REPOSITORY_INIT_MKDIR;
    const std::string top = work_tree.string();
    options.workdir_path = top.c_str();
    ignored.repository_ = git::make<git::Repository>(git_repository_init_ext, git.c_str(), &options);
    if (!ignored.repository_) return git::failed("a copy of the project cannot be compared");
    return ignored;
  }

  [[nodiscard]] bool contains(const std::string& path) const {
    int is_ignored = 0;
    return git_ignore_path_is_ignored(&is_ignored, repository_.get(), path.c_str()) == 0 && is_ignored != 0;
  }

 private:
  IgnoredFiles() : library_(std::make_unique<git::Library>()) {}
  std::unique_ptr<git::Library> library_;
  git::Repository repository_;
};

}  // namespace

Result<std::unique_ptr<ScratchProject>> ScratchProject::make(const Snapshot& project,
                                                             const ChangePlan& plan) {
  std::unique_ptr<ScratchProject> scratch(new ScratchProject());
  std::error_code error;
  std::string pattern = (fs::temp_directory_path(error) / "mlx-project-XXXXXX").string();
  if (error || ::mkdtemp(pattern.data()) == nullptr)
    return fail(ErrorCode::kRefused, "there is no directory for a copy of the project: set TMPDIR to one");
  scratch->root_ = pattern;
  const auto around = MLX_TRY(project.surroundings());
  if (around) {
    scratch->place_ = around->directory + "/";
    MLX_CHECK(scratch->write_surroundings(*around));
  }
  scratch->directory_ = scratch->root_ / kTree;
  if (around) scratch->directory_ /= around->directory;
  fs::create_directories(scratch->directory_, error);
  MLX_CHECK(scratch->write_project(project));
  // What stands in its way here is no fault of the plan's.
  if (const auto applied = apply_plan(plan, scratch->directory_); !applied)
    return fail(ErrorCode::kRefused, "a copy of the project cannot be changed: " + applied.error().message);
  for (const FileChange& change : plan.files) {
    scratch->written_.erase(change.path);
    if (change.after) scratch->written_.emplace(change.path, BlobId::of(*change.after));
  }
  scratch->files_ = MLX_TRY(open_directory_snapshot(scratch->directory_));
  return scratch;
}

ScratchProject::~ScratchProject() {
  std::error_code ignored;
  if (!root_.empty()) fs::remove_all(root_, ignored);
}

Result<void> ScratchProject::write_surroundings(const Surroundings& around) {
  std::string_view above = around.directory;
  while (!above.empty()) {
    above = parent_directory(above);
    const RepoPath path = MLX_TRY(RepoPath::parse(joined_path(above, ".gitignore")));
    const auto ignored = MLX_TRY(read_if_regular(around.whole, path));
    if (ignored) MLX_CHECK(write_file(root_ / kTree / path.str(), *ignored, false));
  }
  return {};
}

Result<void> ScratchProject::write_project(const Snapshot& project) {
  const FoundFiles found = MLX_TRY(find_files(project, {.below = {},
                                                        .enters = [](std::string_view) { return true; },
                                                        .takes = [](const RepoPath&) { return true; },
                                                        .most = kMostFiles}));
  if (!found.is_complete)
    return fail(ErrorCode::kRefused, "the project has more than " + std::to_string(kMostFiles) + " files");
  project.prepare(found.paths);
  std::size_t bytes = 0;
  for (const RepoPath& path : found.paths) {
    const EntryKind kind = MLX_TRY(project.kind(path));
    const std::string content = MLX_TRY(project.read(path));
    bytes += content.size();
    if (bytes > kMostBytes) return fail(ErrorCode::kRefused, "the project's files are larger than 256 MiB");
    MLX_CHECK(write_file(directory_ / path.str(), content, kind == EntryKind::kExecutable));
    written_.emplace(path, BlobId::of(content));
  }
  return {};
}

Result<std::vector<RewrittenFile>> ScratchProject::changes() const {
  auto changes = look_for_changes();
  // A tool may leave what cannot be read.
  if (!changes && changes.error().code == ErrorCode::kIo)
    return fail(ErrorCode::kRefused, "what the tools have left cannot be read: " + changes.error().message);
  return changes;
}

Result<std::vector<RewrittenFile>> ScratchProject::look_for_changes() const {
  const IgnoredFiles ignored = MLX_TRY(IgnoredFiles::open(root_ / "git", root_ / kTree));
  std::set<std::string> gone;
  for (const auto& [path, id] : written_) gone.insert(path.str());
  const auto is_known = [&](const std::string& path) {
    const auto next = gone.lower_bound(path);
    return next != gone.end() && (*next == path || (path.ends_with('/') && next->starts_with(path)));
  };
  const auto is_seen = [&](const std::string& path) {
    return is_known(path) || !ignored.contains(place_ + path);
  };
  std::vector<RewrittenFile> changes;
  std::size_t bytes = 0;
  std::vector<std::string> waiting = {""};
  while (!waiting.empty()) {
    const std::string directory = std::move(waiting.back());
    waiting.pop_back();
    for (const Entry& entry : MLX_TRY(files_->children(directory))) {
      std::string name = joined_path(directory, entry.name);
      if (entry.kind == EntryKind::kDirectory) {
        if (is_seen(name + "/")) waiting.push_back(std::move(name));
        continue;
      }
      if (!is_seen(name)) continue;
      auto changed = MLX_TRY(read_if_changed(name, entry.kind));
      gone.erase(name);
      if (!changed) continue;
      if (changed->content) bytes += changed->content->size();
      if (bytes > kMostChangedBytes || changes.size() == kMostChanges)
        return fail(ErrorCode::kRefused, "the tools have written more than can be taken: `" + name + "`, …");
      changes.push_back(*std::move(changed));
    }
  }
  for (const std::string& path : gone)
    changes.push_back({.path = MLX_TRY(RepoPath::parse(path)), .content = {}});
  std::ranges::sort(changes, {}, &RewrittenFile::path);
  return changes;
}

Result<std::optional<RewrittenFile>> ScratchProject::read_if_changed(const std::string& name,
                                                                     EntryKind kind) const {
  const auto path = RepoPath::parse(name);
  if (!path || !is_file(kind)) return fail(ErrorCode::kRefused, "`" + name + "` is no regular file");
  const auto was = written_.find(*path);
  const bool is_new = was == written_.end();
  std::error_code error;
  const std::size_t size = fs::file_size(directory_ / name, error);
  if (error || size > (is_new ? kMostChangedBytes : kMostBytes))
    return fail(ErrorCode::kRefused, "`" + name + "` is too large");
  std::string content = MLX_TRY(files_->read(*path));
  if (!is_new && was->second == BlobId::of(content)) return std::nullopt;
  return RewrittenFile{
      .path = *path, .content = std::move(content), .is_executable = kind == EntryKind::kExecutable};
}

}  // namespace mlx
