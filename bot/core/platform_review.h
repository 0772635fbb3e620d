#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/component/component_changes.h"
#include "engine/index/index_cache.h"
#include "engine/index/snapshot.h"
#include "engine/plan/raise_versions.h"

namespace mlx::bot {

/// Where a platform keeps its catalogue.
inline constexpr std::string_view kCatalogueDirectory = "mlx-components";

/// Does it configure components, and keep a catalogue? An error of the user's if the configuration cannot
/// be read.
[[nodiscard]] Result<bool> is_platform(const Snapshot& project);

/// Plans what brings the catalogue of a platform up to date, raising versions where published ones would
/// change. An error of the user's if the platform cannot be read, or is too large to be looked at here.
[[nodiscard]] Result<ExtractionPlan> plan_catalogue(const Snapshot& platform, IndexCache& cache, bool prunes);

/// A component that a pull request adds, changes or removes.
struct ReviewedComponent {
  std::string name;
  std::optional<Version> before;  ///< nothing: it is added
  std::optional<Version> after;   ///< nothing: it is removed
  std::size_t file_count = 0;     ///< of what is added
  ComponentChanges changes;       ///< of what is changed

  [[nodiscard]] bool breaks_users() const { return !after || changes.breaks_users(); }
};

/// What a pull request does to a platform.
struct PlatformReview {
  enum class Catalogue {
    kCurrent,   ///< it is what the source says
    kOutdated,  ///< it is not, and can be brought up to date
    kBlocked,   ///< it is not, and something is in the way
  };

  std::vector<ReviewedComponent> components;  ///< by name
  Catalogue catalogue = Catalogue::kCurrent;  ///< on the head
  bool is_catalogue_worse = false;            ///< on the head than on the base
  std::vector<RaisedVersion> raised;          ///< that bringing it up to date would raise
  std::vector<Finding> findings;              ///< what is in the way
  std::optional<Error> unreadable;            ///< the head cannot be read as a platform, and why

  /// Is there something that whoever reviews the pull request should know?
  [[nodiscard]] bool is_worth_saying() const {
    return !components.empty() || is_catalogue_worse || unreadable.has_value();
  }
};

/// Compares what is extracted from the two sides of a pull request. Nothing if neither is a platform.
/// Pure, but for reading through the snapshots: fails only if one of them does.
[[nodiscard]] Result<std::optional<PlatformReview>> review_platform(const Snapshot& base,
                                                                    const Snapshot& head, IndexCache& cache);

}  // namespace mlx::bot
