#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/base/finding.h"
#include "engine/component/component.h"
#include "engine/component/component_changes.h"
#include "engine/component/release.h"
#include "engine/component/version.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// What a catalogue says of itself.
struct CatalogueIdentity {
  std::string name = "mlx";
  std::string homepage;
  /// Where its `r/` is served: `https://example.com/r`. Items then name what they require by
  /// address, as shadcn's client needs it; without one they name it plainly.
  std::string address;
};

/// Versions by name of component, oldest first.
using PublishedVersions = std::map<std::string, std::vector<Version>>;

/// The versions that a catalogue has an `r/NAME@VERSION.json` of.
[[nodiscard]] Result<PublishedVersions> published_versions(const Snapshot& catalogue);

/// All files of a catalogue by path: `NAME/component.json`, `NAME/templates/…`, `registry.json`, and
/// `r/registry.json`, `r/NAME.json`, `r/NAME@VERSION.json` (docs/formats.md). `published` are the versions
/// that were there before, which the index goes on to name.
[[nodiscard]] std::map<std::string, std::string> catalogue_files(const std::vector<Release>& entries,
                                                                 const CatalogueIdentity& identity,
                                                                 const PublishedVersions& published = {});

/// Reads the components of a catalogue from their directories, whatever its registry.json says. Fails for a
/// component.json that cannot be read, and for templates that are missing or not UTF-8: JSON holds no others.
[[nodiscard]] Result<std::vector<Release>> read_catalogue(const Snapshot& catalogue);

/// What differs between a component and what the catalogue's `r/NAME@VERSION.json` has of its version;
/// nothing if that is the same, or not published yet.
[[nodiscard]] Result<std::optional<ComponentChanges>> changes_of_published(const Snapshot& catalogue,
                                                                           const Component& component);

/// Published versions stay as they are: an error for each version that `files` has with other
/// content than the catalogue's `r/NAME@VERSION.json`, and the version that its change asks for.
[[nodiscard]] Result<std::vector<Finding>> check_published(const Snapshot& catalogue,
                                                           const std::vector<Release>& entries);

/// `r/NAME.json` of components that the catalogue no longer has. Those of versions stay, and so does what
/// is not ours.
[[nodiscard]] Result<std::vector<std::string>> stale_items(const Snapshot& catalogue,
                                                           const std::vector<Release>& entries);

}  // namespace mlx
