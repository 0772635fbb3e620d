#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/index/snapshot.h"
#include "engine/plan/change_plan.h"

namespace mlx {

/// A project as it will be: its snapshot with what is planned so far on top. Collects what
/// becomes the change plan. Refers to the snapshot, which must outlive it.
class WorkingTree {
 public:
  explicit WorkingTree(const Snapshot& project) : project_(project) {}

  /// The file as planned so far, or nothing if there is none.
  [[nodiscard]] Result<std::optional<std::string>> read(const RepoPath& path) const;

  /// The project as it is.
  [[nodiscard]] const Snapshot& project() const { return project_; }

  /// Does anything planned so far write this path?
  [[nodiscard]] bool is_planned(const RepoPath& path) const { return files_.contains(path); }

  /// What is planned so far, by path; `before` and `after` may be the same.
  [[nodiscard]] const std::map<RepoPath, FileChange>& planned() const { return files_; }

  /// Plans a file's whole content. A file that is there keeps its mode. kRefused for a path
  /// that MLX must not write, or that a symbolic link leads to.
  [[nodiscard]] Result<void> write(const RepoPath& path, std::string text, bool is_executable);

  /// Plans that a regular file goes. A file that only the plan has is no longer planned.
  [[nodiscard]] Result<void> remove(const RepoPath& path);

  void add_finding(Finding finding);
  void add_component(PlannedComponent component) { plan_.components.push_back(std::move(component)); }
  void add_distribution(PlannedDistribution distribution);
  void add_variable(EnvironmentVariable variable) { plan_.environment.push_back(std::move(variable)); }

  /// What a plan that removes components says of itself.
  [[nodiscard]] Removal& removal() { return plan_.removal; }
  /// What a plan that updates components says of itself.
  [[nodiscard]] Update& update() { return plan_.update; }

  /// The plan: every file whose content is new or differs from the snapshot's.
  [[nodiscard]] ChangePlan take_plan(std::string dependency_file);

 private:
  const Snapshot& project_;
  ChangePlan plan_;
  std::map<RepoPath, FileChange> files_;
};

}  // namespace mlx
