#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/finding.h"
#include "engine/component/extract/containers.h"
#include "engine/component/extract/declarations.h"
#include "engine/index/repo_index.h"
#include "engine/manifest/configuration.h"

namespace mlx {

/// The directory of a top-level package, and what imports of it begin with.
struct CodeRoot {
  std::string directory;
  std::string import_root;
  std::string project;  ///< the directory of its manifests; empty for the top of the repository

  bool operator==(const CodeRoot&) const = default;
};

/// What a project offers to others by a name in a group: `[project.entry-points."shop.readers"]`.
struct EntryPoint {
  std::string group;
  std::string name;
  std::string target;  ///< `module:object`
  Evidence evidence;

  bool operator==(const EntryPoint&) const = default;
};

/// A project from which components are extracted: everything that is read before any decision.
/// Refers to the snapshot and the index, which must outlive it.
struct Platform {
  const Snapshot& snapshot;
  const RepoIndex& index;
  ProjectConfiguration configuration;
  std::vector<CodeRoot> roots;  ///< at least one, unless there is no code; inner ones before outer ones
  std::string requires_python;
  Evidence requires_python_place;                     ///< no file if nothing says it
  std::vector<ProjectDistribution> declared;          ///< in the order of the files that declare them
  std::map<std::string, ProjectDistribution> locked;  ///< by normalized name, from uv.lock or poetry.lock
  std::map<std::string, Evidence> scripts;            ///< `name = module:function` of `[project.scripts]`
  std::vector<EntryPoint> entry_points;               ///< of all its projects, commands apart
  PlatformServices services;                          ///< of compose files
  std::vector<PlatformContainer> containers;

  [[nodiscard]] std::optional<std::string> text(std::string_view path) const;
};

/// Reads manifests and finds the code. A manifest that cannot be read is a finding, and is left out.
[[nodiscard]] Result<Platform> read_platform(const Snapshot& snapshot, const RepoIndex& index,
                                             const ProjectConfiguration& configuration,
                                             std::vector<Finding>& findings);

/// Where a platform's modules may be imported from, as RepoIndex::build() wants to know it.
[[nodiscard]] std::vector<std::string> source_roots(const ProjectConfiguration& configuration);

/// Is this a directory of tests, examples, documentation or tools: nothing to extract?
[[nodiscard]] bool is_auxiliary_directory(std::string_view name);
[[nodiscard]] bool is_test_path(std::string_view path);
/// Is this below such a directory, a test, or in a template whose name is yet to be filled in?
[[nodiscard]] bool is_outside_source(std::string_view path);

}  // namespace mlx
