#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "cli/plan_output.h"
#include "engine/plan/change_plan.h"

namespace mlx::cli {

/// A plan that updates components, for programs (docs/formats.md) and for people.
[[nodiscard]] nlohmann::json update_json(const ChangePlan& plan, bool is_applied);
[[nodiscard]] std::string update_text(const ChangePlan& plan, PlanTextOptions options);

}  // namespace mlx::cli
