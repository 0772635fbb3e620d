#pragma once

#include <string_view>

#include "engine/base/finding.h"

namespace mlx {

// Codes of findings about files that other tools write for a project, and that a plan leaves behind.

/// `.projenrc.py` changes, and what projen makes of it has not.
inline constexpr std::string_view kSynthPending = "synth-pending";
/// Dependencies change, and the lock that the evidence names has not.
inline constexpr std::string_view kLockOutdated = "lock-file-outdated";

/// Does a tool know from it what to do? A lock has to be named.
[[nodiscard]] inline bool is_left_to_tools(const Finding& finding) {
  return finding.code == kSynthPending || (finding.code == kLockOutdated && !finding.evidence.empty());
}

}  // namespace mlx
