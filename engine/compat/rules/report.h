#pragma once

#include <string>
#include <vector>

#include "engine/compat/facts.h"
#include "engine/compat/rule_finding.h"

namespace mlx::compat {

/// What a rule says of one thing. Its code and its severity are those of the rule: whoever applies it
/// adds them.
struct Report {
  std::string subject;
  std::string message;
  std::string remedy;
  std::vector<Evidence> evidence;  ///< places without a file are left out
  std::optional<LineFix> fix = {};
};

void report(RuleFindings& findings, Report report, const std::vector<const Party*>& parties);

}  // namespace mlx::compat
