#pragma once

#include <memory>
#include <string>
#include <vector>

#include "engine/compat/facts.h"
#include "engine/component/registries.h"
#include "engine/index/index_cache.h"
#include "engine/index/snapshot.h"
#include "engine/manifest/configuration.h"
#include "engine/plan/lock.h"

namespace mlx {

/// What to look at beside the project and the components that it has.
struct CheckScope {
  /// Components that it might get, `NAME` or `@REGISTRY/NAME`; what they require is read too.
  std::vector<std::string> candidates;
  bool reads_releases = true;  ///< what installed components say of themselves is asked of registries
  /// To go by instead of the project\'s own, which may be anybody\'s; null: the project\'s own.
  const ProjectConfiguration* configuration = nullptr;
};

/// A project that was read for the rules of compatibility (engine/compat): its own code, the components
/// that the lock names, as the user has them now, and those that it might get, rendered for it. Refers to the
/// snapshot and to the registries, which must outlive it.
class CheckedProject {
 public:
  /// Fails for a configuration or a lock that cannot be read, and for candidates that no registry has.
  [[nodiscard]] static Result<std::unique_ptr<CheckedProject>> read(const Snapshot& project,
                                                                    IndexCache& cache,
                                                                    const Registries& registries,
                                                                    const CheckScope& scope);

  CheckedProject(const CheckedProject&) = delete;
  CheckedProject& operator=(const CheckedProject&) = delete;
  virtual ~CheckedProject() = default;

  [[nodiscard]] virtual const CompatFacts& facts() const = 0;
  [[nodiscard]] virtual const Lock& lock() const = 0;
  [[nodiscard]] virtual const RepoIndex& index() const = 0;

 protected:
  CheckedProject() = default;
};

}  // namespace mlx
