#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/finding.h"

namespace mlx {

/// A change of one line that mends a finding.
struct LineFix {
  Evidence place;
  std::string before;  ///< stands once in the line
  std::string after;

  bool operator==(const LineFix&) const = default;
};

/// What a rule found. `finding.code` is the rule's.
struct RuleFinding {
  Finding finding;
  std::string subject;  ///< what it is about, the same after edits elsewhere: `GET /models/{}`
  std::vector<std::string> components;  ///< that it concerns; none if it is the project's own affair
  std::optional<LineFix> fix = {};      ///< nothing if it takes more than one line, or a decision

  bool operator==(const RuleFinding&) const = default;
};

using RuleFindings = std::vector<RuleFinding>;

/// What was found, without what the rules know of it beside that.
[[nodiscard]] std::vector<Finding> facts_of(const RuleFindings& findings);

/// The name by which a person refers to a finding, `route-collision-3f9a2c`: of its rule, its subject and the
/// files that show it, so that it stays the same while lines move, and while more components come to say
/// the same.
[[nodiscard]] std::string id_of(const RuleFinding& found);

/// The line with the fix made; nothing if it no longer has just one place for it.
[[nodiscard]] std::optional<std::string> fixed_line(std::string_view line, const LineFix& fix);

}  // namespace mlx
