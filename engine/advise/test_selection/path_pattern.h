#pragma once

#include <string_view>

namespace mlx {

/// Does the whole text match a pattern of the shell? `*` stands for any bytes, also slashes; `?` for one;
/// `[…]` for one of these. Linear in the product of both lengths at worst.
[[nodiscard]] bool matches_pattern(std::string_view pattern, std::string_view text);

/// `.yaml` of `a/b.yaml`; empty if the name has no dot, or only begins with one.
[[nodiscard]] std::string_view extension_of(std::string_view path);
/// Is the path below the directory? Everything is below the empty one.
[[nodiscard]] bool is_below(std::string_view path, std::string_view directory);

}  // namespace mlx
