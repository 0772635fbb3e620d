#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/finding.h"
#include "engine/base/repo_path.h"
#include "engine/component/component.h"

namespace mlx {

/// What a plan does to one file: create it (no `before`), change it, or remove it (no
/// `after`). Both are whole contents, so that whoever applies the plan can first see
/// whether the file still is what the plan was made for.
struct FileChange {
  RepoPath path;
  std::optional<std::string> before;
  std::optional<std::string> after;
  bool is_executable = false;

  bool operator==(const FileChange&) const = default;
};

/// A component that the plan brings, and why.
struct PlannedComponent {
  std::string name;
  Version version;
  std::string title;
  std::string description;
  std::string required_by;  ///< the component that needs it; empty if it was asked for
  std::size_t file_count = 0;

  bool operator==(const PlannedComponent&) const = default;
};

struct PlannedDistribution {
  std::string requirement;  ///< PEP 508
  std::string group;        ///< empty for the project's own dependencies
  std::string component;    ///< which component needs it

  bool operator==(const PlannedDistribution&) const = default;
};

struct RemovedComponent {
  std::string name;
  Version version;

  bool operator==(const RemovedComponent&) const = default;
};

/// What a plan takes out of a project.
struct Removal {
  std::vector<RemovedComponent> components;  ///< by name
  std::vector<PlannedDistribution> distributions;
  std::vector<std::string> environment;    ///< names of variables
  std::vector<std::string> kept_files;     ///< were injected, stay, and are no component's any more
  std::vector<std::string> changed_files;  ///< go although the user changed them
};

/// A change of a project as a value: it can be printed, applied to a directory, or
/// committed through a forge. The lock is one of its files.
struct ChangePlan {
  std::vector<FileChange> files;  ///< sorted by path, no path twice
  std::vector<Finding> findings;
  std::vector<PlannedComponent> components;  ///< in the order in which they are injected
  std::vector<PlannedDistribution> distributions;
  std::vector<EnvironmentVariable> environment;
  Removal removal;              ///< empty unless components are removed
  std::string dependency_file;  ///< where the distributions went: `pyproject.toml`

  /// Nothing may be written: a finding is an error.
  [[nodiscard]] bool is_blocked() const;
  /// Nothing is to be done.
  [[nodiscard]] bool is_empty() const { return files.empty(); }
};

/// The plan as one unified diff, files in order.
[[nodiscard]] std::string unified_diff(const ChangePlan& plan);

}  // namespace mlx
