#pragma once

#include <optional>
#include <string>

#include "engine/merge/outline.h"

namespace mlx {

/// Both sides with the later of two versions that they gave the same thing.
struct RaisedVersions {
  std::string ours;
  std::string theirs;
};

/// Finds what says which version the code is (`__version__ = "1.2.1"`, `setup(version="1.2.1")`,
/// `version_info = (1, 2, 1)`) where both
/// sides raised it, and gives both the higher one: whoever has 1.3.0 is past 1.2.2 too. Nothing if there is
/// none, or if one side is ahead by one name and the other by another. A name that is given more than one
/// version says nothing, and neither does one that a side lowered.
[[nodiscard]] std::optional<RaisedVersions> raise_versions(const Outline& base, const Outline& ours,
                                                           const Outline& theirs);

}  // namespace mlx
