#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/advise/test_selection/reach_graph.h"
#include "engine/base/error.h"
#include "engine/index/index_cache.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// A file that differs. A file that was moved is one that was removed and one that was added.
struct ChangedPath {
  std::string path;  ///< as git has it; it need be no RepoPath
  bool is_removed = false;

  bool operator==(const ChangedPath&) const = default;
};

/// What is known of a change.
struct TestedChange {
  std::vector<ChangedPath> paths;
  /// Why there may be more than these, as part of a sentence; empty if these are all.
  std::vector<std::string> unknown = {};
};

/// One step of the way from a change to a test: `file` reaches `reached`.
struct ReachStep {
  std::string file;
  ReachKind kind = ReachKind::kImports;
  std::string reached;
  std::uint32_t line = 0;  ///< in `file`; 0 if it is nowhere in particular
  std::string by = {};  ///< of kConfiguration: the file that names the module; of kUnread: what `file` does
                        ///< with files that are not read, and why they are not

  bool operator==(const ReachStep&) const = default;
};

struct SelectedTests {
  std::string file;
  std::size_t tests = 0;
  std::string changed;           ///< what of the change it can be affected by; empty: it is one of all
  std::vector<ReachStep> steps;  ///< from the changed file to this; none if it is the changed one
};

/// Why all tests are selected.
struct WholeSuiteReason {
  std::string file;  ///< empty if it is no file
  std::string text;  ///< `says what is installed`

  bool operator==(const WholeSuiteReason&) const = default;
};

struct TestSelection {
  std::vector<WholeSuiteReason> whole;  ///< empty: only some are
  std::vector<SelectedTests> selected;  ///< by path; all of them if there is a reason in `whole`
  std::vector<std::string> unselected;  ///< the other test files, by path
  std::size_t selected_tests = 0;
  std::size_t all_tests = 0;
  std::vector<std::string> untested;  ///< changed files that no test reaches
  std::string unread;  ///< why not all was read that could say what a test reaches; empty if all was

  [[nodiscard]] std::size_t all_files() const { return selected.size() + unselected.size(); }
  [[nodiscard]] bool is_whole() const { return !whole.empty(); }
};

constexpr std::size_t kMostFilesRead = 2000;

/// The tests that a change can affect: `files` is the project after it. Selects rather too many than one too
/// few, and all if it cannot know. No more than `most_files` files of configuration are read, and no more
/// scripts and documents. docs/test-selection.md tells the rules. Fails if the snapshot does.
[[nodiscard]] Result<TestSelection> select_tests(const Snapshot& files, IndexCache& cache,
                                                 const TestedChange& change,
                                                 std::size_t most_files = kMostFilesRead);

}  // namespace mlx
