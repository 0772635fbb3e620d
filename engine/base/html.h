#pragma once

#include <string>
#include <string_view>

namespace mlx {

/// Safe as text of a page and inside a quoted attribute.
[[nodiscard]] std::string escape_html(std::string_view text);

}  // namespace mlx
