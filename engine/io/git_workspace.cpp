#include "engine/io/git_workspace.h"

#include <array>
#include <mutex>
#include <set>
#include <utility>

#include "engine/io/git_handles.h"
#include "engine/io/git_snapshot.h"

namespace mlx {
namespace {

using git::make;
using Diff = git::Handle<git_diff, git_diff_free>;
using Patch = git::Handle<git_patch, git_patch_free>;
using Commit = git::Handle<git_commit, git_commit_free>;

constexpr std::size_t kLargestPatch = 1U << 20U;  // of one file: more is a change that nobody reads

/// In a container the work tree belongs to whoever checked it out. Git refuses such repositories because of
/// the hooks and programs that their configuration may name; libgit2 runs none for reading objects.
void allow_checkouts_of_others() {
  static std::once_flag once;
  std::call_once(once, [] {
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
    git::accept_sparse_and_partial_clones();
    for (const git_config_level_t level : {GIT_CONFIG_LEVEL_PROGRAMDATA, GIT_CONFIG_LEVEL_SYSTEM,
                                           GIT_CONFIG_LEVEL_XDG, GIT_CONFIG_LEVEL_GLOBAL})
      git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
  });
}

/// What a diff keeps a pointer to.
struct Buffer {
  git_buf buffer{};
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { git_buf_dispose(&buffer); }
};

std::optional<std::string> hunks_of(git_diff* diff, std::size_t index) {
  const auto patch = make<Patch>(git_patch_from_diff, diff, index);
  if (patch == nullptr || git_patch_num_hunks(patch.get()) == 0) return std::nullopt;
  Buffer text;
  if (git_patch_to_buf(&text.buffer, patch.get()) != 0 || text.buffer.size > kLargestPatch)
    return std::nullopt;
  const std::string_view whole(text.buffer.ptr, text.buffer.size);
  const auto begin = whole.find("\n@@ ");
  if (begin == std::string_view::npos) return std::nullopt;
  std::string hunks(whole.substr(begin + 1));
  if (hunks.ends_with('\n')) hunks.pop_back();
  return hunks;
}

/// Nothing for a submodule.
std::optional<GitChange> change_of(git_diff* diff, std::size_t index) {
  const git_diff_delta* delta = git_diff_get_delta(diff, index);
  const git_diff_file& file = delta->status == GIT_DELTA_DELETED ? delta->old_file : delta->new_file;
  if (file.mode == GIT_FILEMODE_COMMIT) return std::nullopt;
  GitChange change{.path = delta->new_file.path,
                   .previous_path = {},
                   .blob = git::to_hex(delta->new_file.id),
                   .patch = {}};
  switch (delta->status) {
    case GIT_DELTA_ADDED:
    case GIT_DELTA_COPIED: change.status = GitChange::Status::kAdded; break;
    case GIT_DELTA_DELETED:
      change.status = GitChange::Status::kRemoved;
      change.path = delta->old_file.path;
      change.blob = git::to_hex(delta->old_file.id);
      break;
    case GIT_DELTA_RENAMED:
      change.status = GitChange::Status::kRenamed;
      change.previous_path = delta->old_file.path;
      break;
    case GIT_DELTA_MODIFIED:
    case GIT_DELTA_TYPECHANGE: break;
    default: return std::nullopt;
  }
  change.patch = hunks_of(diff, index);
  return change;
}

class OpenCheckout final : public GitWorkspace {
 public:
  OpenCheckout(std::filesystem::path directory, git::Repository repository)
      : directory_(std::move(directory)), repository_(std::move(repository)) {}

  [[nodiscard]] bool has_commit(const std::string& sha) const override { return find_commit(sha) != nullptr; }

  [[nodiscard]] bool is_shallow() const override { return git_repository_is_shallow(repository_.get()) == 1; }

  [[nodiscard]] Result<std::unique_ptr<Snapshot>> snapshot(const std::string& sha) const override {
    return open_git_snapshot(directory_, sha);
  }

  [[nodiscard]] bool has_blob(const BlobId& id) const override {
    git_oid oid{};
    const auto objects = make<git::Odb>(git_repository_odb, repository_.get());
    return objects && git_oid_fromstr(&oid, id.hex().c_str()) == 0 &&
           git_odb_exists(objects.get(), &oid) == 1;
  }

  [[nodiscard]] std::optional<std::string> blob(const BlobId& id) const override {
    git_oid oid{};
    if (git_oid_fromstr(&oid, id.hex().c_str()) != 0) return std::nullopt;
    const auto found = make<git::Blob>(git_blob_lookup, repository_.get(), &oid);
    if (found == nullptr) return std::nullopt;
    return std::string(static_cast<const char*>(git_blob_rawcontent(found.get())),
                       static_cast<std::size_t>(git_blob_rawsize(found.get())));
  }

  [[nodiscard]] std::optional<GitComparison> compare(const std::string& base,
                                                     const std::string& head) const override {
    const auto base_commit = find_commit(base);
    const auto head_commit = find_commit(head);
    if (base_commit == nullptr || head_commit == nullptr) return std::nullopt;
    const auto parted = parting_of(base_commit.get(), head_commit.get());
    if (!parted) return std::nullopt;
    const auto parting = make<Commit>(git_commit_lookup, repository_.get(), &*parted);
    if (parting == nullptr) return std::nullopt;
    const auto before = make<git::Tree>(git_commit_tree, parting.get());
    const auto after = make<git::Tree>(git_commit_tree, head_commit.get());
    if (before == nullptr || after == nullptr) return std::nullopt;
    GitComparison result{.merge_base = git::to_hex(*parted),
                         .merge_base_tree = git::to_hex(*git_tree_id(before.get())),
                         .changes = {}};
    if (!add_changes(before.get(), after.get(), result.changes)) return std::nullopt;
    return result;
  }

 private:
  /// In a history that ends somewhere an ancestor that both have need not be the last one, unless it is one
  /// of the two.
  [[nodiscard]] std::optional<git_oid> parting_of(const git_commit* base, const git_commit* head) const {
    if (is_shallow()) {
      if (is_ancestor(*git_commit_id(base), *git_commit_id(head))) return *git_commit_id(base);
      if (is_ancestor(*git_commit_id(head), *git_commit_id(base))) return *git_commit_id(head);
      return std::nullopt;
    }
    git_oid parted{};
    const int status = git_merge_base(&parted, repository_.get(), git_commit_id(base), git_commit_id(head));
    return status == 0 ? std::optional(parted) : std::nullopt;
  }

  /// As far as the history is here.
  [[nodiscard]] bool is_ancestor(const git_oid& ancestor, const git_oid& of) const {
    std::vector<git_oid> todo{of};
    std::set<std::string> seen;
    while (!todo.empty()) {
      const git_oid id = todo.back();
      todo.pop_back();
      if (git_oid_equal(&id, &ancestor) != 0) return true;
      if (!seen.insert(git::to_hex(id)).second) continue;
      const auto commit = make<Commit>(git_commit_lookup, repository_.get(), &id);
      if (commit == nullptr) continue;
      for (unsigned parent = 0; parent < git_commit_parentcount(commit.get()); ++parent)
        todo.push_back(*git_commit_parent_id(commit.get(), parent));
    }
    return false;
  }

  [[nodiscard]] Commit find_commit(const std::string& sha) const {
    git_oid id{};
    if (sha.size() != GIT_OID_HEXSZ || git_oid_fromstr(&id, sha.c_str()) != 0) return {};
    return make<Commit>(git_commit_lookup, repository_.get(), &id);
  }

  /// False if contents are missing, as in a partial clone.
  bool add_changes(git_tree* before, git_tree* after, std::vector<GitChange>& changes) const {
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    const auto diff = make<Diff>(git_diff_tree_to_tree, repository_.get(), before, after, &options);
    if (diff == nullptr) return false;
    git_diff_find_options renames = GIT_DIFF_FIND_OPTIONS_INIT;
    renames.flags = GIT_DIFF_FIND_RENAMES;
    if (git_diff_find_similar(diff.get(), &renames) != 0) return false;
    for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) {
      if (auto change = change_of(diff.get(), i)) changes.push_back(*std::move(change));
    }
    return true;
  }

  git::Library library_;
  std::filesystem::path directory_;
  git::Repository repository_;
};

}  // namespace

Result<std::unique_ptr<GitWorkspace>> GitWorkspace::open(const std::filesystem::path& directory) {
  const git::Library library;
  allow_checkouts_of_others();
  git_repository* raw = nullptr;
  const int status = git_repository_open_ext(&raw, directory.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
  git::Repository repository(raw);
  if (status == GIT_ENOTFOUND)
    return fail(ErrorCode::kNotFound, "there is no git repository", {.file = directory.string()});
  if (status != 0) {
    return fail(ErrorCode::kIo, "the git repository of the checkout cannot be opened: " + git::last_message(),
                {.file = directory.string()});
  }
  return std::make_unique<OpenCheckout>(directory, std::move(repository));
}

}  // namespace mlx
