#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/index/repo_index.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// Files that run modules though they are none: shell scripts, programs without an ending, notebooks, a
/// Makefile, Python files in hidden directories, and documents whose examples a test runs.
class ScriptTable {
 public:
  explicit ScriptTable(const RepoIndex& index);

  /// Paths of those that a word of a module may call: by their last name. Not each has to be there.
  [[nodiscard]] std::vector<std::string> called(const std::string& word) const;
  /// Paths of all documents whose examples a module runs: those that it spells, or that are below directories
  /// that it spells; all if there are none of these. None if it is not one that runs examples.
  [[nodiscard]] std::vector<std::string> examples_of(const PythonModule& module) const;

 private:
  const RepoIndex& index_;
  std::map<std::string, std::vector<std::string>, std::less<>> by_name_;
  std::vector<std::string> documents_;
};

/// What such a file says that could name modules, files and scripts, as a text of a module would. None if it
/// is not there, or too large to be written by hand. Fails if the snapshot does.
[[nodiscard]] Result<std::vector<std::string>> words_of_script(const Snapshot& files, std::string_view path);

}  // namespace mlx
