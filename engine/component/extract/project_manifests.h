#pragma once

#include <string>
#include <vector>

#include "engine/component/extract/platform.h"
#include "engine/manifest/pyproject.h"

namespace mlx {

/// A project of the repository: its top, or a directory below that has manifests of its own, as the
/// members of a workspace have.
struct ProjectManifests {
  std::string directory;  ///< empty for the top
  PyProject pyproject;    ///< with what setup.cfg and setup.py say of names and directories
};

/// Reads what every project declares into the platform: pyproject.toml, setup.cfg, setup.py, lock files,
/// and requirements files wherever they are. Those of examples, documentation and tests are passed
/// over; what pip-compile or uv made of another file counts as a lock. A manifest that cannot be read is a
/// finding. The top comes first, and is always there.
[[nodiscard]] std::vector<ProjectManifests> read_manifests(Platform& platform,
                                                           std::vector<Finding>& findings);

}  // namespace mlx
