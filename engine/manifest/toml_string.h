#pragma once

#include <string>
#include <string_view>

namespace mlx {

/// The value of a TOML string or quoted key, given as it is written, quotes included.
/// The literal must be valid TOML 1.0.
[[nodiscard]] std::string decode_toml_string(std::string_view literal);

/// The value as a one-line TOML string, in the quotes asked for (`"` or `'`) unless the
/// value cannot stand in single quotes.
[[nodiscard]] std::string toml_string(std::string_view value, char quote = '"');

/// The name as a TOML key: bare if it may be, else quoted.
[[nodiscard]] std::string toml_key(std::string_view name);

}  // namespace mlx
