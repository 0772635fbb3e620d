#pragma once

#include "engine/compat/rule_finding.h"

namespace mlx {

/// What a change does to the findings of a project.
struct ChangeReview {
  RuleFindings added;  ///< that the change brings, in the order of check_rules()
  RuleFindings fixed;  ///< that it mends
  RuleFindings kept;   ///< that were there before, and still are
};

/// Compares the findings before and after: one is the same if its id is, wherever its lines went.
[[nodiscard]] ChangeReview review_change(const RuleFindings& before, const RuleFindings& after);

}  // namespace mlx
