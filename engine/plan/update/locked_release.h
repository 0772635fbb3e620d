#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "engine/component/registries.h"
#include "engine/component/release.h"
#include "engine/manifest/project_layout.h"
#include "engine/plan/lock.h"

namespace mlx {

/// Port: contents that are known by their git blob id only, as a git repository or a forge keeps them.
class BlobSource {
 public:
  BlobSource() = default;
  BlobSource(const BlobSource&) = delete;
  BlobSource& operator=(const BlobSource&) = delete;
  virtual ~BlobSource() = default;

  /// Nothing if it does not have this content.
  [[nodiscard]] virtual Result<std::optional<std::string>> blob(const BlobId& id) const = 0;
};

/// The registry that a component of the lock came from; the default one if none that the project names has
/// its address: it may have moved.
[[nodiscard]] Result<const Registry*> registry_of(const LockedComponent& locked,
                                                  const Registries& registries);

/// The version of a component that the lock has, from its registry as it is now or was at the locked
/// revision; nothing if the registry lost it, or has other content under its version.
[[nodiscard]] std::optional<Release> locked_release(const std::string& name, const LockedComponent& locked,
                                                    const Registries& registries);

/// Where a pristine base may be looked for.
struct BaseSources {
  const std::optional<Release>& release;  ///< that the lock has
  const std::set<std::string>& modules;   ///< of all components of the lock, by their templates' names
  const BlobSource* blobs = nullptr;      ///< of the project's own history; may be null
};

/// A file exactly as it was injected: its template rendered as it was then, or the content from the
/// project's history. Its blob id proves it. Nothing if neither has it.
[[nodiscard]] Result<std::optional<std::string>> pristine_base(const std::string& path,
                                                               const LockedFile& file,
                                                               const std::string& import_root,
                                                               const BaseSources& sources);

}  // namespace mlx
