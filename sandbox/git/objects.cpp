#include <map>

#include "sandbox/git/git_store.h"
#include "sandbox/git/handles.h"

namespace mlx::sandbox {
namespace {

using git::last_error;
using git::make;

/// The changes below one directory, by name.
struct Directory {
  std::map<std::string, Directory> children;
  const TreeChange* change = nullptr;
};

void place(Directory& top, const TreeChange& change) {
  Directory* at = &top;
  std::string_view rest = change.path;
  while (!rest.empty()) {
    const auto slash = rest.find('/');
    at = &at->children[std::string(rest.substr(0, slash))];
    rest = slash == std::string_view::npos ? std::string_view() : rest.substr(slash + 1);
  }
  at->change = &change;
}

/// The id of the tree that `directory` makes of `base` (may be null), or nothing when it is empty.
Result<std::optional<git_oid>> build_tree(git_repository* repository, const git_tree* base,
                                          const Directory& directory) {
  const auto builder = make<git::TreeBuilder>(git_treebuilder_new, repository, base);
  if (builder == nullptr) return last_error(ErrorCode::kIo);
  for (const auto& [name, child] : directory.children) {
    const git_tree_entry* present = base == nullptr ? nullptr : git_tree_entry_byname(base, name.c_str());
    if (child.change != nullptr && !child.change->sha && present == nullptr) {
      return fail(ErrorCode::kConflict, "`" + child.change->path + "` is not in the tree");
    }
    std::optional<git_oid> id;
    unsigned mode = GIT_FILEMODE_TREE;
    if (child.change != nullptr) {
      mode = child.change->mode;
      if (child.change->sha) id = MLX_TRY(git::parse_id(*child.change->sha));
    }
    if (!child.children.empty()) {
      const bool is_directory =
          child.change == nullptr && present != nullptr && git_tree_entry_type(present) == GIT_OBJECT_TREE;
      git::Tree below;
      if (is_directory) below = make<git::Tree>(git_tree_lookup, repository, git_tree_entry_id(present));
      id = MLX_TRY(build_tree(repository, below.get(), child));
      mode = GIT_FILEMODE_TREE;
    }
    if (id) {
      if (git_treebuilder_insert(nullptr, builder.get(), name.c_str(), &*id,
                                 static_cast<git_filemode_t>(mode)) != 0) {
        return last_error(ErrorCode::kInvalidInput);
      }
    } else if (present != nullptr && git_treebuilder_remove(builder.get(), name.c_str()) != 0) {
      return last_error(ErrorCode::kIo);
    }
  }
  if (git_treebuilder_entrycount(builder.get()) == 0) return std::nullopt;
  git_oid written{};
  if (git_treebuilder_write(&written, builder.get()) != 0) return last_error(ErrorCode::kIo);
  return written;
}

TreeEntry to_entry(git_odb* odb, const git_tree_entry* from, std::string path) {
  TreeEntry entry{.path = std::move(path),
                  .mode = static_cast<unsigned>(git_tree_entry_filemode(from)),
                  .sha = git::to_hex(*git_tree_entry_id(from)),
                  .type = git_object_type2string(git_tree_entry_type(from)),
                  .size = std::nullopt};
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  const bool is_blob = git_tree_entry_type(from) == GIT_OBJECT_BLOB;
  if (is_blob && git_odb_read_header(&size, &type, odb, git_tree_entry_id(from)) == 0) entry.size = size;
  return entry;
}

void list(git_repository* repository, git_odb* odb, const git_tree* tree, const std::string& prefix,
          bool recursive, std::vector<TreeEntry>& out) {
  for (std::size_t at = 0; at < git_tree_entrycount(tree); ++at) {
    const git_tree_entry* entry = git_tree_entry_byindex(tree, at);
    const std::string path = prefix + git_tree_entry_name(entry);
    out.push_back(to_entry(odb, entry, path));
    if (!recursive || git_tree_entry_type(entry) != GIT_OBJECT_TREE) continue;
    const auto below = make<git::Tree>(git_tree_lookup, repository, git_tree_entry_id(entry));
    if (below != nullptr) list(repository, odb, below.get(), path + "/", recursive, out);
  }
}

Result<git::Tree> find_tree(git_repository* repository, const std::string& sha) {
  const git_oid id = MLX_TRY(git::parse_id(sha));
  const auto object = make<git::Object>(git_object_lookup, repository, &id, GIT_OBJECT_ANY);
  if (object == nullptr) return last_error();
  auto peeled = make<git::Object>(git_object_peel, object.get(), GIT_OBJECT_TREE);
  if (peeled == nullptr) return last_error();
  return git::Tree(reinterpret_cast<git_tree*>(peeled.release()));
}

Signature to_signature(const git_signature& from) {
  return {
      .name = from.name, .email = from.email, .seconds = from.when.time, .offset_minutes = from.when.offset};
}

git::SignatureHandle to_git(const Signature& from) {
  return make<git::SignatureHandle>(git_signature_new, from.name.c_str(), from.email.c_str(), from.seconds,
                                    from.offset_minutes);
}

}  // namespace

std::optional<std::string_view> GitStore::type_of(const std::string& sha) const {
  const auto id = git::parse_id(sha);
  const auto odb = make<git::Odb>(git_repository_odb, repository_.get());
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  if (!id || odb == nullptr || git_odb_read_header(&size, &type, odb.get(), &*id) != 0) return std::nullopt;
  return git_object_type2string(type);
}

Result<std::string> GitStore::write_blob(std::string_view bytes) {
  git_oid id{};
  if (git_blob_create_from_buffer(&id, repository_.get(), bytes.data(), bytes.size()) != 0) {
    return last_error(ErrorCode::kIo);
  }
  return git::to_hex(id);
}

Result<std::string> GitStore::read_blob(const std::string& sha) const {
  const git_oid id = MLX_TRY(git::parse_id(sha));
  const auto blob = make<git::Blob>(git_blob_lookup, repository_.get(), &id);
  if (blob == nullptr) return last_error();
  return std::string(static_cast<const char*>(git_blob_rawcontent(blob.get())),
                     static_cast<std::size_t>(git_blob_rawsize(blob.get())));
}

Result<std::vector<TreeEntry>> GitStore::read_tree(const std::string& sha, bool recursive) const {
  const git::Tree tree = MLX_TRY(find_tree(repository_.get(), sha));
  const auto odb = make<git::Odb>(git_repository_odb, repository_.get());
  std::vector<TreeEntry> entries;
  list(repository_.get(), odb.get(), tree.get(), "", recursive, entries);
  return entries;
}

Result<std::string> GitStore::tree_of(const std::string& sha) const {
  const git::Tree tree = MLX_TRY(find_tree(repository_.get(), sha));
  return git::to_hex(*git_tree_id(tree.get()));
}

Result<TreeEntry> GitStore::entry_at(const std::string& sha, const std::string& path) const {
  const git::Tree tree = MLX_TRY(find_tree(repository_.get(), sha));
  const auto odb = make<git::Odb>(git_repository_odb, repository_.get());
  if (path.empty()) {
    return TreeEntry{.path = "",
                     .mode = GIT_FILEMODE_TREE,
                     .sha = git::to_hex(*git_tree_id(tree.get())),
                     .type = "tree",
                     .size = std::nullopt};
  }
  const auto entry = make<git::TreeItem>(git_tree_entry_bypath, tree.get(), path.c_str());
  if (entry == nullptr) return last_error();
  return to_entry(odb.get(), entry.get(), path);
}

Result<std::string> GitStore::write_tree(const std::optional<std::string>& base,
                                         const std::vector<TreeChange>& changes) {
  git::Tree tree;
  if (base) tree = MLX_TRY(find_tree(repository_.get(), *base));
  Directory top;
  for (const TreeChange& change : changes) place(top, change);
  if (const auto id = MLX_TRY(build_tree(repository_.get(), tree.get(), top))) return git::to_hex(*id);
  const auto empty = make<git::TreeBuilder>(git_treebuilder_new, repository_.get(), nullptr);
  git_oid id{};
  if (empty == nullptr || git_treebuilder_write(&id, empty.get()) != 0) return last_error(ErrorCode::kIo);
  return git::to_hex(id);
}

Result<Commit> GitStore::read_commit(const std::string& sha) const {
  const git_oid id = MLX_TRY(git::parse_id(sha));
  const auto from = make<git::CommitObject>(git_commit_lookup, repository_.get(), &id);
  if (from == nullptr) return last_error();
  Commit commit{.sha = sha,
                .tree = git::to_hex(*git_commit_tree_id(from.get())),
                .parents = {},
                .author = to_signature(*git_commit_author(from.get())),
                .committer = to_signature(*git_commit_committer(from.get())),
                .message = git_commit_message(from.get())};
  for (unsigned at = 0; at < git_commit_parentcount(from.get()); ++at) {
    commit.parents.push_back(git::to_hex(*git_commit_parent_id(from.get(), at)));
  }
  return commit;
}

Result<std::string> GitStore::write_commit(const Commit& commit) {
  const git::Tree tree = MLX_TRY(find_tree(repository_.get(), commit.tree));
  std::vector<git::CommitObject> parents;
  std::vector<const git_commit*> raw_parents;
  for (const std::string& sha : commit.parents) {
    const git_oid id = MLX_TRY(git::parse_id(sha));
    parents.push_back(make<git::CommitObject>(git_commit_lookup, repository_.get(), &id));
    if (parents.back() == nullptr) return last_error();
    raw_parents.push_back(parents.back().get());
  }
  const auto author = to_git(commit.author);
  const auto committer = to_git(commit.committer);
  if (author == nullptr || committer == nullptr) return last_error(ErrorCode::kInvalidInput);
  git_oid id{};
  if (git_commit_create(&id, repository_.get(), nullptr, author.get(), committer.get(), nullptr,
                        commit.message.c_str(), tree.get(), raw_parents.size(), raw_parents.data()) != 0) {
    return last_error(ErrorCode::kInvalidInput);
  }
  return git::to_hex(id);
}

}  // namespace mlx::sandbox
