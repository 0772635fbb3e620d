#pragma once

#include <string_view>

namespace mlx {

/// True if no release can satisfy both PEP 440 specifiers, as far as `>=`, `>`, `<=`, `<`, `==`
/// and `~=` on plain release numbers tell. Clauses of other kinds are taken to allow everything,
/// so false means "perhaps not".
[[nodiscard]] bool are_disjoint(std::string_view a, std::string_view b);

}  // namespace mlx
