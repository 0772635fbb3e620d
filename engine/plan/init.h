#pragma once

#include <string>

#include "engine/index/snapshot.h"
#include "engine/plan/change_plan.h"

namespace mlx {

struct InitRequest {
  std::string source_root;  ///< empty: as found
  std::string import_root;  ///< likewise
};

/// Plans an mlx.toml that says what is found out about the project, with comments. A project that
/// has a configuration already is a finding that blocks the plan. Fails where nothing can be
/// found out, and for roots that are none.
[[nodiscard]] Result<ChangePlan> plan_init(const InitRequest& request, const Snapshot& project);

}  // namespace mlx
