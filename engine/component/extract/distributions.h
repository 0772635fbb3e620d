#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/finding.h"
#include "engine/component/extract/boundaries.h"

namespace mlx {

/// A distribution that imports of a component lead to.
struct FoundDistribution {
  Requirement requirement;        ///< with the project's own specifier
  std::vector<Evidence> imports;  ///< where it is imported
  Evidence declaration;           ///< where the project says so; no file if it does not

  bool operator==(const FoundDistribution&) const = default;
};

struct ComponentDistributions {
  std::vector<FoundDistribution> required;  ///< by name
  std::vector<FoundDistribution> optional;  ///< imported where a missing one is survived
  std::vector<FoundDistribution> tests;     ///< only its tests need them, or those who work on the project
};

/// Maps what a component imports from outside to distributions: of those that the project declares
/// or locks the one that provides the import, by its own name or by the table of known ones. What
/// the project does not declare is a finding, and is listed only if the table or a lock knows it. A component
/// beside the code (`projenrc/`) needs what groups declare only where the project is worked on.
[[nodiscard]] ComponentDistributions find_distributions(const Platform& platform, const ComponentPart& part,
                                                        std::vector<Finding>& findings);

}  // namespace mlx
