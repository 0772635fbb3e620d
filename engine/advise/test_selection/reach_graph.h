#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/advise/test_selection/configuration_files.h"
#include "engine/advise/test_selection/module_table.h"
#include "engine/advise/test_selection/test_suite.h"
#include "engine/index/repo_index.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// Why running one file may run, or read, another.
enum class ReachKind : std::uint8_t {
  kImports,        ///< by an import statement, or by a literal name
  kPackage,        ///< it is the `__init__.py` of a package around it
  kNames,          ///< a text in it names the module, or the file
  kComputes,       ///< it imports names that it puts together, of which this is one
  kAnything,       ///< it imports, or lists, what only the running program knows
  kUnreadable,     ///< it has a syntax error, so that what it imports is not known
  kConftest,       ///< fixtures of a directory above
  kPlugin,         ///< pytest loads it
  kConfiguration,  ///< a file that it reads names the module
  kUnread,         ///< not all files are read that could name a module for it
  kEntryPoint,     ///< it loads what the project offers under entry points
  kReads,          ///< it may read the file, which is no module
};

struct ReachEdge {
  FileId from = 0;
  ReachKind kind = ReachKind::kImports;
  std::uint32_t line = 0;  ///< in `from`; 0 if it is nowhere in particular
  std::uint32_t note = 0;  ///< of kConfiguration and kUnread: index into ReachGraph::notes
};

/// Which files of a repository reach which, as far as that can be told without running them.
struct ReachGraph {
  std::vector<std::vector<ReachEdge>> from;  ///< by target: who reaches it
  std::vector<std::vector<FileId>> to;       ///< the same edges the other way
  std::vector<ReachEdge> anything;           ///< who may reach any file at all
  std::vector<std::string> notes;            ///< paths of configuration; what is not read, and why
  std::vector<FileId> imports_given_names;   ///< files that import what others tell them to
  std::string unread;                        ///< of kUnread: why; empty if there is none
};

/// What the graph is made of.
struct ReachFacts {
  const RepoIndex& index;
  const Snapshot& files;
  const ModuleTable& modules;
  const TestSuite& suite;
  const ConfigurationFiles& configuration;
  std::size_t most_files;  ///< scripts and documents with examples: if there are more, those are not read
};

/// Reads, beside the index, configuration files, scripts that are no modules, and documents whose examples
/// tests run, for the names of modules in them. Fails if the snapshot does.
[[nodiscard]] Result<ReachGraph> build_reach_graph(const ReachFacts& facts);

}  // namespace mlx
