#include "engine/advise/project_signals.h"

#include <algorithm>
#include <array>

#include "engine/component/extract/import_names.h"
#include "engine/manifest/requirement.h"

namespace mlx {
namespace {

/// Distributions that an import leads to, with those of the name that it has itself.
std::vector<std::string> distributions_of(const PythonImport& import) {
  std::string path = import.module;
  if (!import.name.empty() && import.name != "*") path += "." + import.name;
  std::vector<std::string> found;
  for (const std::string_view known : known_distributions(path)) found.push_back(normalized_name(known));
  const std::string top = import.module.substr(0, import.module.find('.'));
  if (!is_standard_library(top)) found.push_back(normalized_name(top));
  return found;
}

std::set<std::string> injected_files(const Lock& lock) {
  std::set<std::string> files;
  for (const auto& [name, component] : lock.components) {
    for (const auto& [path, file] : component.files) files.insert(path);
  }
  return files;
}

bool is_health_path(std::string_view path) {
  return std::ranges::any_of(
      std::array<std::string_view, 6>{"health", "ready", "live", "ping", "heartbeat", "/status"},
      [&](std::string_view part) { return path.find(part) != std::string_view::npos; });
}

}  // namespace

bool is_service_code(std::string_view path) {
  static const std::set<std::string_view> other_directories = {
      "test",         "tests",     "testing",
      "doc",          "docs",      "example",
      "examples",     "sample",    "samples",
      "benchmark",    "bench",     "benchmarks",
      "scripts",      "script",    "tool",
      "tools",        "tutorials", "tutorial",
      "notebooks",    "demo",      "demos",
      "_vendor",      "vendor",    "third_party",
      "migrations",   "alembic",   "hack",
      "ci",           ".github",   "templates",
      "cookiecutter", "fixtures",  "integration_tests",
      "e2e",          "e2e_tests", "build",
      "dist",         "infra",     "perf_tests",
      "unittest",     "unittests", "mocks"};
  std::string_view rest = path;
  for (auto slash = rest.find('/'); slash != std::string_view::npos; slash = rest.find('/')) {
    const std::string_view directory = rest.substr(0, slash);
    if (other_directories.contains(directory) || directory.ends_with("_tests") ||
        directory.starts_with("test_") || directory.starts_with("tests_"))
      return false;
    rest.remove_prefix(slash + 1);
  }
  return rest != "setup.py" && rest != "conftest.py" && !rest.starts_with("test_") &&
         !rest.ends_with("_test.py") && !rest.ends_with("_pb2.py") && !rest.ends_with("_pb2_grpc.py") &&
         rest != "versioneer.py";
}

ProjectSignals read_signals(const RepoIndex& index, const Lock& lock, const std::optional<Scope>& scope) {
  ProjectSignals signals;
  const std::set<std::string> injected = injected_files(lock);
  for (FileId file = 0; file < index.python().size(); ++file) {
    const std::string& path = index.python()[file].str();
    if (!is_service_code(path) || injected.contains(path)) continue;
    const PythonModule& module = index.module(file);
    std::set<std::string> frameworks;
    for (const PythonImport& import : module.imports) {
      if (import.level > 0 || import.context.is_type_checking) continue;
      if (!index.resolve(file, import).files.empty()) {
        // A project that is such a library itself needs no other.
        const std::string top = import.module.substr(0, import.module.find('.'));
        const auto package = import.level == 0 ? index.file_of_module(top) : std::nullopt;
        if (package && index.python()[*package].filename() == "__init__.py")
          signals.distributions.insert(normalized_name(top));
        continue;
      }
      for (const std::string& distribution : distributions_of(import)) {
        if (is_web_framework(distribution)) frameworks.insert(distribution);
        signals.distributions.insert(distribution);
        if (!scope || scope->holds(path, import.line, import.line)) {
          signals.imports.try_emplace(distribution, Evidence{.file = path, .line = import.line});
        }
      }
    }
    for (const PythonRoute& route : module.routes) {
      if (is_health_path(route.path)) signals.has_health_route = true;
    }
    for (const PythonPractice& practice : module.practices) {
      if (scope && !scope->holds(path, practice.line, practice.end_line)) continue;
      signals.practices.push_back({.file = path, .practice = practice, .frameworks = frameworks});
    }
    if (scope && !scope->files.contains(path)) continue;
    for (const PythonSymbol& symbol : module.symbols) count_words(symbol.name, signals.names);
  }
  return signals;
}

}  // namespace mlx
