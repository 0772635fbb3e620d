#pragma once

#include <set>
#include <string>

#include "engine/index/snapshot.h"
#include "engine/manifest/project_layout.h"
#include "engine/plan/lock.h"
#include "engine/plan/update/locked_release.h"

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

}  // namespace mlx
