#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/error.h"
#include "engine/index/snapshot.h"

namespace mlx {

/// Why changes outside of a project that is a part of a repository can affect its tests, as parts of
/// sentences: `changed` are paths from the top of the repository, `place` is that of the project there, and
/// `files` are those of the project. None if they cannot. Fails if the snapshot does.
[[nodiscard]] Result<std::vector<std::string>> reasons_of_outside(const Snapshot& files,
                                                                  std::string_view place,
                                                                  const std::vector<std::string>& changed);

}  // namespace mlx
