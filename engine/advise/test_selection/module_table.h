#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/index/repo_index.h"

namespace mlx {

/// Every name by which an import could mean a file of the repository, whatever is on the import path: a
/// directory is taken for one of its entries unless it is a package. So a name may mean several files.
class ModuleTable {
 public:
  /// `import_directories` are on the import path even if they are packages.
  ModuleTable(const RepoIndex& index, const std::vector<std::string>& import_directories);

  /// The files of the module; none if nothing here is called so.
  [[nodiscard]] const std::vector<FileId>& files_of(std::string_view dotted) const;
  /// The files of the longest beginning of `dotted` that is a module.
  [[nodiscard]] const std::vector<FileId>& files_of_beginning(std::string_view dotted) const;
  /// All that match, with `*` for any part of a name: `src.plugins.*`. Names no more than a given beginning
  /// are looked through, so a pattern should have one.
  [[nodiscard]] std::vector<FileId> files_matching(std::string_view pattern) const;
  /// Does the name, or one that continues it, mean something here?
  [[nodiscard]] bool has_below(std::string_view dotted) const;
  /// Every Python file below a directory.
  [[nodiscard]] std::vector<FileId> files_below(std::string_view directory) const;
  /// The file at this path, or the `__init__.py` of this directory.
  [[nodiscard]] std::optional<FileId> file_at(std::string_view path_without_suffix) const;
  /// The directory of the outermost package around a file; that of the file if it is in none.
  [[nodiscard]] std::string outermost_package(FileId file) const;
  /// Directories, by their last names: `conf` and `a/conf` for `a/conf`.
  [[nodiscard]] std::vector<std::string> directories_named(std::string_view ending) const;
  /// Python files by the end of their path: `x.py`, `a/x.py`.
  [[nodiscard]] const std::vector<FileId>& files_ending(std::string_view ending) const;

 private:
  void add_names(FileId file);
  void add_directories(std::string_view path);
  [[nodiscard]] bool is_package(std::string_view directory) const;

  const RepoIndex& index_;
  std::set<std::string, std::less<>> import_directories_;
  std::map<std::string, std::vector<FileId>, std::less<>> by_name_;
  std::map<std::string, std::vector<FileId>, std::less<>> by_ending_;
  std::map<std::string, std::set<std::string>, std::less<>> directories_;
};

}  // namespace mlx
