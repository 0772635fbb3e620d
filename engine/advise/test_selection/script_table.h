#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
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

/// What scripts and documents say that could name modules, files and scripts, as texts of a module would.
/// Each is read once.
class ScriptTexts {
 public:
  /// Keeps references to the table and the files.
  ScriptTexts(const ScriptTable& table, const Snapshot& files, std::size_t most)
      : table_(table), files_(files), most_(most) {}

  /// Reads these, those that they call, and so on. False if that would be more than `most` with those that
  /// were read before. What is not there, or too large to be written by hand, says nothing. Fails if the
  /// snapshot does.
  [[nodiscard]] Result<bool> read(const std::set<std::string>& paths);
  /// Is one of these there? Of paths that were given to read().
  [[nodiscard]] bool has_any(const std::set<std::string>& paths) const;
  /// Calls `visit` for each word of these, and of all that they call; all were read.
  void each_word(const std::set<std::string>& paths,
                 const std::function<void(const std::string& word)>& visit) const;

 private:
  /// Looks which of these are there, and adds them to what is to be read.
  Result<void> look_for(const std::set<std::string>& paths);

  const ScriptTable& table_;
  const Snapshot& files_;
  std::size_t most_;
  std::set<std::string> looked_for_;
  std::set<std::string> there_;
  std::map<std::string, std::vector<std::string>> words_;  // of those that were read
};

}  // namespace mlx
