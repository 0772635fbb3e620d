#include "engine/plan/change_plan.h"

#include <algorithm>

#include "engine/merge/line_diff.h"

namespace mlx {

bool ChangePlan::is_blocked() const {
  return std::ranges::any_of(findings, [](const Finding& f) { return f.severity == Severity::kError; });
}

std::string unified_diff(const ChangePlan& plan) {
  std::string text;
  for (const FileChange& file : plan.files) {
    text += unified_diff(file.before ? file.path.str() : "", file.after ? file.path.str() : "",
                         file.before.value_or(""), file.after.value_or(""));
  }
  return text;
}

}  // namespace mlx
