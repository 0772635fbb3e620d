#include "sandbox/git/git_store.h"
#include "sandbox/git/handles.h"

namespace mlx::sandbox {
namespace {

using git::last_error;
using git::make;

Result<git::Tree> tree_of_commit(git_repository* repository, const std::string& sha) {
  const git_oid id = MLX_TRY(git::parse_id(sha));
  const auto commit = make<git::CommitObject>(git_commit_lookup, repository, &id);
  if (commit == nullptr) return last_error();
  auto tree = make<git::Tree>(git_commit_tree, static_cast<const git_commit*>(commit.get()));
  if (tree == nullptr) return last_error();
  return tree;
}

std::string_view to_status(git_delta_t status) {
  switch (status) {
    case GIT_DELTA_ADDED: return "added";
    case GIT_DELTA_DELETED: return "removed";
    case GIT_DELTA_RENAMED: return "renamed";
    default: return "modified";
  }
}

/// The hunks of a patch without its header and last line end, as GitHub shows them.
std::optional<std::string> hunks_of(git_patch* patch) {
  git_buf buffer{};
  if (git_patch_to_buf(&buffer, patch) != 0) return std::nullopt;
  const std::string text(buffer.ptr, buffer.size);
  git_buf_dispose(&buffer);
  const auto first = text.find("\n@@ ");
  if (first == std::string::npos) return std::nullopt;
  std::string hunks = text.substr(first + 1);
  if (hunks.ends_with('\n')) hunks.pop_back();
  return hunks;
}

FileChange to_change(git_diff* diff, std::size_t at) {
  const git_diff_delta* delta = git_diff_get_delta(diff, at);
  const bool is_removed = delta->status == GIT_DELTA_DELETED;
  FileChange change{.path = delta->new_file.path,
                    .previous_path = delta->status == GIT_DELTA_RENAMED ? delta->old_file.path : "",
                    .status = to_status(delta->status),
                    .sha = git::to_hex(is_removed ? delta->old_file.id : delta->new_file.id),
                    .patch = std::nullopt};
  const auto patch = make<git::Patch>(git_patch_from_diff, diff, at);
  if (patch != nullptr) {
    std::size_t context = 0;
    git_patch_line_stats(&context, &change.additions, &change.deletions, patch.get());
    change.patch = hunks_of(patch.get());
  }
  return change;
}

}  // namespace

bool GitStore::is_ancestor(const std::string& ancestor, const std::string& descendant) const {
  if (ancestor == descendant) return true;
  const auto a = git::parse_id(ancestor);
  const auto d = git::parse_id(descendant);
  return a && d && git_graph_descendant_of(repository_.get(), &*d, &*a) == 1;
}

Result<std::string> GitStore::merge_base(const std::string& a, const std::string& b) const {
  const git_oid first = MLX_TRY(git::parse_id(a));
  const git_oid second = MLX_TRY(git::parse_id(b));
  git_oid base{};
  if (git_merge_base(&base, repository_.get(), &first, &second) != 0) return last_error();
  return git::to_hex(base);
}

Result<std::vector<Commit>> GitStore::log(const std::string& from, const std::string& exclude,
                                          const std::string& path) const {
  const auto walk = make<git::RevisionWalk>(git_revwalk_new, repository_.get());
  const git_oid start = MLX_TRY(git::parse_id(from));
  if (walk == nullptr || git_revwalk_push(walk.get(), &start) != 0) return last_error();
  git_revwalk_sorting(walk.get(), GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);
  if (!exclude.empty()) {
    const git_oid hidden = MLX_TRY(git::parse_id(exclude));
    if (git_revwalk_hide(walk.get(), &hidden) != 0) return last_error();
  }
  const auto at_path = [&](const std::string& commit) {
    const auto entry = entry_at(commit, path);
    return entry ? entry->sha : std::string();
  };
  std::vector<Commit> commits;
  git_oid id{};
  while (git_revwalk_next(&id, walk.get()) == 0) {
    Commit commit = MLX_TRY(read_commit(git::to_hex(id)));
    bool is_wanted = true;
    if (!path.empty()) {
      const std::string here = at_path(commit.sha);
      is_wanted = commit.parents.empty() ? !here.empty() : here != at_path(commit.parents.front());
    }
    if (is_wanted) commits.push_back(std::move(commit));
  }
  return commits;
}

Result<std::vector<FileChange>> GitStore::diff(const std::string& old_commit,
                                               const std::string& new_commit) const {
  git::Tree old_tree;
  if (!old_commit.empty()) old_tree = MLX_TRY(tree_of_commit(repository_.get(), old_commit));
  const git::Tree new_tree = MLX_TRY(tree_of_commit(repository_.get(), new_commit));
  const auto diff = make<git::Diff>(git_diff_tree_to_tree, repository_.get(), old_tree.get(), new_tree.get(),
                                    static_cast<const git_diff_options*>(nullptr));
  if (diff == nullptr || git_diff_find_similar(diff.get(), nullptr) != 0) return last_error(ErrorCode::kIo);
  std::vector<FileChange> changes;
  const std::size_t count = git_diff_num_deltas(diff.get());
  changes.reserve(count);
  for (std::size_t at = 0; at < count; ++at) {
    changes.push_back(to_change(diff.get(), at));
  }
  return changes;
}

Result<std::string> GitStore::merged_tree(const std::string& ours, const std::string& theirs) {
  const git_oid our_id = MLX_TRY(git::parse_id(ours));
  const git_oid their_id = MLX_TRY(git::parse_id(theirs));
  const auto our_commit = make<git::CommitObject>(git_commit_lookup, repository_.get(), &our_id);
  const auto their_commit = make<git::CommitObject>(git_commit_lookup, repository_.get(), &their_id);
  if (our_commit == nullptr || their_commit == nullptr) return last_error();
  const auto index = make<git::Index>(git_merge_commits, repository_.get(), our_commit.get(),
                                      their_commit.get(), static_cast<const git_merge_options*>(nullptr));
  if (index == nullptr) return last_error(ErrorCode::kConflict);
  git_oid tree{};
  if (git_index_has_conflicts(index.get()) == 1 ||
      git_index_write_tree_to(&tree, index.get(), repository_.get()) != 0) {
    return fail(ErrorCode::kConflict, "the branches conflict");
  }
  return git::to_hex(tree);
}

}  // namespace mlx::sandbox
