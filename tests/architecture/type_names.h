#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mlx::test {

/// The types that a source file defines for all others, with their namespace: `mlx::bot::Command`. Those of
/// unnamed namespaces and of other types are its own. Reads what clang-format writes.
[[nodiscard]] std::vector<std::string> shared_types(std::string_view text);

}  // namespace mlx::test
