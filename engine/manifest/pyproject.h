#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/finding.h"
#include "engine/manifest/requirement.h"
#include "engine/manifest/toml_document.h"

namespace mlx {

/// Who reads the project's main dependencies out of pyproject.toml.
enum class DependencyStyle {
  kNone,     ///< nobody: neither `[project]` nor Poetry's tables
  kProject,  ///< `[project]` (PEP 621), which Poetry 2 uses too
  kPoetry,   ///< `[tool.poetry.dependencies]`
};

/// The table or list that declares a dependency.
enum class DependencyPlace {
  kProject,                ///< `project.dependencies`
  kOptionalDependencies,   ///< `project.optional-dependencies.GROUP`
  kDependencyGroups,       ///< `dependency-groups.GROUP` (PEP 735)
  kUvDevDependencies,      ///< `tool.uv.dev-dependencies`, always group `dev`
  kPoetry,                 ///< `tool.poetry.dependencies`
  kPoetryGroup,            ///< `tool.poetry.group.GROUP.dependencies`
  kPoetryDevDependencies,  ///< `tool.poetry.dev-dependencies`, always group `dev`
};

struct DeclaredDependency {
  /// For Poetry's own notation, `text` is the constraint as written, and `specifier` its PEP 440
  /// equivalent, which is empty if it has none (`^1 || ^2`).
  Requirement requirement;
  std::string group;  ///< empty for a main dependency
  DependencyPlace place = DependencyPlace::kProject;
  Evidence evidence;

  bool operator==(const DeclaredDependency&) const = default;
};

/// A package that the build is told to ship: its directory, and what imports of it begin with.
struct DeclaredPackage {
  std::string path;         ///< from the top of the repository: `src/my_pkg`
  std::string import_root;  ///< `my_pkg`
  Evidence evidence;

  bool operator==(const DeclaredPackage&) const = default;
};

/// What pyproject.toml says about the project's dependencies and packages.
struct PyProject {
  std::string file;
  std::string name;             ///< as written; empty if unnamed
  std::string requires_python;  ///< a PEP 440 specifier; empty if none
  Evidence requires_python_place;
  DependencyStyle style = DependencyStyle::kNone;
  /// Where setuptools reads the main dependencies that `project.dynamic` leaves to it; empty if
  /// the file itself declares them.
  std::string dynamic_dependency_file;
  bool has_build_system = false;
  std::string build_backend;
  /// Does installing the project's dependencies install its own package too, so that its
  /// modules can be imported? A build system says yes, or Poetry by default, unless the project
  /// says no: `tool.uv.package = false`, `tool.poetry.package-mode = false`.
  bool installs_package = false;
  std::vector<DeclaredPackage> packages;
  /// Where setuptools looks for packages, if it is told: `where` of `tool.setuptools.packages.find`.
  std::vector<std::string> package_directories;
  /// In the file's order. A group that includes another repeats the included ones as its own.
  std::vector<DeclaredDependency> dependencies;
};

/// Reads a pyproject.toml. Fails with kInvalidInput, file, line, column and field for invalid
/// TOML, wrong types, requirements that are none, and groups that include themselves
/// or, through others, too much.
[[nodiscard]] Result<PyProject> read_pyproject(std::string_view text, std::string_view file);
[[nodiscard]] Result<PyProject> read_pyproject(const TomlDocument& document);

}  // namespace mlx
