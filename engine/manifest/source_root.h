#pragma once

#include <string>
#include <vector>

#include "engine/base/error.h"
#include "engine/index/snapshot.h"
#include "engine/manifest/configuration.h"
#include "engine/manifest/pyproject.h"

namespace mlx {

/// The directory that holds a project's code, and what imports of it begin with.
struct SourceRoot {
  std::string directory;
  std::string import_root;
  bool is_shipped = false;  ///< whoever installs the project gets this package

  bool operator==(const SourceRoot&) const = default;
};

/// The directory, with `/` for dots, that an import root is.
[[nodiscard]] std::string directory_of_import(std::string import_root);

/// The rules of detect_layout(). `is_shipped` assumes that the project is installed at all.
[[nodiscard]] Result<SourceRoot> find_source_root(const Snapshot& snapshot,
                                                  const ProjectConfiguration& configuration,
                                                  const PyProject& pyproject);

}  // namespace mlx
