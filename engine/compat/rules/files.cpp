#include <algorithm>
#include <cctype>
#include <map>
#include <string>

#include "engine/base/repo_path.h"
#include "engine/compat/rules/report.h"
#include "engine/compat/rules/rules.h"
#include "engine/component/extract/platform.h"

namespace mlx::compat {
namespace {

std::string lowered(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lower;
}

bool are_same(const std::optional<BlobId>& one, const std::optional<BlobId>& other) {
  return one && other && *one == *other;
}

/// What to do so that a component's file can have the path. Some files mean something by their place: under
/// another name they are of no use.
std::string way_out(const std::string& path, const Party& project, const Party& component) {
  const auto file = project.files.find(path);
  const bool is_empty = file != project.files.end() && are_same(file->second, BlobId::of(""));
  const std::string command = "`mlx add " + component.name + "`";
  if (is_empty) return "delete it before " + command + ", which brings one: it is empty";
  const std::string_view name = file_name(path);
  const bool is_package_file = name == "__init__.py" || name == "__main__.py";
  if (is_package_file || name == "conftest.py") {
    return "rename the directory " + std::string(parent_directory(path)) + " before " + command +
           (is_package_file
                ? ", or give components another one by `source-root` and `import-root` in mlx.toml"
                : "");
  }
  return "rename or move " + path + " before " + command +
         ", or let the component's file replace it with `--overwrite`";
}

/// What to rename so that a module has another name: the file, or the directory of a package.
std::string movable(const std::string& module) {
  return file_name(module) == "__init__.py" ? "the directory " + std::string(parent_directory(module))
                                            : module;
}

void report_same_path(const std::string& path, const Party& one, const Party& other, RuleFindings& findings) {
  report(findings,
         {.subject = path,
          .message = path + " is a file of " + one.title() + " and, with other content, of " + other.title(),
          .remedy = one.name.empty() ? way_out(path, one, other)
                                     : "install only one of the two, or move the file in one registry",
          .evidence = {{.file = path}}},
         {&one, &other});
}

/// Names of test modules for pytest, as long as their directories are no packages.
std::map<std::string, std::string> loose_tests(const Party& party) {
  std::map<std::string, std::string> found;
  for (const FileId file : party.tests) {
    const std::string& path = party.path(file);
    const std::string name(file_name(path));
    const bool is_test = name.starts_with("test_") || name.ends_with("_test.py");
    const std::string package = joined_path(parent_directory(path), "__init__.py");
    if (is_test && !party.index->has_file(package) && !party.files.contains(package))
      found.emplace(name, path);
  }
  return found;
}

}  // namespace

void check_file_collision(const Party& one, const Party& other, const CompatFacts& /*facts*/,
                          RuleFindings& findings) {
  if (one.is_installed && other.is_installed) return;
  std::map<std::string, std::string> folded;
  for (const auto& [path, blob] : one.files) folded.emplace(lowered(path), path);
  for (const auto& [path, blob] : other.files) {
    const auto same = one.files.find(path);
    if (same != one.files.end()) {
      if (!are_same(same->second, blob)) report_same_path(path, one, other, findings);
      continue;
    }
    const auto similar = folded.find(lowered(path));
    if (similar == folded.end()) continue;
    report(findings,
           {.subject = lowered(path),
            .message = similar->second + " of " + one.title() + " and " + path + " of " + other.title() +
                       " are one file where capitals do not count, as on macOS and Windows",
            .remedy = "rename " + similar->second,
            .evidence = {{.file = similar->second}, {.file = path}}},
           {&one, &other});
  }
}

void check_module_collision(const Party& one, const Party& other, const CompatFacts& /*facts*/,
                            RuleFindings& findings) {
  for (const ModuleFact& module : other.modules) {
    const auto same = std::ranges::lower_bound(one.modules, module.place, {}, &ModuleFact::place);
    if (same == one.modules.end() || same->place != module.place || same->file == module.file) continue;
    report(
        findings,
        {.subject = module.place,
         .message = same->file + " of " + one.title() + " and " + module.file + " of " + other.title() +
                    " have the same name for imports; Python finds the package and never the module",
         .remedy = "rename " + movable(one.name.empty() ? same->file : module.file) + ", and what imports it",
         .evidence = {{.file = same->file}, {.file = module.file}}},
        {&one, &other});
  }
}

void check_test_name_collision(const Party& one, const Party& other, const CompatFacts& facts,
                               RuleFindings& findings) {
  if (facts.imports_tests_by_path) return;
  const auto tests = loose_tests(one);
  for (const auto& [name, path] : loose_tests(other)) {
    const auto same = tests.find(name);
    if (same == tests.end() || same->second == path) continue;
    report(findings,
           {.subject = name,
            .message =
                "pytest takes " + same->second + " and " + path +
                " for the same module, since their directories have no __init__.py, and stops at the second",
            .remedy = "rename one, add an __init__.py to both directories, or set `--import-mode=importlib`",
            .evidence = {{.file = same->second}, {.file = path}}},
           {&one, &other});
  }
}

}  // namespace mlx::compat
