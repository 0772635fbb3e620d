#include "engine/io/project_git.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/io/git_handles.h"

namespace mlx {
namespace {

namespace fs = std::filesystem;
using git::make;
using Index = git::Handle<git_index, git_index_free>;

/// Starting libgit2 takes longer than most commands, so first see whether there is anything for it.
bool is_in_repository(const fs::path& directory) {
  std::error_code ignored;
  auto place = fs::weakly_canonical(directory, ignored);
  while (!fs::exists(place / ".git", ignored)) {
    if (!place.has_relative_path()) return false;
    place = place.parent_path();
  }
  return true;
}

git::Repository open_repository(const fs::path& directory) {
  return make<git::Repository>(git_repository_open_ext, directory.c_str(), 0U, nullptr);
}

class ProjectHistory final : public BlobSource {
 public:
  explicit ProjectHistory(fs::path directory) : directory_(std::move(directory)) {}

  [[nodiscard]] Result<std::optional<std::string>> blob(const BlobId& id) const override {
    if (!opened_) {
      opened_ = true;
      if (is_in_repository(directory_)) {
        library_.emplace();
        repository_ = open_repository(directory_);
      }
    }
    git_oid oid{};
    if (repository_ == nullptr || git_oid_fromstr(&oid, id.hex().c_str()) != 0) return std::nullopt;
    const auto found = make<git::Blob>(git_blob_lookup, repository_.get(), &oid);
    if (found == nullptr) return std::nullopt;
    return std::string(static_cast<const char*>(git_blob_rawcontent(found.get())),
                       static_cast<std::size_t>(git_blob_rawsize(found.get())));
  }

 private:
  fs::path directory_;
  mutable bool opened_ = false;
  mutable std::optional<git::Library> library_;  // outlives the repository
  mutable git::Repository repository_;
};

const char* pending_work(int state) {
  switch (state) {
    case GIT_REPOSITORY_STATE_MERGE: return "a merge";
    case GIT_REPOSITORY_STATE_REVERT:
    case GIT_REPOSITORY_STATE_REVERT_SEQUENCE: return "a revert";
    case GIT_REPOSITORY_STATE_CHERRYPICK:
    case GIT_REPOSITORY_STATE_CHERRYPICK_SEQUENCE: return "a cherry-pick";
    case GIT_REPOSITORY_STATE_REBASE:
    case GIT_REPOSITORY_STATE_REBASE_INTERACTIVE:
    case GIT_REPOSITORY_STATE_REBASE_MERGE: return "a rebase";
    case GIT_REPOSITORY_STATE_APPLY_MAILBOX:
    case GIT_REPOSITORY_STATE_APPLY_MAILBOX_OR_REBASE: return "applying patches";
    default: return nullptr;  // bisecting changes no files by itself
  }
}

/// The three stages of one path.
class Stages {
 public:
  Stages(git_repository* repository, std::string path, unsigned int mode)
      : repository_(repository), path_(std::move(path)), mode_(mode) {}

  Result<void> put(git_index* index, const FileConflict& conflict) {
    const git_index_entry* base = MLX_TRY(entry(0, conflict.base));
    const git_index_entry* ours = MLX_TRY(entry(1, conflict.ours));
    const git_index_entry* theirs = MLX_TRY(entry(2, conflict.theirs));
    git_index_remove_bypath(index, path_.c_str());
    if (git_index_conflict_add(index, base, ours, theirs) != 0) {
      return git::failed("cannot note the conflict in " + path_ + " in git's index");
    }
    return {};
  }

 private:
  Result<const git_index_entry*> entry(std::size_t stage, const std::optional<std::string>& text) {
    if (!text) return nullptr;
    git_index_entry& made = entries_.at(stage);
    made.mode = mode_;
    made.path = path_.c_str();
    if (git_blob_create_from_buffer(&made.id, repository_, text->data(), text->size()) != 0) {
      return git::failed("cannot keep a side of the conflict in " + path_ + " in git");
    }
    return &made;
  }

  git_repository* repository_;
  std::string path_;
  unsigned int mode_;
  std::array<git_index_entry, 3> entries_{};
};

}  // namespace

std::unique_ptr<BlobSource> project_history(fs::path directory) {
  return std::make_unique<ProjectHistory>(std::move(directory));
}

bool are_committed(const fs::path& directory, const std::vector<std::string>& paths) {
  if (!is_in_repository(directory)) return false;
  const git::Library library;
  const git::Repository repository = open_repository(directory);
  if (repository == nullptr || git_repository_workdir(repository.get()) == nullptr) return false;
  const fs::path top = fs::canonical(git_repository_workdir(repository.get()));
  return std::ranges::all_of(paths, [&](const std::string& path) {
    const fs::path relative = fs::canonical(directory / path).lexically_relative(top);
    unsigned int flags = 0;
    return git_status_file(&flags, repository.get(), relative.c_str()) == 0 && flags == GIT_STATUS_CURRENT;
  });
}

Result<void> check_no_merge_pending(const fs::path& directory) {
  if (!is_in_repository(directory)) return {};
  const git::Library library;
  const git::Repository repository = open_repository(directory);
  if (repository == nullptr) return {};
  const auto pending = [](const std::string& what) {
    return fail(ErrorCode::kConflict, what +
                                          " in this repository waits to be finished: finish it, or abort it "
                                          "with git, then ask again");
  };
  if (const char* const work = pending_work(git_repository_state(repository.get()))) return pending(work);
  const auto index = make<Index>(git_repository_index, repository.get());
  if (index != nullptr && git_index_has_conflicts(index.get()) != 0) return pending("a conflict");
  return {};
}

Result<void> record_conflicts(const fs::path& directory, const std::vector<FileConflict>& conflicts) {
  if (conflicts.empty() || !is_in_repository(directory)) return {};
  const git::Library library;
  const git::Repository repository = open_repository(directory);
  if (repository == nullptr || git_repository_workdir(repository.get()) == nullptr) return {};
  std::error_code ignored;
  const fs::path top = fs::weakly_canonical(git_repository_workdir(repository.get()), ignored);
  const auto index = make<Index>(git_repository_index, repository.get());
  if (index == nullptr) return git::failed("cannot read git's index");
  for (const FileConflict& conflict : conflicts) {
    const fs::path file = fs::weakly_canonical(directory, ignored) / conflict.path.str();
    const std::string path = file.lexically_relative(top).string();
    int is_ignored = 0;
    if (git_ignore_path_is_ignored(&is_ignored, repository.get(), path.c_str()) == 0 && is_ignored != 0)
      continue;
    const bool is_executable =
        (fs::status(file, ignored).permissions() & fs::perms::owner_exec) != fs::perms::none;
    Stages stages(repository.get(), path, is_executable ? GIT_FILEMODE_BLOB_EXECUTABLE : GIT_FILEMODE_BLOB);
    MLX_CHECK(stages.put(index.get(), conflict));
  }
  if (git_index_write(index.get()) != 0) return git::failed("cannot write git's index");
  return {};
}

}  // namespace mlx
