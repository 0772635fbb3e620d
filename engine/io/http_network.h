#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace mlx {

/// How a machine reaches others.
struct HttpNetwork {
  std::string https_proxy;  ///< address of the proxy for https; empty: none
  std::string http_proxy;   ///< the same for http
  std::string no_proxy;     ///< hosts that are asked directly, with commas; `*`: all
  std::string ca_file;      ///< PEM of authorities to trust instead of the system's; empty: those

  bool operator==(const HttpNetwork&) const = default;
};

/// Reads HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, in either case, and MLX_CA_FILE, given what a name
/// is set to (empty: not set). HTTP_PROXY counts in lower case only, as a CGI server sets it from a header.
[[nodiscard]] HttpNetwork read_http_network(
    const std::function<std::string(std::string_view name)>& value_of);

/// That of this process's environment.
[[nodiscard]] HttpNetwork environment_network();

struct HttpProxy {
  std::string host;
  int port = 0;
  std::string user;  ///< empty: none is needed
  std::string password;

  bool operator==(const HttpProxy&) const = default;
};

/// The proxy by which an address (`https://host:port/…`) is reached; nothing: directly. This machine itself
/// is always asked directly. kInvalidInput, without the password, for a proxy whose address cannot be read,
/// and for one that is not spoken to in plain HTTP.
[[nodiscard]] Result<std::optional<HttpProxy>> proxy_for(std::string_view url, const HttpNetwork& network);

}  // namespace mlx
