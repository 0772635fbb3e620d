#pragma once

#include "engine/merge/line_merge.h"
#include "engine/merge/merge_language.h"
#include "engine/merge/merged_text.h"

namespace mlx {

/// Merges JSON, TOML or YAML, whose lines were merged already: what is better of the two. The lines if a
/// version is not sound.
[[nodiscard]] MergedText merge_data(const MergeInput& input, MergeLanguage language, const MergedText& lines);

}  // namespace mlx
