#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/index/memory_snapshot.h"
#include "engine/plan/add.h"
#include "engine/plan/lock.h"
#include "engine/plan/remove.h"
#include "tests/support/registry_builder.h"

namespace mlx::test {

using Files = std::map<std::string, std::string>;

/// The plan for a project that is made of these files; a failure fails the test.
[[nodiscard]] ChangePlan plan_for(const Files& project, const TestRegistry& registry,
                                  const AddRequest& request);
[[nodiscard]] ChangePlan plan_for(const Snapshot& project, const TestRegistry& registry,
                                  const AddRequest& request);

/// The plan for a removal.
[[nodiscard]] ChangePlan removal_for(const Files& project, const TestRegistry& registry,
                                     const RemoveRequest& request);

/// The project as it is once the plan is applied.
[[nodiscard]] Files applied(Files project, const ChangePlan& plan);

/// The paths that the plan writes, in its order.
[[nodiscard]] std::vector<std::string> paths(const ChangePlan& plan);
/// What the plan makes of a file; nothing if it does not touch it.
[[nodiscard]] std::optional<std::string> text_after(const ChangePlan& plan, const std::string& path);
/// The codes of the plan's findings, in its order.
[[nodiscard]] std::vector<std::string> codes(const ChangePlan& plan);
/// The lock that the plan writes.
[[nodiscard]] Lock lock_of(const ChangePlan& plan);

}  // namespace mlx::test
