#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mlx {

/// SHA-256 of the bytes, as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// HMAC-SHA-256 (RFC 2104), as 64 lower-case hexadecimal digits.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view bytes);

/// Compares in a time that depends on the lengths only.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

/// The name that git gives to an object of this kind ("blob", "tree"): SHA-1 of `KIND SIZE\0` and its bytes,
/// as 40 lower-case hexadecimal digits.
[[nodiscard]] std::string git_object_id(std::string_view kind, std::string_view bytes);

[[nodiscard]] std::string to_hex(std::string_view bytes);
/// The bytes behind lower-case hexadecimal digits; nothing if it is not that.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

/// Base64 with `-` and `_` and no padding (RFC 4648, section 5), as JWT needs it.
[[nodiscard]] std::string base64url(std::string_view bytes);

/// Base64 with padding (RFC 4648, section 4).
[[nodiscard]] std::string base64(std::string_view bytes);

/// The bytes behind base64 with padding, line breaks allowed; nothing if it is not that.
[[nodiscard]] std::optional<std::string> decode_base64(std::string_view text);

/// Is this well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates?
[[nodiscard]] bool is_utf8(std::string_view bytes);

/// What the text begins with, at most so many bytes, not cutting a character of UTF-8.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t most_bytes);

}  // namespace mlx
