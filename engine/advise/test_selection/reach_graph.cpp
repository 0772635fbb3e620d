#include "engine/advise/test_selection/reach_graph.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <unordered_set>

#include "engine/advise/test_selection/entry_points.h"
#include "engine/advise/test_selection/path_pattern.h"
#include "engine/advise/test_selection/script_table.h"
#include "engine/base/repo_path.h"

namespace mlx {
namespace {

bool is_python_pattern(std::string_view word) { return word == ".py" || word.ends_with("*.py"); }

/// A dotted name, alone or with what follows it: no path, and no file.
bool may_name_module(std::string_view word) {
  return word.find_first_of("/*-") == std::string_view::npos && !word.ends_with(".py");
}

// What loads classes and functions that its configuration names.
constexpr std::array<std::string_view, 8> kConfiguredImporters = {
    "airflow", "celery", "dagster", "django", "hydra.utils", "kedro", "logging.config", "scrapy"};

/// `load = importlib.import_module`, `map(import_module, names)`: the function is not called where it stands.
bool hands_importer_on(const PythonModule& module) {
  bool is_imported = false;
  for (const PythonImport& import : module.imports) {
    if (import.is_dynamic) return false;
    is_imported = is_imported || (import.level == 0 && import.module == "importlib" &&
                                  (import.name.empty() || import.name == "import_module"));
  }
  return is_imported && module.mentions.computed_imports.empty();
}

bool is_given_names(const PythonModule& module) {
  if (hands_importer_on(module)) return true;
  return std::ranges::any_of(module.imports, [](const PythonImport& import) {
    if (import.level > 0) return false;
    if (import.name == "ImportString" || import.name == "import_string") return true;
    const std::string full = import.module + (import.name.empty() ? "" : "." + import.name);
    return std::ranges::any_of(kConfiguredImporters, [&](std::string_view name) {
      return full.starts_with(name) && (full.size() == name.size() || full[name.size()] == '.');
    });
  });
}

class GraphBuilder {
 public:
  explicit GraphBuilder(const ReachFacts& facts)
      : facts_(facts),
        index_(facts.index),
        modules_(facts.modules),
        scripts_(facts.index),
        texts_(scripts_, facts.files, facts.most_files) {
    graph_.from.resize(index_.python().size());
    graph_.to.resize(index_.python().size());
  }

  Result<ReachGraph> build() {
    entry_points_ = MLX_TRY(read_entry_points(facts_.files));
    add_setup_script();
    for (FileId file = 0; file < index_.python().size(); ++file) {
      add_package(file);
      add_imports(file);
      add_words(file);
      add_file_lists(file);
      add_computed_imports(file);
      add_problems(file);
    }
    add_pytest();
    MLX_CHECK(add_scripts());
    MLX_CHECK(add_configurations());
    MLX_CHECK(add_examples());
    return std::move(graph_);
  }

 private:
  const std::string& path_of(FileId file) const { return index_.python()[file].str(); }

  void add(FileId from, FileId to, ReachKind kind, std::uint32_t line = 0, std::uint32_t note = 0) {
    if (from == to) return;
    if (!known_.insert(from * index_.python().size() + to).second) return;
    graph_.from[to].push_back({.from = from, .kind = kind, .line = line, .note = note});
    graph_.to[from].push_back(to);
  }

  void add_all(FileId from, std::span<const FileId> files, ReachKind kind, std::uint32_t line = 0,
               std::uint32_t note = 0) {
    for (const FileId file : files) add(from, file, kind, line, note);
  }

  void add_everything(FileId from, ReachKind kind, std::uint32_t line, std::uint32_t note = 0) {
    graph_.anything.push_back({.from = from, .kind = kind, .line = line, .note = note});
  }

  /// What a setup.py names may be an entry point.
  void add_setup_script() {
    const auto script = index_.find("setup.py");
    if (!script) return;
    const std::vector<std::string>& words = index_.module(*script).mentions.words;
    const bool offers_plugins = std::ranges::find(words, "pytest11") != words.end();
    for (const std::string& word : words) {
      if (word.find('.') == std::string::npos || modules_.files_of(word).empty()) continue;
      entry_points_.offered.push_back(word);
      if (offers_plugins) entry_points_.pytest_plugins.push_back(word);
    }
  }

  /// The `__init__.py` of every package around it is run before the file.
  void add_package(FileId file) {
    for (std::string_view directory = parent_directory(path_of(file)); !directory.empty();
         directory = parent_directory(directory)) {
      const auto package = index_.find(std::string(directory) + "/__init__.py");
      if (package) add(file, *package, ReachKind::kPackage);
    }
  }

  void add_imports(FileId file) {
    for (const PythonImport& import : index_.module(file).imports) {
      // Never run: it is for type checkers.
      if (import.context.is_type_checking) continue;
      if (import.level > 0) {
        add_relative(file, import);
      } else {
        add_absolute(file, import);
      }
    }
  }

  void add_relative(FileId file, const PythonImport& import) {
    // `import_module(".x", package)`: the package may be any.
    if (import.is_dynamic) {
      add_all(file, modules_.files_matching("*." + import.module), ReachKind::kComputes, import.line);
    }
    std::string_view directory = parent_directory(path_of(file));
    for (std::uint32_t i = 1; i < import.level; ++i) directory = parent_directory(directory);
    std::string place(directory);
    add_at(file, place, import.line);
    for (std::string_view rest = import.module; !rest.empty();) {
      const auto dot = std::min(rest.find('.'), rest.size());
      place += (place.empty() ? "" : "/") + std::string(rest.substr(0, dot));
      add_at(file, place, import.line);
      rest.remove_prefix(std::min(dot + 1, rest.size()));
    }
    add_imported_name(file, place, import);
  }

  void add_at(FileId file, const std::string& place, std::uint32_t line) {
    if (const auto target = modules_.file_at(place)) add(file, *target, ReachKind::kImports, line);
  }

  /// What is imported from a package may be a module of it; all of what `__all__` lists.
  void add_imported_name(FileId file, const std::string& place, const PythonImport& import) {
    const auto below = [&](const std::string& name) { return place.empty() ? name : place + "/" + name; };
    if (import.name == "*") {
      const auto package = modules_.file_at(place);
      if (!package) return;
      for (const std::string& name : index_.module(*package).all) add_at(file, below(name), import.line);
    } else if (!import.name.empty()) {
      add_at(file, below(import.name), import.line);
    }
  }

  void add_absolute(FileId file, const PythonImport& import) {
    add_beside(file, import);
    // All that is loaded on the way is, even if the last is not there.
    for (std::size_t dot = import.module.find('.'); dot != std::string::npos;
         dot = import.module.find('.', dot + 1))
      add_all(file, modules_.files_of(import.module.substr(0, dot)), ReachKind::kImports, import.line);
    const auto& named = modules_.files_of(import.module);
    add_all(file, named, ReachKind::kImports, import.line);
    if (import.name == "*") {
      for (const FileId package : named) {
        for (const std::string& name : index_.module(package).all)
          add_all(file, modules_.files_of(import.module + "." + name), ReachKind::kImports, import.line);
      }
    } else if (!import.name.empty()) {
      add_all(file, modules_.files_of(import.module + "." + import.name), ReachKind::kImports, import.line);
    }
  }

  /// Where a file is run by its path, imports are looked for beside it, also in a package.
  void add_beside(FileId file, const PythonImport& import) {
    std::string place(parent_directory(path_of(file)));
    if (place.empty()) return;
    for (std::string_view rest = import.module; !rest.empty();) {
      const auto dot = std::min(rest.find('.'), rest.size());
      place += "/" + std::string(rest.substr(0, dot));
      add_at(file, place, import.line);
      rest.remove_prefix(std::min(dot + 1, rest.size()));
    }
    if (modules_.file_at(place)) add_imported_name(file, place, import);
  }

  void add_words(FileId file) {
    const bool is_package = file_name(path_of(file)) == "__init__.py";
    for (const std::string& word : index_.module(file).mentions.words) {
      // Lists of what a package loads when it is asked for: `lazy.attach(__name__, ["trees"])`.
      if (is_package && may_name_module(word)) add_part(file, word);
      add_word(file, word);
    }
  }

  void add_word(FileId file, const std::string& word) {
    if (word.ends_with(".py") && word.find('*') == std::string::npos) {
      add_all(file, modules_.files_ending(word), ReachKind::kNames);
    } else if (word.ends_with(".py") && !is_python_pattern(word)) {
      add_matching_paths(file, word);
    } else if (word.ends_with('.') || word.find(".*") != std::string::npos) {
      add_pattern(file, word.ends_with('.') ? word + "*" : word, ReachKind::kNames, 0);
    } else if (may_name_module(word)) {
      add_named(file, word, ReachKind::kNames, 0);
    }
    const auto point = entry_points_.modules.find(word);
    if (point != entry_points_.modules.end()) add_named(file, point->second, ReachKind::kNames, 0);
  }

  /// Files that are no modules, by who runs them.
  using Run = std::map<FileId, std::set<std::string>>;

  /// Who spells the name of a script that is no module runs what the script names, other scripts too.
  Result<void> add_scripts() {
    Run run;
    for (FileId file = 0; file < index_.python().size(); ++file) {
      for (const std::string& word : index_.module(file).mentions.words) {
        for (std::string& path : scripts_.called(word)) run[file].insert(std::move(path));
      }
    }
    return add_run(run);
  }

  /// Tests run the examples in documents, by themselves or by what they use for it.
  Result<void> add_examples() {
    std::set<FileId> known;
    for (;;) {
      Run run;
      for (const FileId file : reached_by_tests()) {
        if (!known.insert(file).second) continue;
        std::vector<std::string> examples = scripts_.examples_of(index_.module(file));
        if (!examples.empty()) run[file].insert(examples.begin(), examples.end());
      }
      if (run.empty()) return {};
      MLX_CHECK(add_run(run));
    }
  }

  std::set<FileId> reached_by_tests() const {
    std::set<FileId> reached;
    std::vector<FileId> waiting;
    std::ranges::transform(facts_.suite.files, std::back_inserter(waiting), &TestFile::file);
    while (!waiting.empty()) {
      const FileId at = waiting.back();
      waiting.pop_back();
      if (!reached.insert(at).second) continue;
      waiting.insert(waiting.end(), graph_.to[at].begin(), graph_.to[at].end());
    }
    return reached;
  }

  Result<void> add_run(const Run& run) {
    std::set<std::string> paths;
    for (const auto& [file, called] : run) paths.insert(called.begin(), called.end());
    if (MLX_TRY(texts_.read(paths))) {
      for (const auto& [file, called] : run)
        texts_.each_word(called, [&, by = file](const std::string& word) { add_word(by, word); });
      return {};
    }
    const std::uint32_t note = add_unread("runs what scripts or documents say",
                                          "there are more than " + std::to_string(facts_.most_files) +
                                              " scripts and documents with examples, which are not read");
    for (const auto& [file, called] : run) {
      if (texts_.has_any(called)) add_everything(file, ReachKind::kUnread, 0, note);
    }
    return {};
  }

  /// The note for what not all is read of.
  std::uint32_t add_unread(const std::string& what, const std::string& reason) {
    if (!graph_.unread.contains(reason)) graph_.unread += (graph_.unread.empty() ? "" : ", and ") + reason;
    graph_.notes.push_back(what + ", and " + reason);
    return static_cast<std::uint32_t>(graph_.notes.size() - 1);
  }

  void add_part(FileId package, const std::string& word) {
    std::string place = std::string(parent_directory(path_of(package))) + "/" + word;
    std::ranges::replace(place, '.', '/');
    if (const auto part = modules_.file_at(place)) add(package, *part, ReachKind::kNames);
  }

  /// The module that a dotted name begins with. A package that is named may also be run.
  void add_named(FileId file, std::string_view word, ReachKind kind, std::uint32_t note) {
    // Of a package without an `__init__.py` too.
    for (const FileId main : modules_.files_of(std::string(word) + ".__main__"))
      add(file, main, kind, 0, note);
    for (const FileId target : modules_.files_of_beginning(word)) {
      add(file, target, kind, 0, note);
      const std::string& path = path_of(target);
      if (file_name(path) != "__init__.py") continue;
      const auto main = index_.find(path.substr(0, path.size() - 11) + "__main__.py");
      if (main) add(file, *main, kind, 0, note);
    }
  }

  void add_matching_paths(FileId file, const std::string& pattern) {
    for (FileId target = 0; target < index_.python().size(); ++target) {
      if (matches_pattern(pattern, path_of(target)) || matches_pattern("*/" + pattern, path_of(target)))
        add(file, target, ReachKind::kNames);
    }
  }

  /// `src.plugins.*`: only with a whole name before the first `*`, else it is anything.
  void add_pattern(FileId file, const std::string& pattern, ReachKind kind, std::uint32_t line) {
    const auto star = pattern.find('*');
    if (pattern.substr(0, star).find('.') == std::string::npos) return;
    add_all(file, modules_.files_matching(pattern), kind, line);
  }

  /// Python files that are not imported but listed: below the directories that the module names.
  void add_file_lists(FileId file) {
    const PythonMentions& mentions = index_.module(file).mentions;
    if (!mentions.lists_files) return;
    bool is_python_listed = false;
    bool is_directory_named = false;
    for (const std::string& word : mentions.words) {
      is_python_listed = is_python_listed || is_python_pattern(word);
      for (const std::string& directory : modules_.directories_named(word)) {
        is_directory_named = true;
        add_all(file, modules_.files_below(directory), ReachKind::kReads);
      }
    }
    if (mentions.names_itself) {
      add_all(file, modules_.files_below(parent_directory(path_of(file))), ReachKind::kReads);
    } else if (is_python_listed && !is_directory_named) {
      add_everything(file, ReachKind::kAnything, 0);
    }
  }

  void add_computed_imports(FileId file) {
    const PythonMentions& mentions = index_.module(file).mentions;
    bool is_told = false;
    for (const PythonComputedImport& import : mentions.computed_imports) {
      if (import.is_in_own_package) {
        add_own_package(file, import);
        continue;
      }
      const auto beginning = import.pattern.substr(0, import.pattern.find('*'));
      if (beginning.find('.') != std::string::npos) {
        add_pattern(file, import.pattern, ReachKind::kComputes, import.line);
        continue;
      }
      // `*`: whoever calls it tells what; but not if it is what the file system has.
      is_told = true;
      if (import.pattern != "*" && import.pattern.find_first_of("*.") != std::string::npos)
        add_all(file, modules_.files_matching(import.pattern), ReachKind::kComputes, import.line);
      if (mentions.lists_files || mentions.lists_modules) add_listed(file, import.line);
    }
    if (mentions.computed_imports.empty() && mentions.lists_modules) add_listed(file, 0);
    // Stubs are not read: any module of the package.
    if (mentions.attaches_stub)
      add_all(file, modules_.files_below(parent_directory(path_of(file))), ReachKind::kComputes, 0);
    if (mentions.lists_entry_points) {
      for (const std::string& module : entry_points_.offered)
        add_named(file, module, ReachKind::kEntryPoint, 0);
    }
    if (is_told || mentions.lists_entry_points || is_given_names(index_.module(file)))
      graph_.imports_given_names.push_back(file);
  }

  void add_own_package(FileId file, const PythonComputedImport& import) {
    std::string directory(parent_directory(path_of(file)));
    const auto dots = std::min(import.pattern.find_first_not_of('.'), import.pattern.size());
    for (std::size_t i = 1; i < dots; ++i) directory = parent_directory(directory);
    // `__name__` of a module may be cut at any of its dots.
    if (dots == 0 && file_name(path_of(file)) != "__init__.py") directory = modules_.outermost_package(file);
    add_all(file, modules_.files_below(directory), ReachKind::kComputes, import.line);
  }

  /// The modules of packages that are listed: its own, or those that it imports.
  void add_listed(FileId file, std::uint32_t line) {
    bool is_known = false;
    if (index_.module(file).mentions.names_itself) {
      is_known = true;
      add_all(file, modules_.files_below(parent_directory(path_of(file))), ReachKind::kComputes, line);
    }
    const std::vector<FileId> reached = graph_.to[file];
    for (const FileId target : reached) {
      const std::string& path = path_of(target);
      const bool is_around = is_below(path_of(file), parent_directory(path));
      if (file_name(path) != "__init__.py" || is_around) continue;
      is_known = true;
      add_all(file, modules_.files_below(parent_directory(path)), ReachKind::kComputes, line);
    }
    if (!is_known) add_everything(file, ReachKind::kAnything, line);
  }

  void add_problems(FileId file) {
    for (const SourceProblem& problem : index_.module(file).problems) {
      if (problem.code == "syntax-error") add_everything(file, ReachKind::kUnreadable, problem.line);
    }
  }

  void add_pytest() {
    const auto note = static_cast<std::uint32_t>(graph_.notes.size());
    graph_.notes.push_back(facts_.suite.configuration);
    for (const TestFile& test : facts_.suite.files) {
      for (const FileId conftest : facts_.suite.conftests) {
        if (is_below(path_of(test.file), parent_directory(path_of(conftest))))
          add(test.file, conftest, ReachKind::kConftest);
      }
      for (const FileId conftest : facts_.suite.session_conftests)
        add(test.file, conftest, ReachKind::kPlugin);
      for (const std::string& name : facts_.suite.configured_modules)
        add_named(test.file, name, ReachKind::kConfiguration, note);
      add_plugins(test.file, facts_.suite.plugins);
      add_plugins(test.file, entry_points_.pytest_plugins);
    }
  }

  void add_plugins(FileId test, const std::vector<std::string>& plugins) {
    for (const std::string& plugin : plugins) add_all(test, modules_.files_of(plugin), ReachKind::kPlugin);
  }

  /// `_target_: src.models.Tree` in whatever file: for all that import what they are told to.
  Result<void> add_configurations() {
    if (graph_.imports_given_names.empty()) return {};
    const std::string unread =
        MLX_TRY(facts_.configuration.each([&](const std::string& path, std::string_view text) {
          const auto note = static_cast<std::uint32_t>(graph_.notes.size());
          graph_.notes.push_back(path);
          for (const std::string& name : module_names_in(text)) {
            if (modules_.files_of_beginning(name).empty()) continue;
            for (const FileId importer : graph_.imports_given_names)
              add_named(importer, name, ReachKind::kConfiguration, note);
          }
        }));
    if (unread.empty()) return {};
    const std::uint32_t note = add_unread("imports what configuration names", unread);
    for (const FileId importer : graph_.imports_given_names)
      add_everything(importer, ReachKind::kUnread, 0, note);
    return {};
  }

  const ReachFacts& facts_;
  const RepoIndex& index_;
  const ModuleTable& modules_;
  const ScriptTable scripts_;
  ScriptTexts texts_;
  EntryPoints entry_points_;
  ReachGraph graph_;
  std::unordered_set<std::size_t> known_;
};

}  // namespace

Result<ReachGraph> build_reach_graph(const ReachFacts& facts) { return GraphBuilder(facts).build(); }

}  // namespace mlx
