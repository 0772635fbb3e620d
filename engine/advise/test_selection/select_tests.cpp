#include "engine/advise/test_selection/select_tests.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <unordered_set>

#include "engine/advise/test_selection/changed_meaning.h"
#include "engine/advise/test_selection/file_readers.h"
#include "engine/advise/test_selection/former_files.h"
#include "engine/advise/test_selection/import_layout.h"
#include "engine/base/repo_path.h"

namespace mlx {
namespace {

/// How a file reaches a change: over the next file on the way, or by itself.
struct Way {
  ReachEdge edge;
  std::optional<FileId> next;  ///< nothing: `changed` is what it reaches
  std::string changed;         ///< empty: it reaches no change
  bool is_changed = false;     ///< it is the change itself
};

/// From the changed files to all that reach them.
class Affected {
 public:
  Affected(const RepoIndex& index, const ReachGraph& graph)
      : index_(index), graph_(graph), ways_(index.python().size()) {}

  void add_changed(FileId file) {
    const std::string& path = index_.python()[file].str();
    put(file, {.edge = {.from = file}, .next = {}, .changed = path, .is_changed = true});
    for (const ReachEdge& edge : graph_.anything)
      put(edge.from, {.edge = edge, .next = file, .changed = path});
  }

  void add_reader(FileId file, const std::string& path) {
    put(file, {.edge = {.from = file, .kind = ReachKind::kReads}, .next = {}, .changed = path});
  }

  void add_way(FileId file, FileId next) {
    const ReachEdge edge{.from = file, .kind = ReachKind::kNames};
    put(file, {.edge = edge, .next = next, .changed = ways_[next].changed});
  }

  void walk() {
    while (!todo_.empty()) {
      const FileId at = todo_.front();
      todo_.pop_front();
      for (const ReachEdge& edge : graph_.from[at])
        put(edge.from, {.edge = edge, .next = at, .changed = ways_[at].changed});
    }
  }

  [[nodiscard]] bool has(FileId file) const { return !ways_[file].changed.empty(); }
  [[nodiscard]] const std::string& changed_of(FileId file) const { return ways_[file].changed; }

  /// From the change to the file, which it must reach.
  [[nodiscard]] std::vector<ReachStep> steps_to(FileId file) const {
    std::vector<ReachStep> steps;
    for (std::optional<FileId> at = file; at && !ways_[*at].is_changed; at = ways_[*at].next)
      steps.push_back(step_of(*at, ways_[*at]));
    std::ranges::reverse(steps);
    return steps;
  }

 private:
  void put(FileId file, Way way) {
    if (has(file)) return;
    ways_[file] = std::move(way);
    todo_.push_back(file);
  }

  [[nodiscard]] ReachStep step_of(FileId file, const Way& way) const {
    std::string by;
    if (way.edge.kind == ReachKind::kConfiguration || way.edge.kind == ReachKind::kUnread)
      by = graph_.notes[way.edge.note];
    return {.file = index_.python()[file].str(),
            .kind = way.edge.kind,
            .reached = way.next ? index_.python()[*way.next].str() : way.changed,
            .line = way.edge.line,
            .by = std::move(by)};
  }

  const RepoIndex& index_;
  const ReachGraph& graph_;
  std::vector<Way> ways_;
  std::deque<FileId> todo_;
};

/// What a file reaches from where it is, with the packages that are named on the way if something there
/// imports what it is told to: a name may be put together from a package's and another.
class GivenNames {
 public:
  GivenNames(const RepoIndex& index, const ModuleTable& modules, const ReachGraph& graph)
      : index_(index), modules_(modules), graph_(graph), packages_(index.python().size()) {
    std::vector<FileId> todo = graph.imports_given_names;
    while (!todo.empty()) {
      const FileId at = todo.back();
      todo.pop_back();
      if (!reaches_importer_.insert(at).second) continue;
      for (const ReachEdge& edge : graph.from[at]) todo.push_back(edge.from);
    }
  }

  /// A file, below a package named on the way, that is affected; nothing if there is none.
  [[nodiscard]] std::optional<FileId> affected_by_name(FileId test, const Affected& affected) {
    if (!reaches_importer_.contains(test)) return std::nullopt;
    std::unordered_set<FileId> seen;
    std::vector<FileId> todo = {test};
    while (!todo.empty()) {
      const FileId at = todo.back();
      todo.pop_back();
      if (!seen.insert(at).second) continue;
      if (affected.has(at)) return at;
      todo.insert(todo.end(), graph_.to[at].begin(), graph_.to[at].end());
      const std::vector<FileId>& named = named_below(at);
      todo.insert(todo.end(), named.begin(), named.end());
    }
    return std::nullopt;
  }

 private:
  /// All files of the packages that a file names.
  const std::vector<FileId>& named_below(FileId file) {
    std::optional<std::vector<FileId>>& known = packages_[file];
    if (known) return *known;
    known.emplace();
    for (const std::string& word : index_.module(file).mentions.words) {
      for (const FileId named : modules_.files_of(word)) {
        const std::string& path = index_.python()[named].str();
        if (file_name(path) != "__init__.py") continue;
        const std::vector<FileId> below = modules_.files_below(parent_directory(path));
        known->insert(known->end(), below.begin(), below.end());
      }
    }
    return *known;
  }

  const RepoIndex& index_;
  const ModuleTable& modules_;
  const ReachGraph& graph_;
  std::unordered_set<FileId> reaches_importer_;
  std::vector<std::optional<std::vector<FileId>>> packages_;
};

class Selector {
 public:
  Selector(const RepoIndex& index, const Snapshot& files, const TestedChange& change, std::size_t most_files)
      : index_(index),
        files_(files),
        change_(change),
        configuration_(index, files, most_files),
        most_files_(most_files),
        suite_(read_suite()),
        modules_(index, suite_.import_directories),
        readers_(index) {}

  Result<TestSelection> select() {
    const ReachGraph graph = MLX_TRY(build_reach_graph({.index = index_,
                                                        .files = files_,
                                                        .modules = modules_,
                                                        .suite = suite_,

                                                        .configuration = configuration_,
                                                        .most_files = most_files_}));
    selection_.unread = graph.unread;
    MLX_CHECK(read_configuration());
    if (!change_.paths.empty()) MLX_CHECK(add_reasons_of_project());
    Affected affected(index_, graph);
    for (const std::string& reason : change_.unknown)
      selection_.whole.push_back({.file = {}, .text = reason});
    for (const ChangedPath& changed : change_.paths) MLX_CHECK(add_change(changed, affected));
    affected.walk();
    add_given_names(graph, affected);
    put_files(affected);
    add_untested(graph);
    return std::move(selection_);
  }

 private:
  TestSuite read_suite() {
    auto pytest = find_pytest_configuration(files_);
    if (!pytest) {
      selection_.whole.push_back(
          {.file = pytest.error().location.file, .text = "cannot be read: " + pytest.error().message});
    }
    TestSuite suite = find_test_suite(index_, pytest ? *pytest : PytestConfiguration());
    if (!suite.other_tests.empty() && !change_.paths.empty())
      selection_.whole.push_back({.file = {}, .text = suite.other_tests});
    return suite;
  }

  /// What holds for any change.
  Result<void> add_reasons_of_project() {
    // What pytest takes for examples in a text may import anything.
    for (const std::string& path : suite_.texts) {
      const RepoPath text_path = MLX_TRY(RepoPath::parse(path));
      const auto text = MLX_TRY(read_if_regular(files_, text_path));
      if (text && text->contains(">>>")) add_whole(path, "has examples that pytest tests");
    }
    for (WholeSuiteReason& reason : MLX_TRY(reasons_of_layout(index_, files_)))
      selection_.whole.push_back(std::move(reason));
    return {};
  }

  /// For files that are no modules: what names them.
  Result<void> read_configuration() {
    std::vector<std::string> data;
    for (const ChangedPath& changed : change_.paths) {
      const ChangeScope scope = scope_of_change(changed.path);
      if (scope == ChangeScope::kData || scope == ChangeScope::kNoTests) data.push_back(changed.path);
    }
    if (data.empty()) return {};
    named_ = MLX_TRY(files_named_in(configuration_, index_, data));
    if (selection_.unread.empty()) selection_.unread = named_.unread;
    return {};
  }

  void add_whole(const std::string& path, std::string_view reason) {
    selection_.whole.push_back({.file = path, .text = std::string(reason)});
  }

  Result<void> add_change(const ChangedPath& changed, Affected& affected) {
    const ChangeScope scope = scope_of_change(changed.path);
    const auto file = index_.find(changed.path);
    if (scope == ChangeScope::kEverything) {
      add_whole(changed.path, reason_of_everything(changed.path));
    } else if (file) {
      affected.add_changed(*file);
      if (changed.path == "conftest.py") add_whole(changed.path, "has what every test may use");
    } else if (scope == ChangeScope::kPython) {
      add_whole(changed.path,
                "is in a place where no imports are read (a hidden directory, a link, a template)");
    } else if (MLX_TRY(is_no_file(changed.path))) {
      add_whole(changed.path, "is a repository of its own or a link, whose files are not known");
    } else {
      add_data(changed.path, scope, affected);
    }
    return {};
  }

  /// A submodule is one path for all that is in it, and git follows no link.
  [[nodiscard]] Result<bool> is_no_file(std::string_view text) const {
    if (text.ends_with('/')) return true;
    const auto path = RepoPath::parse(text);
    if (!path) return false;
    const EntryKind kind = MLX_TRY(files_.kind(*path));
    return kind != EntryKind::kAbsent && !is_file(kind);
  }

  void add_data(const std::string& path, ChangeScope scope, Affected& affected) {
    const FileReading reading = readers_.of(path, named_.readers);
    for (const FileId reader : reading.readers) affected.add_reader(reader, path);
    if (scope == ChangeScope::kData && !reading.is_named) {
      add_whole(path, "is named nowhere, so that nobody knows who reads it");
    } else if (scope == ChangeScope::kData && !named_.unread.empty()) {
      add_whole(path, "may be named in configuration: " + named_.unread);
    }
    if (reading.readers.empty()) selection_.untested.push_back(path);
  }

  /// A test that is affected so may be what another one imports: hence the walk afterwards.
  void add_given_names(const ReachGraph& graph, Affected& affected) const {
    if (graph.imports_given_names.empty()) return;
    GivenNames names(index_, modules_, graph);
    for (const TestFile& test : suite_.files) {
      if (affected.has(test.file)) continue;
      if (const auto file = names.affected_by_name(test.file, affected)) affected.add_way(test.file, *file);
    }
    affected.walk();
  }

  void put_files(const Affected& affected) {
    std::set<std::string> removed;
    for (const ChangedPath& changed : change_.paths) {
      if (changed.is_removed) removed.insert(changed.path);
    }
    for (const ChangedPath& changed : change_.paths) {
      if (!changed.is_removed) removed.erase(changed.path);
    }
    for (const TestFile& test : suite_.files) {
      const std::string& path = index_.python()[test.file].str();
      if (removed.contains(path)) continue;
      selection_.all_tests += test.tests;
      const bool is_affected = affected.has(test.file);
      if (!is_affected && !selection_.is_whole()) {
        selection_.unselected.push_back(path);
        continue;
      }
      selection_.selected_tests += test.tests;
      SelectedTests selected{.file = path, .tests = test.tests, .changed = {}, .steps = {}};
      if (is_affected) {
        selected.changed = affected.changed_of(test.file);
        selected.steps = affected.steps_to(test.file);
      }
      selection_.selected.push_back(std::move(selected));
    }
  }

  /// Changed modules from which no way leads to a test.
  void add_untested(const ReachGraph& graph) {
    for (const ChangedPath& changed : change_.paths) {
      const auto file = index_.find(changed.path);
      if (!file || scope_of_change(changed.path) == ChangeScope::kEverything) continue;
      Affected alone(index_, graph);
      alone.add_changed(*file);
      alone.walk();
      const bool is_tested =
          std::ranges::any_of(suite_.files, [&](const TestFile& test) { return alone.has(test.file); });
      if (!is_tested) selection_.untested.push_back(changed.path);
    }
    std::ranges::sort(selection_.untested);
  }

  const RepoIndex& index_;
  const Snapshot& files_;
  const TestedChange& change_;
  const ConfigurationFiles configuration_;
  std::size_t most_files_;
  NamedFiles named_;
  TestSelection selection_;  // before what is read first, which adds reasons to it
  const TestSuite suite_;
  const ModuleTable modules_;
  const FileReaders readers_;
};

}  // namespace

Result<TestSelection> select_tests(const Snapshot& files, IndexCache& cache, const TestedChange& change,
                                   std::size_t most_files) {
  std::vector<std::string> removed;
  for (const ChangedPath& changed : change.paths) {
    if (changed.is_removed && changed.path.ends_with(".py")) removed.push_back(changed.path);
  }
  const FormerFiles all(files, removed);
  const RepoIndex index = MLX_TRY(RepoIndex::build(all, cache, {""}));
  return Selector(index, files, change, most_files).select();
}

}  // namespace mlx
