#pragma once

#include <optional>
#include <string>

#include "engine/merge/outline.h"

namespace mlx {

/// What every block of a text is indented by, more than the block around it: `    `, a tab. Nothing if the
/// blocks do not agree, or there are none.
[[nodiscard]] std::optional<std::string> indentation_unit(const Outline& outline);

/// The text with its blocks, and the docstrings in them, indented by another unit. Other strings stay as they
/// are.
[[nodiscard]] std::string with_indentation_unit(const Outline& outline, const std::string& from,
                                                const std::string& to);

}  // namespace mlx
