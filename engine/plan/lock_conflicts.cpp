#include "engine/plan/lock_conflicts.h"

#include "engine/component/registry_address.h"

namespace mlx {
namespace {

Finding name_taken(const FoundComponent& found, const LockedComponent& locked) {
  return {.code = "component-name-taken",
          .severity = Severity::kError,
          .message = found.name.name + " is here already, from the registry " + locked.registry + "; `" +
                     to_string(found.name) + "` comes from " + found.registry->name() +
                     ", and a project can have only one of them",
          .remedy = "run `mlx remove " + found.name.name +
                    "` first; if that registry has only moved, write its new address into the lock",
          .evidence = {{.file = std::string(Lock::kPath)}}};
}

Finding version_changed(const FoundComponent& found, const LockedComponent& locked) {
  return {.code = "published-version-changed",
          .severity = Severity::kError,
          .message = "the registry " + found.registry->name() + " has other content under " +
                     found.name.name + " " + to_string(locked.version) +
                     " than when it was added here: a published version must not change",
          .remedy =
              "ask whoever keeps the registry what happened, and for a new version; until then name a "
              "revision of it that you trust",
          .evidence = {{.file = std::string(Lock::kPath)}}};
}

/// A default registry that was given another address has only moved, as far as anyone can tell.
bool is_from_elsewhere(const FoundComponent& found, const LockedComponent& locked,
                       const Registries& registries) {
  if (!found.name.registry.empty()) return true;
  const auto other = registries.name_of(locked.registry);
  return other && !other->empty();
}

}  // namespace

std::optional<Finding> lock_conflict(const FoundComponent& found, const LockedComponent& locked,
                                     const Registries& registries) {
  const bool is_same = registry_identity(found.registry->name()) == registry_identity(locked.registry);
  if (!is_same) {
    if (is_from_elsewhere(found, locked, registries)) return name_taken(found, locked);
    return std::nullopt;
  }
  const bool is_changed = !locked.digest().empty() && found.item.version == locked.version &&
                          found.item.sha256 != locked.digest();
  if (is_changed) return version_changed(found, locked);
  return std::nullopt;
}

}  // namespace mlx
