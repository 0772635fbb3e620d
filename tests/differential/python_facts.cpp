// Reads paths from standard input and prints what the engine reads out of each Python file, one
// JSON value to a line: for comparison with CPython (compare_with_ast.py) and for benchmarks.
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <string>

#include <nlohmann/json.hpp>

#include "engine/source/python_module.h"

namespace {

using nlohmann::json;

json facts_of(const mlx::PythonModule& module) {
  json imports = json::array();
  std::set<std::string> names;
  for (const mlx::PythonImport& import : module.imports) {
    if (import.is_dynamic) continue;
    imports.push_back({import.module, import.level, import.name, import.alias, import.line});
    if (import.is_top_level && !import.bound_name().empty()) names.emplace(import.bound_name());
  }
  for (const mlx::PythonSymbol& symbol : module.symbols) {
    if (symbol.kind != mlx::PythonSymbolKind::kMethod) names.insert(symbol.name);
  }
  json problems = json::array();
  for (const mlx::SourceProblem& problem : module.problems) {
    if (problem.code == "syntax-error")
      problems.push_back(problem.message + " at " + std::to_string(problem.line));
  }
  return {{"imports", std::move(imports)},
          {"names", names},
          {"all", module.has_all && module.is_all_known ? json(module.all) : json()},
          {"problems", std::move(problems)}};
}

}  // namespace

int main(int argc, char**) {
  const bool is_silent = argc > 1;  // for profiling: read, and print nothing
  std::size_t bytes = 0;
  for (std::string path; std::getline(std::cin, path);) {
    std::ifstream stream(path, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    const mlx::PythonModule module = mlx::read_python_module(text);
    bytes += text.size();
    if (is_silent) continue;
    std::cout << facts_of(module).dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
  }
  if (is_silent) std::cout << bytes << '\n';
  return 0;
}
