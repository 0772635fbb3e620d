#include "engine/plan/change_plan.h"

#include <algorithm>

#include "engine/merge/line_diff.h"

namespace mlx {

std::string_view to_string(FileOutcome outcome) {
  switch (outcome) {
    case FileOutcome::kUpdated: return "updated";
    case FileOutcome::kMerged: return "merged";
    case FileOutcome::kConflict: return "conflict";
    case FileOutcome::kAdded: return "added";
    case FileOutcome::kRemoved: return "removed";
    case FileOutcome::kKept: return "kept";
  }
  return "";
}

const FileConflict* Update::conflict_in(std::string_view path) const {
  const auto found = std::ranges::find_if(
      conflicts, [&](const FileConflict& conflict) { return conflict.path.str() == path; });
  return found == conflicts.end() ? nullptr : &*found;
}

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
