#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/index/snapshot.h"

namespace mlx {

/// What the project's pyproject.toml offers under names of its own.
struct EntryPoints {
  std::map<std::string, std::string, std::less<>> modules;  ///< by the name of a script or an entry point
  std::vector<std::string> offered;                         ///< modules of entry points that are no scripts
  std::vector<std::string> pytest_plugins;                  ///< those that pytest loads by itself
};

/// Of a pyproject.toml that cannot be read, nothing is known. Fails if the snapshot does.
[[nodiscard]] Result<EntryPoints> read_entry_points(const Snapshot& files);

/// What a text of configuration has that could name modules: names with a dot in them, wherever they stand,
/// and names that are a whole value (`backend: handlers`, `["handlers"]`).
[[nodiscard]] std::set<std::string> module_names_in(std::string_view text);

}  // namespace mlx
