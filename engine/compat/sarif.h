#pragma once

#include <string>
#include <string_view>

#include "engine/compat/rule_finding.h"

namespace mlx {

/// The findings for code scanning: SARIF 2.1.0 (OASIS), with the rules that they are of, one run, and the
/// finding's id as its fingerprint, so that it is the same one while lines move. Paths are relative to the
/// top of the repository.
[[nodiscard]] std::string to_sarif(const RuleFindings& findings, std::string_view version);

}  // namespace mlx
