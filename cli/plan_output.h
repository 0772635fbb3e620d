#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "engine/plan/change_plan.h"

namespace mlx::cli {

/// The plan for programs; docs/formats.md describes it.
[[nodiscard]] nlohmann::json plan_json(const ChangePlan& plan, bool is_applied);

/// The same for a plan that removes components.
[[nodiscard]] nlohmann::json removal_json(const ChangePlan& plan, bool is_applied);

/// What the plan does to each file: `path` and `action`.
[[nodiscard]] nlohmann::json files_json(const ChangePlan& plan);
[[nodiscard]] nlohmann::json findings_json(const std::vector<Finding>& findings);

struct PlanTextOptions {
  bool is_applied = false;
  bool shows_diff = false;
};

/// The same for people: `+`, `~` or `-` and the path, a line for each.
[[nodiscard]] std::string files_text(const ChangePlan& plan);

/// The plan for people.
[[nodiscard]] std::string findings_text(const std::vector<Finding>& findings);
[[nodiscard]] std::string plan_text(const ChangePlan& plan, PlanTextOptions options);
[[nodiscard]] std::string removal_text(const ChangePlan& plan, PlanTextOptions options);

}  // namespace mlx::cli
