#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/component/registries.h"
#include "engine/index/snapshot.h"
#include "engine/manifest/pyproject_edit.h"
#include "engine/plan/lock.h"

namespace mlx {

/// What the components that stay need: by what their component.json says, as far as the registries
/// has it, and by what their files in the project show.
class Needs {
 public:
  /// `registries` may be null: then only files are looked at.
  [[nodiscard]] static Result<Needs> of(const std::map<std::string, LockedComponent>& components,
                                        const Registries* registries, const Snapshot& project);

  /// The components that require `name`, whose files are `files`, in order.
  [[nodiscard]] std::vector<std::string> dependents_of(const std::string& name,
                                                       const LockedComponent& component) const;
  /// A component that needs the distribution as it is declared; nothing if none does.
  [[nodiscard]] std::optional<std::string> who_needs(const DependencyAddition& declared) const;
  [[nodiscard]] std::optional<std::string> who_needs_variable(const std::string& name) const;

 private:
  struct Component {
    std::string name;
    std::optional<ComponentRequirements> requirements;
    std::vector<std::string> imports;  ///< modules, dotted, as its files name them
    std::string text;                  ///< of all its files
  };

  std::vector<Component> components_;
};

}  // namespace mlx
