#include "engine/plan/init.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/json_output.h"
#include "cli/plan_output.h"
#include "cli/project.h"
#include "engine/io/apply_plan.h"
#include "engine/io/directory.h"

namespace mlx::cli {

int init(const InitArguments& arguments) {
  const auto files = open_directory_snapshot(arguments.directory);
  if (!files) return report(files.error());
  const auto plan =
      plan_init({.source_root = arguments.source_root, .import_root = arguments.import_root}, **files);
  if (!plan) return report(plan.error());
  if (!plan->is_blocked()) {
    if (const auto applied = apply_plan(*plan, arguments.directory); !applied) return report(applied.error());
  }
  if (arguments.json) {
    print_json(plan_json(*plan, !plan->is_blocked()));
  } else if (plan->is_blocked()) {
    fmt::print("{}", plan_text(*plan, {}));
  } else {
    fmt::print("Wrote mlx.toml:\n\n{}", plan->files.front().after.value_or(""));
  }
  return plan->is_blocked() ? kRefused : kDone;
}

}  // namespace mlx::cli
