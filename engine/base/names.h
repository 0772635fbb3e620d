#pragma once

#include <string_view>

namespace mlx {

/// May it stand in a name of Python's, as far as ASCII goes?
[[nodiscard]] bool is_name_character(char c);
/// Does the name stand in the text, with nothing beside it that would make it another one?
[[nodiscard]] bool has_name(std::string_view text, std::string_view name);

}  // namespace mlx
