#pragma once

#include "engine/merge/outline.h"

namespace mlx {

/// Is a key defined more often in one mapping or table than in any of the three versions? In TOML also if it
/// is a value and a table, whatever way the two are written.
[[nodiscard]] bool repeats_keys(const Outline& base, const Outline& ours, const Outline& theirs,
                                const Outline& result);

/// Has the result a key at a place where neither side has it?
[[nodiscard]] bool has_new_paths(const Outline& ours, const Outline& theirs, const Outline& result);

/// How many lists in brackets have a comma behind their last member?
[[nodiscard]] std::size_t count_last_commas(const Outline& outline);

}  // namespace mlx
