#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "engine/base/error.h"

namespace mlx::sandbox {

/// The app's RSA key, 2048 bits. Made on the first call and then the same for the whole
/// process, because making one takes a tenth of a second.
struct AppKey {
  std::string private_pem;
  std::string public_pem;
};
[[nodiscard]] const AppKey& app_key();

/// The claims of a JWT that the key has signed with RS256; kUnauthorized if it has not.
/// Looks at no claim.
[[nodiscard]] Result<nlohmann::json> verify_jwt(std::string_view token, const AppKey& key);

[[nodiscard]] std::string hmac_sha1_hex(std::string_view key, std::string_view bytes);

/// As many lower-case hexadecimal digits, from the system's random source.
[[nodiscard]] std::string random_hex(std::size_t digits);
/// A random UUID (version 4), as GitHub uses for deliveries.
[[nodiscard]] std::string random_guid();

[[nodiscard]] std::string base64(std::string_view bytes);
/// Line breaks are ignored; kInvalidInput for anything else that is not base64.
[[nodiscard]] Result<std::string> base64_decode(std::string_view text);

}  // namespace mlx::sandbox
