#include "engine/advise/test_selection/test_suite.h"

#include <algorithm>
#include <array>
#include <set>

#include "engine/advise/test_selection/entry_points.h"
#include "engine/advise/test_selection/path_pattern.h"
#include "engine/base/repo_path.h"

namespace mlx {
namespace {

using Words = std::vector<std::string>;

const Words& or_default(const Words& given, const Words& otherwise) {
  return given.empty() ? otherwise : given;
}

const Words kFilePatterns = {"test_*.py", "*_test.py"};
const Words kFunctionPatterns = {"test"};
const Words kClassPatterns = {"Test"};
const Words kIgnoredDirectories = {"*.egg", ".*", "_darcs", "build", "CVS", "dist", "node_modules", "venv"};

/// A prefix, unless it is a pattern.
bool is_named_so(std::string_view name, const Words& patterns) {
  return std::ranges::any_of(patterns, [&](const std::string& pattern) {
    const bool is_pattern = pattern.find_first_of("*?[") != std::string::npos;
    return is_pattern ? matches_pattern(pattern, name) : name.starts_with(pattern);
  });
}

std::string_view without_slashes(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  while (path.ends_with('/')) path.remove_suffix(1);
  return path == "." ? std::string_view() : path;
}

class Collection {
 public:
  explicit Collection(const PytestConfiguration& pytest)
      : pytest_(pytest),
        files_(or_default(pytest.file_patterns, kFilePatterns)),
        functions_(or_default(pytest.function_patterns, kFunctionPatterns)),
        classes_(or_default(pytest.class_patterns, kClassPatterns)),
        ignored_(or_default(pytest.ignored_directories, kIgnoredDirectories)) {}

  [[nodiscard]] bool is_collected(std::string_view path) const {
    if (pytest_.test_paths.empty()) return !is_ignored(parent_directory(path));
    return std::ranges::any_of(pytest_.test_paths, [&](const std::string& given) {
      const std::string_view place = without_slashes(given);
      if (place.find_first_of("*?[") != std::string_view::npos)
        return matches_pattern(place, path) || matches_pattern(std::string(place) + "/*", path);
      if (place == path) return true;
      if (!is_below(path, place)) return false;
      const std::string_view inside = place.empty() ? path : path.substr(place.size() + 1);
      return !is_ignored(parent_directory(inside));
    });
  }

  [[nodiscard]] bool is_test_file(std::string_view path) const {
    return std::ranges::any_of(files_, [&](const std::string& pattern) {
      const bool names_path = pattern.find('/') != std::string::npos;
      return matches_pattern(names_path ? "*" + pattern : pattern, names_path ? path : file_name(path));
    });
  }

  [[nodiscard]] std::size_t tests_in(const PythonModule& module) const {
    const auto is_test = [&](const PythonSymbol& symbol) {
      if (symbol.kind == PythonSymbolKind::kFunction) return is_named_so(symbol.name, functions_);
      if (symbol.kind != PythonSymbolKind::kMethod) return false;
      const auto dot = symbol.name.find('.');
      const std::string_view name = std::string_view(symbol.name).substr(dot + 1);
      const std::string_view owner = std::string_view(symbol.name).substr(0, dot);
      const bool may_be_test_case = std::ranges::any_of(module.classes, [&](const PythonClass& one) {
        return one.name == owner && std::ranges::any_of(one.bases, [](const std::string& base) {
                 return base.ends_with("TestCase");
               });
      });
      return may_be_test_case ? name.starts_with("test")
                              : is_named_so(owner, classes_) && is_named_so(name, functions_);
    };
    return static_cast<std::size_t>(std::ranges::count_if(module.symbols, is_test));
  }

 private:
  [[nodiscard]] bool is_ignored(std::string_view directory) const {
    for (; !directory.empty(); directory = parent_directory(directory)) {
      const bool is_one = std::ranges::any_of(ignored_, [&](const std::string& pattern) {
        return matches_pattern(pattern, file_name(directory));
      });
      if (is_one) return true;
    }
    return false;
  }

  const PytestConfiguration& pytest_;
  const Words& files_;
  const Words& functions_;
  const Words& classes_;
  const Words& ignored_;
};

/// As pytest splits them: quotes may be around an option, or around its value.
Words options_of(const PytestConfiguration& pytest) {
  Words options = pytest.options;
  for (std::string& option : options) std::erase_if(option, [](char c) { return c == '"' || c == '\''; });
  return options;
}

bool has_option(const Words& options, std::string_view name) {
  return std::ranges::any_of(options, [&](const std::string& option) { return option.starts_with(name); });
}

Words plugins_of(const Words& options) {
  Words plugins;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (options[i] == "-p" && i + 1 < options.size()) {
      plugins.push_back(options[i + 1]);
    } else if (options[i].starts_with("-p") && options[i].size() > 2) {
      plugins.push_back(options[i].substr(2));
    }
  }
  return plugins;
}

// Called for the whole run, whoever has them. What else a conftest.py has is for the tests below it.
constexpr std::array<std::string_view, 14> kSessionHooks = {
    "pytest_addoption",         "pytest_cmdline_main",
    "pytest_collection",        "pytest_collection_modifyitems",
    "pytest_configure",         "pytest_deselected",
    "pytest_plugin_registered", "pytest_runtestloop",
    "pytest_sessionfinish",     "pytest_sessionstart",
    "pytest_unconfigure",       "pytest_fixture_setup",
    "pytest_collection_finish", "pytest_addhooks"};

bool defines(const PythonModule& module, std::string_view function) {
  return std::ranges::find(module.symbols, function, &PythonSymbol::name) != module.symbols.end();
}

bool has_session_hook(const PythonModule& module) {
  return std::ranges::any_of(kSessionHooks, [&](std::string_view hook) { return defines(module, hook); });
}

/// Why there may be other tests than those that the configuration tells.
std::string told_beside(const Words& options) {
  if (has_option(options, "--doctest-modules"))
    return "pytest is told to test examples in docstrings, which may import anything";
  for (const char* option : {"--doctest-glob", "--markdown-docs", "--codeblocks"})
    if (has_option(options, option)) return "pytest is told to test examples in texts";
  // `-o python_files=…` takes the place of what the file says.
  if (has_option(options, "-o") || has_option(options, "--override-ini"))
    return "pytest is told by an option (`-o`) what else would be in its configuration";
  return {};
}

TestSuite collect(const RepoIndex& index, const PytestConfiguration& pytest) {
  const Collection collection(pytest);
  const Words options = options_of(pytest);
  const bool has_doctests = has_option(options, "--doctest-modules");
  TestSuite suite;
  suite.plugins = plugins_of(options);
  suite.other_tests = told_beside(options);
  for (const IndexedFile& file : index.files()) {
    const bool is_text = matches_pattern("test*.txt", file.path.filename());
    if (is_text && collection.is_collected(file.path.str())) suite.texts.push_back(file.path.str());
  }
  for (FileId file = 0; file < index.python().size(); ++file) {
    const std::string& path = index.python()[file].str();
    const PythonModule& module = index.module(file);
    // In a conftest.py, or in a plugin.
    if (defines(module, "pytest_collect_file")) suite.other_tests = path + " collects tests of its own kind";
    if (file_name(path) == "conftest.py") {
      suite.conftests.push_back(file);
      if (has_session_hook(module)) suite.session_conftests.push_back(file);
    }
    const bool is_candidate = has_doctests || collection.is_test_file(path);
    if (!is_candidate || !collection.is_collected(path)) continue;
    suite.files.push_back({.file = file, .tests = collection.tests_in(index.module(file))});
  }
  return suite;
}

}  // namespace

TestSuite find_test_suite(const RepoIndex& index, const PytestConfiguration& pytest) {
  TestSuite suite = collect(index, pytest);
  if (suite.files.empty() && !pytest.test_paths.empty()) {
    // So does pytest, if it finds nothing there.
    PytestConfiguration anywhere = pytest;
    anywhere.test_paths.clear();
    suite = collect(index, anywhere);
  }
  suite.configuration = pytest.file;
  std::set<std::string> names;
  for (const std::string& value : pytest.values) names.merge(module_names_in("= " + value));
  suite.configured_modules.assign(names.begin(), names.end());
  for (const std::string& directory : pytest.pythonpath)
    suite.import_directories.emplace_back(without_slashes(directory));
  return suite;
}

}  // namespace mlx
