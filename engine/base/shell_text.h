#pragma once

#include <string>
#include <string_view>

namespace mlx {

/// A text in single quotes, for any of the shells.
[[nodiscard]] std::string shell_quoted(std::string_view text);

/// A word as a shell reads it back: in quotes, if it needs them.
[[nodiscard]] std::string shell_word(std::string_view text);

}  // namespace mlx
