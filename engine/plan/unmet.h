#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/component/component.h"
#include "engine/index/snapshot.h"
#include "engine/plan/lock.h"

namespace mlx {

/// The names that a project declares: distributions in any of its files and groups, normalized,
/// and variables in `.env.example`.
struct DeclaredNames {
  std::set<std::string> distributions;
  std::set<std::string> variables;
};

/// Fails for a pyproject.toml or a requirements file that cannot be read.
[[nodiscard]] Result<DeclaredNames> read_declared_names(const Snapshot& project);

/// What an injected component requires and the project does not declare, or no longer.
struct UnmetRequirements {
  std::vector<std::string> distributions;  ///< as the component names them
  std::vector<std::string> variables;

  bool operator==(const UnmetRequirements&) const = default;
};

/// By what the lock says that it brought, and by its component.json, unless that is null.
[[nodiscard]] UnmetRequirements unmet_requirements(const LockedComponent& locked, const Component* component,
                                                   const DeclaredNames& declared);

}  // namespace mlx
