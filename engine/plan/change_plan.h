#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/finding.h"
#include "engine/base/repo_path.h"
#include "engine/component/component.h"
#include "engine/component/component_changes.h"
#include "engine/merge/merged_text.h"

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

/// What became of one of the project's files in an update.
enum class FileOutcome {
  kUpdated,   ///< was as injected: has the new version now
  kMerged,    ///< both sides changed it: has the changes of both
  kConflict,  ///< both sides changed it, in parts that only a person can join
  kAdded,     ///< new in the component
  kRemoved,   ///< gone from the component, and from here
  kKept,      ///< stays as the user has it, though the component has it otherwise; a finding says why
};
[[nodiscard]] std::string_view to_string(FileOutcome outcome);

struct UpdatedFile {
  std::string path;
  std::string moved_from;  ///< where it was, if the component moved it
  FileOutcome outcome = FileOutcome::kUpdated;
  MergeSteps steps;  ///< how what lines leave as a conflict was joined

  bool operator==(const UpdatedFile&) const = default;
};

struct UpdatedComponent {
  std::string name;
  Version from;
  Version to;
  std::string required_by;                   ///< the component that needs it; empty if it was asked for
  std::optional<ComponentChanges> upstream;  ///< nothing if the old version cannot be had
  std::vector<UpdatedFile> files;            ///< by path; without those that stay as they are
};

/// A file that an update leaves for a person to finish.
struct FileConflict {
  RepoPath path;
  std::string component;
  std::optional<std::string> base;
  std::optional<std::string> ours;
  std::optional<std::string> theirs;
  MergedText merged;  ///< the parts that could be joined, and those that could not
  bool is_binary = false;
};

/// A dependency or a variable that the update writes in other words than before.
struct ReplacedLine {
  std::string from;
  std::string to;
  std::string component;

  bool operator==(const ReplacedLine&) const = default;
};

/// A variable whose default, or description, is another one in the new version.
struct ChangedVariable {
  std::string name;
  std::string default_before;  ///< empty as well if it had none, or is a secret
  std::string default_after;

  bool operator==(const ChangedVariable&) const = default;
};

/// What an update does to a project.
struct Update {
  std::vector<UpdatedComponent> components;  ///< requirements first
  std::vector<FileConflict> conflicts;       ///< by path
  std::vector<ReplacedLine> distributions;
  std::vector<ChangedVariable> environment;  ///< that are described anew in `.env.example`

  /// Null for a file that has none.
  [[nodiscard]] const FileConflict* conflict_in(std::string_view path) const;
};

/// A change of a project as a value: it can be printed, applied to a directory, or
/// committed through a forge. The lock is one of its files.
struct ChangePlan {
  std::vector<FileChange> files;  ///< sorted by path, no path twice
  std::vector<Finding> findings;
  std::vector<PlannedComponent> components;  ///< in the order in which they are injected
  std::vector<PlannedDistribution> distributions;
  std::vector<EnvironmentVariable> environment;
  Removal removal;              ///< empty unless something is removed
  Update update;                ///< empty unless components are updated
  std::string dependency_file;  ///< where the distributions went: `pyproject.toml`

  /// Nothing may be written: a finding is an error.
  [[nodiscard]] bool is_blocked() const;
  /// Nothing is to be done.
  [[nodiscard]] bool is_empty() const { return files.empty(); }
};

/// The plan as one unified diff, files in order.
[[nodiscard]] std::string unified_diff(const ChangePlan& plan);

}  // namespace mlx
