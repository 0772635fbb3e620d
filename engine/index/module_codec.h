#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/source/python_module.h"

namespace mlx {

/// The module as bytes, for a cache: with the version of the reader that made it, and a check sum.
[[nodiscard]] std::string encode_module(const PythonModule& module);

/// Is this what encode_module() of this version made, undamaged? Then decode_module() gives a module.
[[nodiscard]] bool is_encoded_module(std::string_view bytes);

/// Nothing if the bytes are damaged, or were made by another version.
[[nodiscard]] std::optional<PythonModule> decode_module(std::string_view bytes);

}  // namespace mlx
