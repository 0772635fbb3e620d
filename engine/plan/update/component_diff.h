#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/component/registries.h"
#include "engine/index/snapshot.h"
#include "engine/plan/update/locked_release.h"

namespace mlx {

/// Two versions of one file; nothing where there is none.
struct FileDifference {
  std::string path_before;
  std::string path_after;
  std::optional<std::string> before;
  std::optional<std::string> after;
};

/// How far an injected component is from what it was, and what it was from what it is in its registry.
struct ComponentDifference {
  std::string name;
  Version version;
  std::optional<Version> latest;          ///< nothing if the registry does not have the component
  std::vector<FileDifference> yours;      ///< the project's files against their pristine bases
  std::vector<FileDifference> upstream;   ///< the pristine bases against the newest version
  std::vector<std::string> without_base;  ///< files whose base nobody has any more
};

/// The named components, or all that are installed. Fails with kNotFound for one that is not.
[[nodiscard]] Result<std::vector<ComponentDifference>> component_differences(
    const std::vector<std::string>& names, const Registries& registries, const Snapshot& project,
    const BlobSource* blobs);

[[nodiscard]] std::string unified_diff(const std::vector<FileDifference>& differences);

}  // namespace mlx
