#pragma once

#include <set>
#include <string>
#include <vector>

#include "engine/index/repo_index.h"

namespace mlx {

/// A route with its whole path, and its handler's full name.
struct ResolvedRoute {
  std::vector<std::string> methods;
  std::string path;
  bool is_path_known = true;  ///< false where a prefix of it is computed, and missing from the path
  std::string handler;
  /// The application that answers it, as `FILE:FUNCTION.VARIABLE`; empty where none here includes its router.
  std::string application;
  FileId file = 0;
  std::size_t line = 0;
};

/// The routes that these files define: those of objects that are routers or applications, here or
/// imported. The path begins with the prefixes of the router and of all that include it; a router
/// that is included several times has a route for each.
[[nodiscard]] std::vector<ResolvedRoute> resolve_routes(const RepoIndex& index,
                                                        const std::set<FileId>& files);

}  // namespace mlx
