#pragma once

#include <string>

#include "engine/base/error.h"
#include "engine/index/snapshot.h"
#include "engine/manifest/configuration.h"

namespace mlx {

/// The kind of file in which the project declares what it depends on.
enum class DependencyFile {
  kPyProject,
  kRequirements,
  kProjen,  ///< a program of projen's, which generates one of the others
  kNone,
};

/// Where a project keeps its code, and what its tests and its dependencies need.
struct ProjectLayout {
  std::string source_root;  ///< the directory whose modules are imported as `import_root.…`: `src/my_pkg`
  std::string import_root;  ///< dotted: `my_pkg`
  bool is_new = false;      ///< there is no such directory yet

  /// The directory that must be put on pytest's `pythonpath` so that the import root can be
  /// imported; empty if it can be already, because the package gets installed, because pytest is
  /// configured so, or because of a conftest.py beside it.
  std::string pytest_pythonpath;
  std::string pytest_file;  ///< the file that configures pytest; empty if none does

  DependencyFile dependency_kind = DependencyFile::kNone;
  /// The file of main dependencies: `pyproject.toml`, or what setuptools reads in its stead, or
  /// `requirements.in` before `requirements.txt`; `.projenrc.py` where projen generates these, or its program
  /// in another language; empty for kNone.
  std::string dependency_file;

  bool operator==(const ProjectLayout&) const = default;
};

/// Finds the layout. The source root is, in this order: what the configuration says; the package
/// that pyproject.toml declares; a package in `src/` that has the project's name, or is the only
/// thing there; a package at the top that has the project's name; `src` itself, if it is a
/// package or holds modules; the only package at the top. A project without code gets `src`.
/// Fails with kInvalidInput if several packages are left to choose from, and for a
/// configuration file that can't be read.
[[nodiscard]] Result<ProjectLayout> detect_layout(const Snapshot& snapshot,
                                                  const ProjectConfiguration& configuration);

}  // namespace mlx
