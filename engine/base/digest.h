#pragma once

#include <string>
#include <string_view>

namespace mlx {

/// SHA-256 of the bytes, as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// HMAC-SHA-256 (RFC 2104), as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

/// Compares in a time that depends on the lengths only.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

[[nodiscard]] std::string to_hex(std::string_view bytes);

/// Base64 with `-` and `_` and no padding (RFC 4648, section 5), as JWT needs it.
[[nodiscard]] std::string base64url(std::string_view bytes);

}  // namespace mlx
