#pragma once

#include <string_view>

namespace mlx::bot {

/// Whether a text that a forge gives back is the one that it was given: GitLab keeps neither white space at
/// the end nor carriage returns.
[[nodiscard]] bool is_same_text(std::string_view there, std::string_view wanted);

}  // namespace mlx::bot
