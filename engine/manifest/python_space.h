#pragma once

#include <cstddef>
#include <string_view>

namespace mlx {

/// The length of the character of white space, as Python's `\s` understands it, that a UTF-8 text begins
/// with, or 0.
[[nodiscard]] std::size_t leading_python_space(std::string_view text);

/// The text without such characters around it, as `str.strip()` makes it.
[[nodiscard]] std::string_view without_python_space(std::string_view text);

}  // namespace mlx
