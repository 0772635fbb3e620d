#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/component/registries.h"
#include "engine/index/snapshot.h"
#include "engine/manifest/pyproject_edit.h"
#include "engine/plan/lock.h"
#include "engine/plan/working_tree.h"

namespace mlx {

/// Where Needs looks.
struct NeedsSources {
  const Registries* registries = nullptr;  ///< null: only files are looked at
  const Snapshot& project;
  const WorkingTree* planned = nullptr;                ///< what is planned on top of the project; may be null
  std::map<std::string, const Component*> known = {};  ///< that need not be asked of a registry
};

/// What the components that stay need: by what their component.json says, as far as the registries
/// has it, and by what their files in the project show.
class Needs {
 public:
  [[nodiscard]] static Result<Needs> of(const std::map<std::string, LockedComponent>& components,
                                        const NeedsSources& sources);

  /// The components that require `name`, whose files are `files`, in order.
  [[nodiscard]] std::vector<std::string> dependents_of(const std::string& name,
                                                       const LockedComponent& component) const;
  /// A component that needs the distribution as it is declared; nothing if none does.
  [[nodiscard]] std::optional<std::string> who_needs(const DependencyAddition& declared) const;
  [[nodiscard]] std::optional<std::string> who_needs_variable(const std::string& name) const;

  /// May the distribution be what one of these Python texts imports?
  [[nodiscard]] static bool may_be_imported(const Requirement& distribution, std::string_view text);

 private:
  struct Needing {
    std::string name;
    std::optional<ComponentRequirements> requirements;
    std::vector<std::string> imports;  ///< modules, dotted, as its files name them
    std::string text;                  ///< of all its files
  };

  std::vector<Needing> components_;
};

}  // namespace mlx
