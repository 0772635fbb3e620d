#include "engine/component/extract/platform.h"

#include <algorithm>
#include <array>
#include <set>

#include "engine/base/repo_path.h"
#include "engine/component/extract/project_manifests.h"
#include "engine/index/directory_view.h"
#include "engine/manifest/source_root.h"

namespace mlx {
namespace {

bool has_code_in(const Platform& platform, const std::string& directory) {
  return std::ranges::any_of(platform.index.python(),
                             [&](const RepoPath& path) { return path.is_within(directory); });
}

/// Directories of outermost packages below a project's.
void add_packages(const Platform& platform, const std::string& directory, std::set<std::string>& found) {
  for (const RepoPath& path : platform.index.python()) {
    if (path.filename() != "__init__.py") continue;
    const std::string_view package = path.parent();
    const bool is_inside = directory.empty() || path.is_within(directory);
    const bool is_outermost =
        !platform.index.find(joined_path(parent_directory(package), "__init__.py")).has_value();
    const bool is_source = !package.empty() && package != directory && !is_outside_source(path.str());
    if (is_inside && is_outermost && is_source) found.emplace(package);
  }
}

/// The code of one project: the package that its layout names; where that is not one, every package.
void add_roots(const Platform& platform, const ProjectManifests& project, std::vector<CodeRoot>& roots) {
  const DirectoryView files(platform.snapshot, project.directory);
  const ProjectConfiguration& configuration = platform.configuration;
  const auto found = find_source_root(
      files, project.directory.empty() ? configuration : ProjectConfiguration{}, project.pyproject);
  if (found) {
    const std::string directory = joined_path(project.directory, found->directory);
    if (has_code_in(platform, directory)) {
      roots.push_back(
          {.directory = directory, .import_root = found->import_root, .project = project.directory});
      return;
    }
  }
  std::set<std::string> packages;
  add_packages(platform, project.directory, packages);
  for (const std::string& package : packages) {
    const std::string name(file_name(package));
    roots.push_back({.directory = package, .import_root = name, .project = project.directory});
  }
}

std::vector<CodeRoot> find_roots(const Platform& platform, const std::vector<ProjectManifests>& projects) {
  std::vector<CodeRoot> roots;
  const bool is_configured =
      !platform.configuration.source_root.empty() || !platform.configuration.import_root.empty();
  for (const ProjectManifests& project : projects) {
    if (project.directory.empty() || !is_configured) add_roots(platform, project, roots);
  }
  // What lies in two of them is of the inner one; of the same directory the project nearest to it tells.
  std::ranges::stable_sort(roots, [](const CodeRoot& a, const CodeRoot& b) {
    return a.directory.size() != b.directory.size() ? a.directory.size() > b.directory.size()
                                                    : a.directory < b.directory;
  });
  const auto repeated = std::ranges::unique(roots, {}, &CodeRoot::directory);
  roots.erase(repeated.begin(), repeated.end());
  return roots;
}

}  // namespace

std::optional<std::string> Platform::text(std::string_view path) const {
  const auto parsed = RepoPath::parse(path);
  if (!parsed) return std::nullopt;
  auto bytes = read_if_present(snapshot, *parsed);
  return bytes ? *std::move(bytes) : std::nullopt;
}

std::vector<std::string> source_roots(const ProjectConfiguration& configuration) {
  std::vector<std::string> roots = {"", "src"};
  if (!configuration.source_root.empty() && !configuration.import_root.empty()) {
    const std::string suffix = directory_of_import(configuration.import_root);
    const std::string& directory = configuration.source_root;
    if (directory.size() > suffix.size() && directory.ends_with("/" + suffix)) {
      roots.push_back(directory.substr(0, directory.size() - suffix.size() - 1));
    }
  }
  return roots;
}

bool is_auxiliary_directory(std::string_view name) {
  constexpr std::array<std::string_view, 16> kNames = {
      "tests", "test",       "testing",   "examples", "example", "docs", "doc", "scripts",
      "tools", "benchmarks", "notebooks", "build",    "dist",    "demo", "e2e", "projenrc"};
  return std::ranges::find(kNames, name) != kNames.end();
}

bool is_outside_source(std::string_view path) {
  if (is_test_path(path)) return true;
  for (std::string_view rest = path; rest.find('/') != std::string_view::npos;) {
    const auto segment = rest.substr(0, rest.find('/'));
    if (is_auxiliary_directory(segment) || segment.find('{') != std::string_view::npos) return true;
    rest.remove_prefix(segment.size() + 1);
  }
  return false;
}

bool is_test_path(std::string_view path) {
  const auto name = file_name(path);
  const bool is_test_file = name.ends_with(".py") && (name.starts_with("test_") ||
                                                      name.ends_with("_test.py") || name == "conftest.py");
  if (is_test_file) return true;
  for (std::string_view rest = path; !rest.empty();) {
    const auto end = rest.find('/');
    if (end == std::string_view::npos) return false;
    const auto segment = rest.substr(0, end);
    if (segment == "tests" || segment == "test") return true;
    rest.remove_prefix(end + 1);
  }
  return false;
}

Result<Platform> read_platform(const Snapshot& snapshot, const RepoIndex& index,
                               const ProjectConfiguration& configuration, std::vector<Finding>& findings) {
  Platform platform{.snapshot = snapshot,
                    .index = index,
                    .configuration = configuration,
                    .roots = {},
                    .requires_python = {},
                    .requires_python_place = {},
                    .declared = {},
                    .locked = {},
                    .scripts = {},
                    .entry_points = {},
                    .services = read_services(snapshot, index),
                    .containers = {}};
  platform.roots = find_roots(platform, read_manifests(platform, findings));
  platform.containers = read_containers(snapshot, index, platform.services, platform.scripts);
  return platform;
}

}  // namespace mlx
