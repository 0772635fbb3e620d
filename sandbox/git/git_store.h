#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"

struct git_repository;

namespace mlx::sandbox {

struct Signature {
  std::string name;
  std::string email;
  std::int64_t seconds = 0;  ///< since 1970
  int offset_minutes = 0;
};

struct Commit {
  std::string sha;
  std::string tree;
  std::vector<std::string> parents;
  Signature author;
  Signature committer;
  std::string message;
};

struct TreeEntry {
  std::string path;
  unsigned mode = 0;  ///< as git writes it: 0100644
  std::string sha;
  std::string_view type;  ///< "blob", "tree" or "commit"
  std::optional<std::uint64_t> size;
};

/// Put `sha` at `path`, or delete what is there.
struct TreeChange {
  std::string path;
  unsigned mode = 0;
  std::optional<std::string> sha;
};

struct Ref {
  std::string name;  ///< "refs/heads/main"
  std::string sha;
  std::string_view type;
};

struct FileChange {
  std::string path;
  std::string previous_path;  ///< for "renamed"
  std::string_view status;    ///< "added", "removed", "modified" or "renamed"
  std::string sha;            ///< of the new blob, or of the old one when it was removed
  std::size_t additions = 0;
  std::size_t deletions = 0;
  std::optional<std::string> patch;  ///< the hunks; nothing for binary files
};

/// One bare repository. Ids are 40 lower-case hexadecimal digits; an id that is not, and
/// an object that is not there or is of another kind, is kNotFound. Not thread-safe.
class GitStore {
 public:
  [[nodiscard]] static Result<GitStore> create(const std::filesystem::path& directory);

  /// The commit that holds the files of a directory (see SandboxOptions::project).
  [[nodiscard]] Result<std::string> import_directory(const std::filesystem::path& directory,
                                                     const Signature& author, const std::string& message);

  // Objects.
  [[nodiscard]] std::optional<std::string_view> type_of(const std::string& sha) const;
  [[nodiscard]] Result<std::string> write_blob(std::string_view bytes);
  [[nodiscard]] Result<std::string> read_blob(const std::string& sha) const;
  /// Entries of a tree, or of a commit's tree; with `recursive` of all trees below it, too.
  [[nodiscard]] Result<std::vector<TreeEntry>> read_tree(const std::string& sha, bool recursive) const;
  /// The tree of a commit; a tree's own id.
  [[nodiscard]] Result<std::string> tree_of(const std::string& sha) const;
  /// What is at a path below a tree or commit.
  [[nodiscard]] Result<TreeEntry> entry_at(const std::string& sha, const std::string& path) const;
  /// kConflict when a path to delete is not in the base. Directories left empty vanish.
  [[nodiscard]] Result<std::string> write_tree(const std::optional<std::string>& base,
                                               const std::vector<TreeChange>& changes);
  [[nodiscard]] Result<Commit> read_commit(const std::string& sha) const;
  [[nodiscard]] Result<std::string> write_commit(const Commit& commit);  ///< its `sha` is not read

  // References.
  /// The commit that a branch, a tag, a full reference or an id names.
  [[nodiscard]] Result<std::string> resolve(const std::string& revision) const;
  [[nodiscard]] std::vector<Ref> refs(std::string_view prefix) const;  ///< sorted by name
  [[nodiscard]] std::optional<Ref> find_ref(const std::string& name) const;
  /// Creates or moves a reference.
  [[nodiscard]] Result<void> set_ref(const std::string& name, const std::string& sha);
  [[nodiscard]] Result<void> remove_ref(const std::string& name);
  [[nodiscard]] static bool is_valid_ref_name(const std::string& name);

  // History.
  [[nodiscard]] bool is_ancestor(const std::string& ancestor, const std::string& descendant) const;
  [[nodiscard]] Result<std::string> merge_base(const std::string& a, const std::string& b) const;
  /// Commits that `from` reaches and `exclude` does not, newest first; only those that
  /// changed `path`, unless it is empty.
  [[nodiscard]] Result<std::vector<Commit>> log(const std::string& from, const std::string& exclude,
                                                const std::string& path = {}) const;
  /// An empty `old_commit` stands for no files.
  [[nodiscard]] Result<std::vector<FileChange>> diff(const std::string& old_commit,
                                                     const std::string& new_commit) const;
  /// The tree of a merge without conflicts; kConflict otherwise.
  [[nodiscard]] Result<std::string> merged_tree(const std::string& ours, const std::string& theirs);

 private:
  struct Close {
    void operator()(git_repository* repository) const;
  };
  struct LibraryUse;  // keeps libgit2 initialised
  GitStore(std::shared_ptr<LibraryUse> library, std::unique_ptr<git_repository, Close> repository);

  std::shared_ptr<LibraryUse> library_;
  std::unique_ptr<git_repository, Close> repository_;
};

}  // namespace mlx::sandbox
