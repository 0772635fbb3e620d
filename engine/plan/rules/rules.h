#pragma once

#include "engine/component/registries.h"
#include "engine/index/index_cache.h"
#include "engine/index/snapshot.h"
#include "engine/plan/change_plan.h"

namespace mlx {

struct RulesRequest {
  bool overwrites = false;  ///< sections that were edited by hand are made anew
};

/// Plans the rules for assistants: sections of `AGENTS.md` and a Cursor rule (`.cursor/rules/mlx-NAME.mdc`)
/// for each component that the lock names, as it is in the project now. What is generated of components that
/// are not here any more goes. All other text stays (marked_sections.h).
///
/// `registries` are asked for titles only; null, or one that does not answer, is a warning. Fails for a lock
/// or a configuration that cannot be read.
[[nodiscard]] Result<ChangePlan> plan_rules(const RulesRequest& request, const Registries* registries,
                                            const Snapshot& project, IndexCache& cache);

}  // namespace mlx
