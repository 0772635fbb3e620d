#pragma once

#include <string_view>

namespace mlx {

/// Does the whole text match a pattern of the shell? `*` stands for any bytes, also slashes; `?` for one;
/// `[…]` for one of these. Linear in the product of both lengths at worst.
[[nodiscard]] bool matches_pattern(std::string_view pattern, std::string_view text);

/// The last part of a path, and what is before it without the slash.
[[nodiscard]] std::string_view name_in(std::string_view path);
[[nodiscard]] std::string_view directory_in(std::string_view path);
/// `.yaml` of `a/b.yaml`; empty if the name has no dot, or only begins with one.
[[nodiscard]] std::string_view extension_of(std::string_view path);
/// Is the path below the directory? Everything is below the empty one.
[[nodiscard]] bool is_below(std::string_view path, std::string_view directory);

}  // namespace mlx
