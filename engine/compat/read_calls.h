#pragma once

#include <set>
#include <vector>

#include "engine/compat/facts.h"

namespace mlx {

/// What these files register, by file and line. Only where the code shows that it is a registry and that a
/// name can be there once: a decorator that fills a dict by that name, `register` of a variable that is
/// called a registry or is a constant, `plugin(kind, name)`. `project` has what the index does not; null if
/// nothing has.
[[nodiscard]] std::vector<PluginFact> find_plugins(const RepoIndex& index, const std::set<FileId>& sources,
                                                   const RepoIndex* project);

/// The servers that these files start, by file and line.
[[nodiscard]] std::vector<ListenerFact> find_listeners(const RepoIndex& index,
                                                       const std::set<FileId>& sources);

}  // namespace mlx
