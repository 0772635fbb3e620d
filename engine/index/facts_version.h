#pragma once

#include <cstdint>

namespace mlx {

/// Another number for every build whose read_python_module() or encode_module() may do something else: a
/// digest of their code, computed by facts_version.cmake.
[[nodiscard]] std::uint64_t facts_version();

}  // namespace mlx
