#include "engine/component/extract/platform.h"

#include <algorithm>
#include <array>
#include <set>

#include "engine/manifest/requirements_file.h"
#include "engine/manifest/source_root.h"
#include "engine/manifest/toml_document.h"

namespace mlx {
namespace {

void report(std::vector<Finding>& findings, const Error& error) {
  findings.push_back({.code = "manifest-unreadable",
                      .severity = Severity::kWarning,
                      .message = error.message,
                      .remedy = "mend the file; what it declares is left out until then",
                      .evidence = {{.file = error.location.file, .line = error.location.line}}});
}

bool is_requirements_file(std::string_view path) {
  const auto slash = path.rfind('/');
  const auto directory = slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
  const auto name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const bool is_text = name.ends_with(".txt") || name.ends_with(".in");
  if (!is_text) return false;
  if (directory == "requirements") return true;
  return directory.empty() && name.find("requirements") != std::string_view::npos;
}

/// `requirements-dev.txt`, `requirements/test.in`: for work on the project, not for running it.
std::string group_of_requirements(std::string_view path) {
  constexpr std::array<std::string_view, 6> kWords = {"dev", "test", "lint", "doc", "ci", "build"};
  for (const std::string_view word : kWords) {
    if (path.find(word) != std::string_view::npos)
      return std::string(word == "doc" ? "docs" : word == "test" ? "test" : word);
  }
  return {};
}

void read_requirement_files(Platform& platform, std::vector<Finding>& findings) {
  for (const IndexedFile& file : platform.index.files()) {
    if (!is_requirements_file(file.path.str())) continue;
    const auto text = platform.text(file.path.str());
    const auto read = text ? read_requirements(*text, file.path.str()) : Result<RequirementsFile>{};
    if (!read) {
      report(findings, read.error());
      continue;
    }
    for (const RequirementLine& line : read->lines) {
      if (!line.requirement) continue;
      platform.declared.push_back({.requirement = *line.requirement,
                                   .group = group_of_requirements(file.path.str()),
                                   .evidence = line.evidence});
    }
  }
}

/// What a lock file pinned: `[[package]]` with name and version, as uv and Poetry write it.
void read_lock_file(Platform& platform, std::string_view path, std::vector<Finding>& findings) {
  const auto text = platform.text(path);
  if (!text) return;
  const auto document = TomlDocument::parse(*text, std::string(path));
  if (!document) return report(findings, document.error());
  for (const TomlValue& package : document->root().at("package").elements()) {
    const TomlValue name = package.at("name");
    const TomlValue version = package.at("version");
    if (!name.is_present() || !version.is_present()) continue;
    auto requirement = parse_requirement(name.scalar() + ">=" + version.scalar());
    if (!requirement) continue;
    platform.locked.insert_or_assign(
        normalized_name(name.scalar()),
        ProjectDistribution{.requirement = *requirement,
                            .group = {},
                            .evidence = {.file = std::string(path), .line = name.line()}});
  }
}

void read_scripts(Platform& platform, const TomlDocument& document) {
  for (const auto& table : {document.root().table_at({"project", "scripts"}),
                            document.root().table_at({"tool", "poetry", "scripts"})}) {
    if (!table) continue;
    for (const auto& [name, value] : table->members()) {
      if (value.kind() != TomlKind::kString) continue;
      platform.scripts.emplace(name + " = " + value.scalar(),
                               Evidence{.file = document.file(), .line = value.line()});
    }
  }
}

PyProject read_project_file(Platform& platform, std::vector<Finding>& findings) {
  const auto text = platform.text("pyproject.toml");
  if (!text) return {};
  const auto document = TomlDocument::parse(*text, "pyproject.toml");
  auto project = document ? read_pyproject(*document) : Result<PyProject>(std::unexpected(document.error()));
  if (!project) {
    report(findings, project.error());
    return {};
  }
  read_scripts(platform, *document);
  platform.requires_python = project->requires_python;
  for (const DeclaredDependency& dependency : project->dependencies) {
    if (dependency.requirement.name == "python") continue;
    ProjectDistribution declared{
        .requirement = dependency.requirement, .group = dependency.group, .evidence = dependency.evidence};
    const bool is_poetry = dependency.place == DependencyPlace::kPoetry ||
                           dependency.place == DependencyPlace::kPoetryGroup ||
                           dependency.place == DependencyPlace::kPoetryDevDependencies;
    if (is_poetry) declared.requirement.text = render(declared.requirement);
    platform.declared.push_back(std::move(declared));
  }
  return *std::move(project);
}

/// The package that the layout names; where that is not one, every package at the top or in `src`.
std::vector<CodeRoot> find_roots(const Platform& platform, const PyProject& project) {
  const auto found = find_source_root(platform.snapshot, platform.configuration, project);
  const bool has_code = found && std::ranges::any_of(platform.index.python(), [&](const RepoPath& path) {
                          return path.is_within(found->directory);
                        });
  if (has_code) return {{.directory = found->directory, .import_root = found->import_root}};
  std::set<std::pair<std::string, std::string>> roots;
  for (const RepoPath& path : platform.index.python()) {
    if (path.filename() != "__init__.py") continue;
    std::string_view directory = path.parent();
    const auto slash = directory.rfind('/');
    const auto above = slash == std::string_view::npos ? std::string_view() : directory.substr(0, slash);
    const bool is_outermost = !platform.index.find(std::string(above) + "/__init__.py");
    const auto name = slash == std::string_view::npos ? directory : directory.substr(slash + 1);
    const bool is_auxiliary =
        is_test_path(path.str()) || is_auxiliary_directory(directory.substr(0, directory.find('/')));
    if (!directory.empty() && is_outermost && !is_auxiliary) roots.emplace(directory, name);
  }
  std::vector<CodeRoot> list;
  for (const auto& [directory, name] : roots) list.push_back({.directory = directory, .import_root = name});
  return list;
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
  constexpr std::array<std::string_view, 15> kNames = {
      "tests", "test",       "testing",   "examples", "example", "docs", "doc", "scripts",
      "tools", "benchmarks", "notebooks", "build",    "dist",    "demo", "e2e"};
  return std::ranges::find(kNames, name) != kNames.end();
}

bool is_test_path(std::string_view path) {
  const auto slash = path.rfind('/');
  const auto name = slash == std::string_view::npos ? path : path.substr(slash + 1);
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
                    .declared = {},
                    .locked = {},
                    .scripts = {}};
  const PyProject project = read_project_file(platform, findings);
  read_requirement_files(platform, findings);
  read_lock_file(platform, "uv.lock", findings);
  read_lock_file(platform, "poetry.lock", findings);
  platform.roots = find_roots(platform, project);
  return platform;
}

}  // namespace mlx
