#include "engine/io/git_snapshot.h"

#include <algorithm>
#include <optional>

#include "engine/io/git_handles.h"

namespace mlx {
namespace {

using git::make;

EntryKind kind_of(git_filemode_t mode) {
  switch (mode) {
    case GIT_FILEMODE_BLOB: return EntryKind::kFile;
    case GIT_FILEMODE_BLOB_EXECUTABLE: return EntryKind::kExecutable;
    case GIT_FILEMODE_TREE: return EntryKind::kDirectory;
    case GIT_FILEMODE_LINK: return EntryKind::kSymlink;
    case GIT_FILEMODE_COMMIT:
    case GIT_FILEMODE_UNREADABLE: return EntryKind::kOther;
  }
  return EntryKind::kOther;
}

std::unexpected<Error> damaged(std::string_view path) {
  return fail(ErrorCode::kIo, "the git repository is damaged: " + git::last_message(),
              {.file = std::string(path)});
}

class GitSnapshot final : public Snapshot {
 public:
  GitSnapshot(git::Repository repository, git::Tree tree, std::size_t largest_file)
      : repository_(std::move(repository)), tree_(std::move(tree)), largest_file_(largest_file) {}

  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override {
    return MLX_TRY(find(path.str())).kind;
  }

  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override {
    const Found found = MLX_TRY(find_file(path));
    MLX_CHECK(check_size(found.id, path.str()));
    const auto blob = make<git::Blob>(git_blob_lookup, repository_.get(), &found.id);
    if (blob == nullptr) return damaged(path.str());
    return std::string(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                       static_cast<std::size_t>(git_blob_rawsize(blob.get())));
  }

  [[nodiscard]] Result<BlobId> blob_id(const RepoPath& path) const override {
    return BlobId::parse(git::to_hex(MLX_TRY(find_file(path)).id));
  }

  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override {
    git::Tree below;
    if (!directory.empty()) {
      const Found found = MLX_TRY(find(MLX_TRY(RepoPath::parse(directory)).str()));
      if (found.kind != EntryKind::kDirectory) return std::vector<Entry>();
      below = make<git::Tree>(git_tree_lookup, repository_.get(), &found.id);
      if (below == nullptr) return damaged(directory);
    }
    const git_tree* tree = directory.empty() ? tree_.get() : below.get();
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < git_tree_entrycount(tree); ++i) {
      const git_tree_entry* entry = git_tree_entry_byindex(tree, i);
      entries.push_back(
          {.name = git_tree_entry_name(entry), .kind = kind_of(git_tree_entry_filemode(entry))});
    }
    std::ranges::sort(entries);  // git sorts `a` as `a/` when it is a directory
    return entries;
  }

 private:
  struct Found {
    EntryKind kind = EntryKind::kAbsent;
    git_oid id{};
  };

  [[nodiscard]] Result<Found> find_file(const RepoPath& path) const {
    const Found found = MLX_TRY(find(path.str()));
    if (found.kind == EntryKind::kSymlink)
      return fail(ErrorCode::kRefused, "this is reached through a symbolic link", {.file = path.str()});
    if (!is_file(found.kind))
      return fail(ErrorCode::kNotFound, "there is no such file", {.file = path.str()});
    return found;
  }

  /// Step by step, since a link on the way counts too.
  [[nodiscard]] Result<Found> find(std::string_view path) const {
    const git_tree* tree = tree_.get();
    git::Tree owned;
    while (true) {
      const auto slash = path.find('/');
      const git_tree_entry* entry = git_tree_entry_byname(tree, std::string(path.substr(0, slash)).c_str());
      if (entry == nullptr) return Found{};
      const Found found{.kind = kind_of(git_tree_entry_filemode(entry)), .id = *git_tree_entry_id(entry)};
      if (slash == std::string_view::npos || found.kind == EntryKind::kSymlink) return found;
      if (found.kind != EntryKind::kDirectory) return Found{};
      owned = make<git::Tree>(git_tree_lookup, repository_.get(), &found.id);
      if (owned == nullptr) return damaged(path);
      tree = owned.get();
      path.remove_prefix(slash + 1);
    }
  }

  /// From the header, before anything is unpacked.
  [[nodiscard]] Result<void> check_size(const git_oid& id, const std::string& path) const {
    const auto odb = make<git::Odb>(git_repository_odb, repository_.get());
    std::size_t size = 0;
    git_object_t type = GIT_OBJECT_INVALID;
    if (odb == nullptr || git_odb_read_header(&size, &type, odb.get(), &id) != 0) return damaged(path);
    if (size <= largest_file_) return {};
    return fail(ErrorCode::kRefused, "the file is larger than " + std::to_string(largest_file_) + " bytes",
                {.file = path});
  }

  git::Library library_;
  git::Repository repository_;
  git::Tree tree_;
  std::size_t largest_file_;
};

Result<git::Repository> open_repository(const std::filesystem::path& directory) {
  git_repository* raw = nullptr;
  const int status = git_repository_open_ext(&raw, directory.c_str(), GIT_REPOSITORY_OPEN_NO_SEARCH, nullptr);
  if (status == 0) return git::Repository(raw);
  if (status == GIT_ENOTFOUND) {
    return fail(ErrorCode::kNotFound, "there is no git repository", {.file = directory.string()});
  }
  return fail(ErrorCode::kIo, "the git repository cannot be opened: " + git::last_message(),
              {.file = directory.string()});
}

/// What a tag, a branch or an id leads to; nothing if there is no such name.
std::optional<git_oid> find_id(git_repository* repository, const std::string& revision) {
  git_oid id{};
  if (revision.empty()) {
    if (git_reference_name_to_id(&id, repository, "HEAD") == 0) return id;
    return std::nullopt;
  }
  for (const char* kind : {"refs/tags/", "refs/heads/"}) {
    if (git_reference_name_to_id(&id, repository, (kind + revision).c_str()) == 0) return id;
  }
  if (revision.size() != GIT_OID_HEXSZ || git_oid_fromstr(&id, revision.c_str()) != 0) return std::nullopt;
  const auto odb = make<git::Odb>(git_repository_odb, repository);
  if (odb == nullptr || git_odb_exists(odb.get(), &id) != 1) return std::nullopt;
  return id;
}

}  // namespace

Result<std::string> resolve_revision(const std::filesystem::path& directory, const std::string& revision) {
  const git::Library library;
  const git::Repository repository = MLX_TRY(open_repository(directory));
  const auto id = find_id(repository.get(), revision);
  if (!id) {
    return fail(
        ErrorCode::kNotFound,
        "the git repository has no " +
            (revision.empty() ? "commit at HEAD" : "tag, branch or whole commit id `" + revision + "`"));
  }
  const auto object = make<git::Object>(git_object_lookup, repository.get(), &*id, GIT_OBJECT_ANY);
  if (object == nullptr) return damaged(directory.string());
  const auto commit = make<git::Object>(git_object_peel, object.get(), GIT_OBJECT_COMMIT);
  if (commit == nullptr) return fail(ErrorCode::kNotFound, "`" + revision + "` leads to no commit");
  return git::to_hex(*git_object_id(commit.get()));
}

Result<std::unique_ptr<Snapshot>> open_git_snapshot(const std::filesystem::path& directory,
                                                    const std::string& commit,
                                                    const GitSnapshotOptions& options) {
  const git::Library library;
  git::Repository repository = MLX_TRY(open_repository(directory));
  git_oid id{};
  git::Object object;
  if (git_oid_fromstr(&id, commit.c_str()) == 0) {
    object = make<git::Object>(git_object_lookup, repository.get(), &id, GIT_OBJECT_COMMIT);
  }
  if (object == nullptr) {
    return fail(ErrorCode::kNotFound, "the git repository has no commit `" + commit + "`",
                {.file = directory.string()});
  }
  auto top = make<git::Object>(git_object_peel, object.get(), GIT_OBJECT_TREE);
  if (top == nullptr) return damaged(directory.string());
  git::Tree tree(reinterpret_cast<git_tree*>(top.release()));
  if (!options.subdirectory.empty()) {
    const auto entry = make<git::TreeEntry>(git_tree_entry_bypath, tree.get(), options.subdirectory.c_str());
    if (entry == nullptr || git_tree_entry_type(entry.get()) != GIT_OBJECT_TREE) {
      return fail(ErrorCode::kNotFound,
                  "the git repository has no directory `" + options.subdirectory + "` at commit " + commit);
    }
    tree = make<git::Tree>(git_tree_lookup, repository.get(), git_tree_entry_id(entry.get()));
    if (tree == nullptr) return damaged(options.subdirectory);
  }
  return std::make_unique<GitSnapshot>(std::move(repository), std::move(tree), options.largest_file);
}

}  // namespace mlx
