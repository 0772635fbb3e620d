#pragma once

#include "engine/component/registries.h"
#include "engine/index/snapshot.h"
#include "engine/plan/change_plan.h"
#include "engine/plan/update/locked_release.h"
#include "engine/plan/update/update_context.h"
#include "engine/plan/update/update_targets.h"

namespace mlx {

struct UpdateRequest {
  UpdateChoice choice;
  ConflictContent conflicts = ConflictContent::kMarkers;
};

/// Plans that components get later versions, merged into what the user made of them (docs/update.md).
///
/// Each file has three sides: as it was injected (its pristine base), as the user has it, and as the new
/// version has it. Dependencies, variables, lines in files of others and the lock come along. A conflict does
/// not block the plan: it is in ChangePlan::update, for a person to finish. An update that cannot be made
/// whole is an error among the findings, and then nothing is to be written.
///
/// `blobs` is the project's own history, for bases that the registry lost; it may be null. Fails as
/// choose_updates() does, and for project files that cannot be read.
[[nodiscard]] Result<ChangePlan> plan_update(const UpdateRequest& request, const Registries& registries,
                                             const Snapshot& project, const BlobSource* blobs);

}  // namespace mlx
