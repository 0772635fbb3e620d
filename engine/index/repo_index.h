#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/blob_id.h"
#include "engine/base/error.h"
#include "engine/index/index_cache.h"
#include "engine/index/snapshot.h"
#include "engine/source/python_module.h"

namespace mlx {

/// A Python file of the repository, as an index into RepoIndex::python().
using FileId = std::size_t;

struct IndexedFile {
  RepoPath path;
  EntryKind kind = EntryKind::kFile;
};

/// What an import means: files of this repository, or something from outside.
struct ResolvedImport {
  std::vector<FileId> files;  ///< that it loads, the last being what was named
  std::string external;       ///< the dotted path, if no file here is meant
};

/// What a repository's Python code says: every file read once, imports resolved on demand.
///
/// Directories that hold no source are passed over: hidden ones, `__pycache__`, `node_modules`,
/// virtual environments (by their pyvenv.cfg), components of a catalogue (whose templates are copies).
/// Symbolic links are not followed. For one thread.
class RepoIndex {
 public:
  /// Lists the snapshot and takes what is known of a file's content from the cache, reading only
  /// files that it does not know, which it tells the snapshot before. `source_roots` are directories whose
  /// modules are imported by their path from there (`""`, `src`); those that hold packages are found in any
  /// case.
  [[nodiscard]] static Result<RepoIndex> build(const Snapshot& snapshot, IndexCache& cache,
                                               const std::vector<std::string>& source_roots);

  /// Every file, sorted by path.
  [[nodiscard]] const std::vector<IndexedFile>& files() const { return files_; }
  /// Those that are Python, sorted by path.
  [[nodiscard]] const std::vector<RepoPath>& python() const { return python_; }
  /// What the file says; decoded when it is first asked for. Valid as long as the index.
  [[nodiscard]] const PythonModule& module(FileId file) const;
  [[nodiscard]] std::optional<FileId> find(std::string_view path) const;
  [[nodiscard]] bool has_file(std::string_view path) const;

  /// What imports call the module in this file: `src.api.app`, `src.api` for its `__init__.py`. Empty
  /// if its path has something that is no identifier.
  [[nodiscard]] std::string module_name(FileId file) const;
  /// The file of a module, as imports from anywhere in the repository find it.
  [[nodiscard]] std::optional<FileId> file_of_module(std::string_view dotted) const;

  [[nodiscard]] ResolvedImport resolve(FileId from, const PythonImport& import) const;

  /// How many files were not in the cache and had to be read.
  [[nodiscard]] std::size_t read_count() const { return read_count_; }

 private:
  [[nodiscard]] std::optional<FileId> file_below(std::string_view root, std::string_view dotted) const;
  [[nodiscard]] std::string_view package_root(std::string_view path) const;

  std::vector<IndexedFile> files_;
  std::vector<RepoPath> python_;
  /// Read, or still as the cache gave it: most questions are about a few files.
  struct Module {
    std::string encoded;
    std::unique_ptr<PythonModule> decoded;
  };
  mutable std::vector<Module> modules_;
  std::map<std::string, FileId, std::less<>> by_path_;
  std::vector<std::string> roots_;  ///< longest first
  std::size_t read_count_ = 0;
};

}  // namespace mlx
