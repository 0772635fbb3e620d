#include "engine/manifest/source_root.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/manifest/requirement.h"

namespace mlx {
namespace {

constexpr std::string_view kSource = "src";

/// Packages at the top of a repository that are not what it is about.
constexpr std::array<std::string_view, 19> kAuxiliary = {
    "tests",   "test",       "testing",    "docs",      "doc",     "examples", "example",
    "scripts", "tools",      "benchmarks", "notebooks", "build",   "dist",     "conf",
    "config",  "migrations", "alembic",    "venv",      "projenrc"};

struct Package {
  std::string directory;
  std::string name;
};

class RootFinder {
 public:
  RootFinder(const Snapshot& snapshot, const ProjectConfiguration& configuration, const PyProject& pyproject)
      : snapshot_(snapshot), configuration_(configuration), pyproject_(pyproject) {}

  Result<SourceRoot> find() {
    const bool is_configured = !configuration_.source_root.empty() || !configuration_.import_root.empty();
    if (is_configured) return configured();
    if (const auto declared = MLX_TRY(declared_package())) return shipped(*declared);
    if (const auto found = MLX_TRY(package_where_told())) return shipped(*found);

    const bool is_source_package = MLX_TRY(has_file(snapshot_, "src/__init__.py"));
    const bool has_modules = MLX_TRY(has_modules_in_source());
    std::vector<Package> inside;
    if (!is_source_package) inside = MLX_TRY(packages_in(kSource));
    if (const auto named = named_as_project(inside)) return shipped(*named);
    if (inside.size() == 1 && !has_modules) return unnamed(inside.front());

    std::vector<Package> top = MLX_TRY(packages_in(""));
    if (const auto named = named_as_project(top)) return shipped(*named);
    if (is_source_package || has_modules) return source_itself();

    std::erase_if(top, [](const Package& package) {
      return std::ranges::find(kAuxiliary, package.name) != kAuxiliary.end();
    });
    std::vector<Package> candidates = std::move(inside);
    candidates.insert(candidates.end(), top.begin(), top.end());
    if (candidates.size() == 1) return unnamed(candidates.front());
    if (candidates.size() > 1) return ambiguous(candidates);
    if (pyproject_.packages.size() == 1) {
      const DeclaredPackage& package = pyproject_.packages.front();
      return shipped({.directory = package.path, .name = package.import_root});
    }
    return source_itself();
  }

 private:
  static SourceRoot shipped(const Package& package) {
    return {.directory = package.directory, .import_root = package.name, .is_shipped = true};
  }

  static SourceRoot source_itself() {
    return {.directory = std::string(kSource), .import_root = std::string(kSource)};
  }

  /// Only setuptools looks for packages that have another name than the project.
  [[nodiscard]] SourceRoot unnamed(const Package& package) const {
    const bool is_discovered =
        pyproject_.packages.empty() &&
        (pyproject_.build_backend.empty() || pyproject_.build_backend.starts_with("setuptools"));
    return {.directory = package.directory, .import_root = package.name, .is_shipped = is_discovered};
  }

  [[nodiscard]] bool has_project_name(std::string_view package) const {
    return !pyproject_.name.empty() && normalized_name(package) == normalized_name(pyproject_.name);
  }

  [[nodiscard]] std::optional<Package> named_as_project(const std::vector<Package>& packages) const {
    const auto found = std::ranges::find_if(
        packages, [&](const Package& package) { return has_project_name(package.name); });
    return found == packages.end() ? std::nullopt : std::optional(*found);
  }

  [[nodiscard]] Result<SourceRoot> configured() const {
    SourceRoot root = {.directory = configuration_.source_root, .import_root = configuration_.import_root};
    if (root.directory.empty()) {
      const std::string directory = directory_of_import(root.import_root);
      const std::string in_source = std::string(kSource) + "/" + directory;
      const RepoPath path = MLX_TRY(RepoPath::parse(in_source));
      const bool is_in_source = MLX_TRY(snapshot_.kind(path)) == EntryKind::kDirectory;
      root.directory = is_in_source ? in_source : directory;
    }
    if (root.import_root.empty()) {
      std::string_view directory = root.directory;
      const bool is_source_package = MLX_TRY(has_file(snapshot_, "src/__init__.py"));
      if (directory.starts_with("src/") && !is_source_package) directory.remove_prefix(4);
      root.import_root = directory;
      std::ranges::replace(root.import_root, '/', '.');
    }
    const bool is_declared = std::ranges::any_of(pyproject_.packages, [&](const DeclaredPackage& package) {
      return root.directory == package.path || root.directory.starts_with(package.path + "/");
    });
    const std::string top = root.import_root.substr(0, root.import_root.find('.'));
    root.is_shipped = is_declared || (pyproject_.packages.empty() && has_project_name(top));
    return root;
  }

  /// The one declared package that exists, or of several the one with the project's name.
  [[nodiscard]] Result<std::optional<Package>> declared_package() const {
    std::vector<Package> existing;
    for (const DeclaredPackage& package : pyproject_.packages) {
      const Result<RepoPath> path = RepoPath::parse(package.path);
      if (!path) continue;
      const bool is_directory = MLX_TRY(snapshot_.kind(*path)) == EntryKind::kDirectory;
      if (is_directory) existing.push_back({.directory = package.path, .name = package.import_root});
    }
    if (existing.size() == 1) return existing.front();
    return named_as_project(existing);
  }

  /// The package in the directories in which the build looks for some, or of several the one with the
  /// project's name.
  [[nodiscard]] Result<std::optional<Package>> package_where_told() const {
    std::vector<Package> found;
    for (const std::string& directory : pyproject_.package_directories) {
      if (directory.empty() || directory == kSource || !RepoPath::parse(directory)) continue;
      for (Package& package : MLX_TRY(packages_in(directory))) {
        const bool is_auxiliary = std::ranges::find(kAuxiliary, package.name) != kAuxiliary.end();
        if (!is_auxiliary) found.push_back(std::move(package));
      }
    }
    if (found.size() == 1) return found.front();
    return named_as_project(found);
  }

  [[nodiscard]] Result<bool> has_modules_in_source() const {
    const std::vector<Entry> entries = MLX_TRY(snapshot_.children(kSource));
    return std::ranges::any_of(
        entries, [](const Entry& entry) { return is_file(entry.kind) && entry.name.ends_with(".py"); });
  }

  [[nodiscard]] Result<std::vector<Package>> packages_in(std::string_view directory) const {
    std::vector<Package> found;
    const std::vector<Entry> entries = MLX_TRY(snapshot_.children(directory));
    for (const Entry& entry : entries) {
      if (entry.kind != EntryKind::kDirectory) continue;
      const std::string path = directory.empty() ? entry.name : std::string(directory) + "/" + entry.name;
      const bool is_package = MLX_TRY(has_file(snapshot_, path + "/__init__.py"));
      if (is_package && path != kSource) found.push_back({.directory = path, .name = entry.name});
    }
    return found;
  }

  static std::unexpected<Error> ambiguous(const std::vector<Package>& candidates) {
    std::string names;
    for (const Package& package : candidates)
      names += (names.empty() ? "`" : ", `") + package.directory + "`";
    return fail(
        ErrorCode::kInvalidInput,
        "several packages could be meant (" + names +
            "), and none has the project's name: set `source-root` and `import-root` in mlx.toml, for "
            "example source-root = \"" +
            candidates.front().directory + "\" and import-root = \"" + candidates.front().name + "\"");
  }

  const Snapshot& snapshot_;
  const ProjectConfiguration& configuration_;
  const PyProject& pyproject_;
};

}  // namespace

std::string directory_of_import(std::string import_root) {
  std::ranges::replace(import_root, '.', '/');
  return import_root;
}

Result<SourceRoot> find_source_root(const Snapshot& snapshot, const ProjectConfiguration& configuration,
                                    const PyProject& pyproject) {
  return RootFinder(snapshot, configuration, pyproject).find();
}

}  // namespace mlx
