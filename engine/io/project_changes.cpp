#include "engine/io/project_changes.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/io/git_handles.h"

namespace mlx {
namespace {

namespace fs = std::filesystem;
using git::make;
using Commit = git::Handle<git_commit, git_commit_free>;
using Diff = git::Handle<git_diff, git_diff_free>;

constexpr std::array<const char*, 5> kUsualBases = {"refs/remotes/origin/HEAD", "refs/remotes/origin/main",
                                                    "refs/remotes/origin/master", "refs/heads/main",
                                                    "refs/heads/master"};

/// `origin/main` for `refs/remotes/origin/main`.
std::string short_name(std::string_view name) {
  for (const std::string_view prefix : {"refs/remotes/", "refs/heads/"}) {
    if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  }
  return std::string(name);
}

class Comparison {
 public:
  Comparison(git_repository* repository, std::string prefix)
      : repository_(repository), prefix_(std::move(prefix)) {}

  Result<ProjectChanges> run(const std::string& revision) {
    if (!prefix_.empty()) changes_.place = prefix_.substr(0, prefix_.size() - 1);
    const auto theirs = MLX_TRY(commit_of(revision));
    if (theirs == nullptr) return std::move(changes_);
    const auto base = MLX_TRY(parting(theirs.get()));
    changes_.base = git::to_hex(*git_commit_id(base.get()));
    MLX_CHECK(compare(base.get()));
    return std::move(changes_);
  }

 private:
  [[nodiscard]] Commit find(const char* specification) const {
    const auto object = make<git::Object>(git_revparse_single, repository_, specification);
    if (object == nullptr) return {};
    const auto peeled = make<git::Object>(git_object_peel, object.get(), GIT_OBJECT_COMMIT);
    if (peeled == nullptr) return {};
    return make<Commit>(git_commit_lookup, repository_, git_object_id(peeled.get()));
  }

  /// Null if `unknown` says why.
  Result<Commit> commit_of(const std::string& revision) {
    if (!revision.empty()) {
      changes_.revision = revision;
      auto commit = find(revision.c_str());
      if (commit != nullptr) return commit;
      if (git_repository_is_shallow(repository_) == 1) {
        changes_.unknown = "the clone is shallow and has no commit `" + revision +
                           "`: fetch more of it (`git fetch --unshallow`, `fetch-depth: 0`)";
        return Commit();
      }
      return fail(ErrorCode::kNotFound,
                  "git knows no commit `" + revision +
                      "`; give a branch, a tag or a commit (`git fetch` brings those of others)");
    }
    for (const char* name : kUsualBases) {
      if (auto commit = find(name); commit != nullptr) {
        changes_.revision = short_name(name);
        return commit;
      }
    }
    changes_.revision = "HEAD";
    auto head = find("HEAD");
    if (head == nullptr) {
      changes_.unknown = "the git repository has no commit yet";
    } else if (is_part_of_more()) {
      changes_.unknown =
          "no branch is here that the change could be compared with (origin/HEAD, main, master): fetch it, "
          "and name it with `--since`";
      return Commit();
    }
    return head;
  }

  /// As checked out by CI: what others have is not here, so that HEAD is what may have changed.
  [[nodiscard]] bool is_part_of_more() const {
    git_strarray remotes{};
    const bool has_remotes = git_remote_list(&remotes, repository_) == 0 && remotes.count != 0;
    git_strarray_dispose(&remotes);
    return has_remotes || git_repository_head_detached(repository_) == 1 ||
           git_repository_is_shallow(repository_) == 1;
  }

  /// Where HEAD and the revision parted. In a history that ends somewhere an ancestor that both have need not
  /// be the last one, unless it is the revision itself.
  Result<Commit> parting(const git_commit* theirs) {
    const auto head = find("HEAD");
    git_oid base{};
    const bool is_found = head != nullptr && git_merge_base(&base, repository_, git_commit_id(theirs),
                                                            git_commit_id(head.get())) == 0;
    const bool is_certain = is_found && (git_repository_is_shallow(repository_) == 0 ||
                                         git_oid_equal(&base, git_commit_id(theirs)) != 0);
    changes_.is_parting_unknown = !is_certain;
    auto commit = make<Commit>(git_commit_lookup, repository_,
                               is_certain ? &std::as_const(base) : git_commit_id(theirs));
    if (commit == nullptr) return git::failed("cannot read git's history");
    return commit;
  }

  Result<void> compare(const git_commit* base) {
    const auto tree = make<git::Tree>(git_commit_tree, base);
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.flags =
        GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS | GIT_DIFF_INCLUDE_TYPECHANGE;
    const auto diff =
        tree == nullptr ? Diff()
                        : make<Diff>(git_diff_tree_to_workdir_with_index, repository_, tree.get(), &options);
    if (diff == nullptr) return git::failed("git cannot compare");
    for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) add(*git_diff_get_delta(diff.get(), i));
    const auto place = [](const WorkTreeChange& change) { return std::pair(change.path, change.is_removed); };
    std::ranges::sort(changes_.changes, {}, place);
    changes_.changes.erase(std::ranges::unique(changes_.changes).begin(), changes_.changes.end());
    return {};
  }

  void add(const git_diff_delta& delta) {
    const bool is_removed = delta.status == GIT_DELTA_DELETED;
    if (delta.old_file.path != nullptr && delta.new_file.path != nullptr &&
        std::string_view(delta.old_file.path) != delta.new_file.path)
      add_path(delta.old_file.path, true);
    add_path(is_removed ? delta.old_file.path : delta.new_file.path, is_removed);
  }

  /// `git rm --cached` leaves the file where it is.
  [[nodiscard]] bool is_there(std::string_view path) const {
    std::error_code ignored;
    const auto status = fs::symlink_status(fs::path(git_repository_workdir(repository_)) / path, ignored);
    return fs::is_regular_file(status) || fs::is_symlink(status);
  }

  void add_path(std::string_view path, bool is_removed) {
    is_removed = is_removed && !is_there(path);
    if (path.starts_with(prefix_)) {
      changes_.changes.push_back(
          {.path = std::string(path.substr(prefix_.size())), .is_removed = is_removed});
      return;
    }
    changes_.outside.emplace_back(path);
  }

  git_repository* repository_;
  std::string prefix_;  ///< of the project in the repository, with a slash at its end; empty at the top
  ProjectChanges changes_;
};

}  // namespace

Result<ProjectChanges> project_changes(const fs::path& directory, const std::string& revision) {
  const git::Library library;
  git::accept_sparse_and_partial_clones();
  std::error_code ignored;
  const fs::path place = fs::weakly_canonical(directory, ignored);
  const auto repository = make<git::Repository>(git_repository_open_ext, place.c_str(), 0U, nullptr);
  if (repository == nullptr) {
    const git_error* error = git_error_last();
    const bool is_absent = error == nullptr || error->klass != GIT_ERROR_CONFIG;
    return fail(is_absent ? ErrorCode::kNotFound : ErrorCode::kIo,
                "there is no git repository that could tell what has changed: " + git::last_message(),
                {.file = directory.string(), .line = 0, .column = 0, .field = {}});
  }
  const char* top = git_repository_workdir(repository.get());
  if (top == nullptr) {
    return fail(ErrorCode::kNotFound, "the git repository has no work tree",
                {.file = directory.string(), .line = 0, .column = 0, .field = {}});
  }
  std::string prefix = place.lexically_relative(fs::weakly_canonical(top, ignored)).generic_string();
  prefix = prefix == "." ? std::string() : prefix + "/";
  return Comparison(repository.get(), std::move(prefix)).run(revision);
}

}  // namespace mlx
