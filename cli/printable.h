#pragma once

#include <string>
#include <string_view>

namespace mlx::cli {

/// Text from outside for a terminal: control characters, which could move the cursor, change
/// the title or make up lines of their own, are shown as `?`.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace mlx::cli
