#include "sandbox/git/git_store.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "sandbox/git/handles.h"

namespace mlx::sandbox {
namespace {

using git::last_error;
using git::make;
namespace fs = std::filesystem;

Result<std::string> file_bytes(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  if (!in) return fail(ErrorCode::kIo, "cannot read " + file.string());
  return bytes.str();
}

std::optional<Ref> to_ref(const git_reference* from, git_repository* repository) {
  const auto resolved = make<git::Reference>(git_reference_resolve, from);
  if (resolved == nullptr) return std::nullopt;
  const git_oid* id = git_reference_target(resolved.get());
  const auto object = make<git::Object>(git_object_lookup, repository, id, GIT_OBJECT_ANY);
  if (object == nullptr) return std::nullopt;
  return Ref{.name = git_reference_name(from),
             .sha = git::to_hex(*id),
             .type = git_object_type2string(git_object_type(object.get()))};
}

}  // namespace

struct GitStore::LibraryUse {
  LibraryUse() { git_libgit2_init(); }
  ~LibraryUse() { git_libgit2_shutdown(); }
  LibraryUse(const LibraryUse&) = delete;
  LibraryUse& operator=(const LibraryUse&) = delete;
  LibraryUse(LibraryUse&&) = delete;
  LibraryUse& operator=(LibraryUse&&) = delete;
};

void GitStore::Close::operator()(git_repository* repository) const { git_repository_free(repository); }

GitStore::GitStore(std::shared_ptr<LibraryUse> library, std::unique_ptr<git_repository, Close> repository)
    : library_(std::move(library)), repository_(std::move(repository)) {}

Result<GitStore> GitStore::create(const fs::path& directory) {
  auto library = std::make_shared<LibraryUse>();
  git_repository_init_options options{};
  git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
  options.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKPATH;
  options.initial_head = "main";
  git_repository* repository = nullptr;
  if (git_repository_init_ext(&repository, directory.c_str(), &options) != 0) {
    return last_error(ErrorCode::kIo);
  }
  return GitStore(std::move(library), std::unique_ptr<git_repository, Close>(repository));
}

Result<std::string> GitStore::import_directory(const fs::path& directory, const Signature& author,
                                               const std::string& message) {
  std::vector<TreeChange> changes;
  std::error_code error;
  auto walk = fs::recursive_directory_iterator(directory, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    const fs::directory_entry& entry = *walk;
    if (entry.path().filename() == ".git") {
      walk.disable_recursion_pending();
      continue;
    }
    const std::string path = entry.path().lexically_relative(directory).generic_string();
    if (entry.is_symlink()) {
      const std::string target = fs::read_symlink(entry.path()).string();
      const std::string blob = MLX_TRY(write_blob(target));
      changes.push_back({path, GIT_FILEMODE_LINK, blob});
    } else if (entry.is_regular_file()) {
      const std::string bytes = MLX_TRY(file_bytes(entry.path()));
      const bool is_executable = (entry.status().permissions() & fs::perms::owner_exec) != fs::perms::none;
      const unsigned mode = is_executable ? GIT_FILEMODE_BLOB_EXECUTABLE : GIT_FILEMODE_BLOB;
      const std::string blob = MLX_TRY(write_blob(bytes));
      changes.push_back({path, mode, blob});
    }
  }
  if (error) return fail(ErrorCode::kIo, "cannot read " + directory.string() + ": " + error.message());
  const std::string tree = MLX_TRY(write_tree(std::nullopt, changes));
  return write_commit(
      {.sha = {}, .tree = tree, .parents = {}, .author = author, .committer = author, .message = message});
}

Result<std::string> GitStore::resolve(const std::string& revision) const {
  const auto commit_of = [this](const git_oid& id) -> Result<std::string> {
    const auto object = make<git::Object>(git_object_lookup, repository_.get(), &id, GIT_OBJECT_ANY);
    if (object == nullptr) return last_error();
    const auto commit = make<git::Object>(git_object_peel, object.get(), GIT_OBJECT_COMMIT);
    if (commit == nullptr) return last_error();
    return git::to_hex(*git_object_id(commit.get()));
  };
  for (const char* prefix : {"refs/heads/", "refs/tags/", "refs/", ""}) {
    git_oid id{};
    const std::string name = prefix + revision;
    if (git_reference_name_to_id(&id, repository_.get(), name.c_str()) == 0) return commit_of(id);
  }
  constexpr std::size_t kShortestId = 7;
  const bool is_hex = revision.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (is_hex && revision.size() >= kShortestId && revision.size() <= GIT_OID_HEXSZ) {
    const auto object = make<git::Object>(git_revparse_single, repository_.get(), revision.c_str());
    if (object != nullptr) return commit_of(*git_object_id(object.get()));
  }
  return fail(ErrorCode::kNotFound, "no commit `" + revision + "`");
}

std::vector<Ref> GitStore::refs(std::string_view prefix) const {
  std::vector<Ref> found;
  const auto iterator = make<git::ReferenceIterator>(git_reference_iterator_new, repository_.get());
  git_reference* raw = nullptr;
  while (iterator != nullptr && git_reference_next(&raw, iterator.get()) == 0) {
    const git::Reference reference(raw);
    if (!std::string_view(git_reference_name(raw)).starts_with(prefix)) continue;
    if (auto ref = to_ref(raw, repository_.get())) found.push_back(std::move(*ref));
  }
  std::ranges::sort(found, {}, &Ref::name);
  return found;
}

std::optional<Ref> GitStore::find_ref(const std::string& name) const {
  const auto reference = make<git::Reference>(git_reference_lookup, repository_.get(), name.c_str());
  if (reference == nullptr) return std::nullopt;
  return to_ref(reference.get(), repository_.get());
}

Result<void> GitStore::set_ref(const std::string& name, const std::string& sha) {
  const git_oid id = MLX_TRY(git::parse_id(sha));
  const auto reference = make<git::Reference>(git_reference_create, repository_.get(), name.c_str(), &id, 1,
                                              static_cast<const char*>(nullptr));
  if (reference == nullptr) return last_error(ErrorCode::kConflict);
  return {};
}

Result<void> GitStore::remove_ref(const std::string& name) {
  const auto reference = make<git::Reference>(git_reference_lookup, repository_.get(), name.c_str());
  if (reference == nullptr || git_reference_delete(reference.get()) != 0) return last_error();
  return {};
}

bool GitStore::is_valid_ref_name(const std::string& name) {
  int valid = 0;
  return git_reference_name_is_valid(&valid, name.c_str()) == 0 && valid == 1;
}

}  // namespace mlx::sandbox
