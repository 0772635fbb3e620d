#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/plan/extract.h"

namespace mlx {

/// A component whose published version would have changed, and the version that it has instead.
struct RaisedVersion {
  std::string component;
  Version from;
  Version to;
  std::string reason;  ///< what changed: `2 files changed`

  bool operator==(const RaisedVersion&) const = default;
};

/// A platform as it was read. Refers to the snapshot and the index, which must outlive it.
struct PlatformSource {
  const Snapshot& files;
  const RepoIndex& index;
  ProjectConfiguration configuration;
};

/// An extraction, and what it makes of the catalogue and of the platform's own configuration.
struct ExtractionPlan {
  Extraction extraction;
  ChangePlan catalogue;                     ///< as plan_extract() gives it
  std::optional<FileChange> configuration;  ///< the file that names the raised versions
  std::vector<RaisedVersion> raised;        ///< by name

  [[nodiscard]] bool is_blocked() const { return catalogue.is_blocked(); }
  [[nodiscard]] bool is_empty() const { return catalogue.is_empty() && !configuration; }
};

/// Extracts, and plans what plan_extract() plans; but a component whose published version would change gets
/// the version that follows by semver, in its `[components.NAME]`, where the platform configures it. A
/// version that is raised changes what requires it, so that may follow; what is not settled after a few
/// rounds stays blocked. Fails as extract_components() and plan_extract() do.
[[nodiscard]] Result<ExtractionPlan> plan_extract_raising_versions(PlatformSource platform,
                                                                   const Snapshot& catalogue,
                                                                   const ExtractRequest& request);

}  // namespace mlx
