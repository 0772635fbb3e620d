#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/component/component.h"

namespace mlx {

enum class ChangeKind { kAdded, kChanged, kRemoved };

/// One thing in which two versions of a component differ.
struct ComponentChange {
  enum class Subject { kFile, kRoute, kSymbol, kDistribution, kVariable, kService, kContainer, kComponent };
  Subject subject = Subject::kFile;
  ChangeKind kind = ChangeKind::kChanged;
  std::string name;
  std::string detail;  ///< of a change: `() → (app)`; empty if there is nothing more to say
  bool breaks_users = false;

  bool operator==(const ComponentChange&) const = default;
};

struct ComponentChanges {
  std::vector<ComponentChange> list;  ///< by subject, then by name
  Version next_version;               ///< that follows from them; the old one if nothing differs

  [[nodiscard]] bool breaks_users() const;
};

[[nodiscard]] std::string_view to_string(ComponentChange::Subject subject);
[[nodiscard]] std::string_view to_string(ChangeKind kind);

/// What makes `after` out of `before`. Users are broken by a public symbol or route that is gone, by one
/// that does not accept all calls that it did, and by a variable, a service or a distribution that they now
/// have to provide. By semver a break is a new major version (below 1.0.0 a new minor one), something added a
/// new minor one, anything else a new patch.
[[nodiscard]] ComponentChanges compare_components(const Component& before, const Component& after);

/// `2 files changed, 1 route removed (breaks users)`.
[[nodiscard]] std::string summary_of(const ComponentChanges& changes);

}  // namespace mlx
