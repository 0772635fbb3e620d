#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/component/registries.h"
#include "engine/plan/injection.h"
#include "engine/plan/lock.h"
#include "engine/plan/update/ignore_rule.h"
#include "engine/plan/working_tree.h"

namespace mlx {

/// Which components are to be brought to which version.
struct UpdateChoice {
  std::vector<std::string> components;  ///< names; empty: all that have a newer version
  std::optional<Version> to;            ///< for one component; else the newest that may be
  std::vector<IgnoreRule> ignored;      ///< not taken unless `to` asks for it
};

/// A component that an update brings to another version, or brings because another needs it.
struct UpdateTarget {
  std::string name;
  std::optional<Version> from;    ///< nothing: it is not there yet
  std::optional<Release> before;  ///< that the lock has; nothing if it cannot be had
  Injection injection;            ///< the new version, and the component that needs it

  [[nodiscard]] bool is_new() const { return !from.has_value(); }
};

/// Chooses the versions: the newest ones (pre-releases only for who has one) that the requirements of all
/// installed components allow. An update that needs another one, or a component that is not there, brings
/// it; one that would break a component is not made. Requirements come first.
///
/// A component that was named and cannot be updated is an error in `findings`; one that was not is passed
/// over with a warning. Fails with kNotFound for a name that is not installed, with kInvalidInput for a
/// version that cannot be taken.
[[nodiscard]] Result<std::vector<UpdateTarget>> choose_updates(const UpdateChoice& choice, const Lock& lock,
                                                               const Registries& registries,
                                                               WorkingTree& findings);

}  // namespace mlx
