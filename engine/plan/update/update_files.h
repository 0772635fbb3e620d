#pragma once

#include <map>
#include <set>
#include <string>

#include "engine/index/snapshot.h"
#include "engine/manifest/project_layout.h"
#include "engine/plan/lock.h"
#include "engine/plan/update/locked_release.h"
#include "engine/plan/update/update_targets.h"
#include "engine/plan/working_tree.h"

namespace mlx {

/// What a file that is left with conflicts holds.
enum class ConflictContent {
  kMarkers,  ///< both sides, between git's markers
  kOurs,     ///< the user's side; the other one is in the plan
};

/// What holds for all components that one update changes.
struct UpdateContext {
  const Snapshot& project;
  const Lock& lock;  ///< as it was
  ProjectLayout layout;
  std::set<std::string> old_modules;  ///< of all components of the lock, by their templates' names
  std::set<std::string> modules;      ///< of all components that are there afterwards
  const BlobSource* blobs = nullptr;
  ConflictContent conflicts = ConflictContent::kMarkers;
};

/// Plans what becomes of the whole files of a component; `locked` is its new entry in the lock, and gets
/// them. What the user deleted stays deleted, what he moved stays where it is, what he changed is merged.
/// Nothing that he wrote is lost: what cannot be joined is a conflict of the plan, what cannot be compared
/// stays, with a finding.
[[nodiscard]] Result<void> plan_updated_files(const UpdateContext& context, const UpdateTarget& target,
                                              WorkingTree& tree, LockedComponent& locked,
                                              UpdatedComponent& report);

/// Plans the lines that the component adds to files of others.
[[nodiscard]] Result<void> plan_updated_lines(const UpdateContext& context, const UpdateTarget& target,
                                              WorkingTree& tree, LockedComponent& locked);

}  // namespace mlx
