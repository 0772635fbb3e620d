#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/finding.h"
#include "engine/plan/rules/marked_sections.h"

namespace mlx {

/// A file of rules as it will be.
struct RulesFile {
  std::string text;               ///< empty if nothing is left in it but space
  std::vector<Finding> findings;  ///< with an error, something stands in the way, and the text is as it was
};

/// Brings the generated sections of a Markdown file up to date: those that are there are replaced or, if they
/// are not wanted any more, taken out; new ones stand before the next that is there, else at the end. All
/// else stays, to the byte. Front matter is written with a new file, and replaced as long as nobody changed
/// it; where somebody did, it stays, with a warning if nothing else is left, unless `overwrites`.
///
/// A section that was edited by hand is an error, unless `overwrites`; so are markers that do not pair, and
/// generated text that could not be told from markers afterwards.
[[nodiscard]] RulesFile update_rules_file(const std::optional<std::string>& text, const std::string& file,
                                          const std::vector<GeneratedSection>& wanted, bool overwrites);

}  // namespace mlx
