#include "engine/io/http_network.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstdlib>

namespace mlx {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

struct HostAndPort {
  std::string host;  ///< in lower case, without brackets
  std::string port;
};

HostAndPort split(std::string_view authority) {
  if (authority.starts_with('[')) {
    const auto end = std::min(authority.find(']'), authority.size());
    const std::string_view rest = authority.substr(std::min(end + 1, authority.size()));
    return {.host = lower(authority.substr(1, end - 1)),
            .port = std::string(rest.starts_with(':') ? rest.substr(1) : "")};
  }
  const auto colon = authority.find(':');
  return {.host = lower(authority.substr(0, colon)),
          .port = colon == authority.npos ? std::string() : std::string(authority.substr(colon + 1))};
}

std::string_view authority_of(std::string_view url) {
  const auto begin = url.find("://");
  if (begin != url.npos) url.remove_prefix(begin + 3);
  return url.substr(0, url.find_first_of("/?#"));
}

/// The four numbers of an IPv4 address as one; nothing for other hosts.
std::optional<std::uint32_t> ipv4(std::string_view text) {
  std::uint32_t address = 0;
  for (int part = 0; part < 4; ++part) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number > 255) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    address = address << 8U | number;
    if (part == 3) break;
    if (!text.starts_with('.')) return std::nullopt;
    text.remove_prefix(1);
  }
  return text.empty() ? std::optional(address) : std::nullopt;
}

/// `10.0.0.0/8`.
bool is_in_network(std::string_view host, std::string_view network) {
  const auto slash = network.find('/');
  const auto address = ipv4(host);
  const auto base = ipv4(network.substr(0, slash));
  if (slash == network.npos || !address || !base) return false;
  const std::string_view digits = network.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc() || end != digits.data() + digits.size() || bits > 32) return false;
  const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
  return (*address & mask) == (*base & mask);
}

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost") || host == "::1" ||
         is_in_network(host, "127.0.0.0/8");
}

/// One entry of NO_PROXY: a host and all below it, perhaps with a port, or a network.
bool covers(std::string_view entry, const HostAndPort& asked, std::string_view port) {
  if (entry == "*" || is_in_network(asked.host, entry)) return true;
  HostAndPort wanted = split(entry);
  // An IPv6 address without brackets has colons of its own.
  if (entry.find(':') != entry.rfind(':') && !entry.starts_with('['))
    wanted = {.host = lower(entry), .port = {}};
  if (!wanted.port.empty() && wanted.port != port) return false;
  std::string_view host = wanted.host;
  if (host.starts_with("*.")) host.remove_prefix(1);
  if (host.starts_with('.')) host.remove_prefix(1);
  if (host.empty()) return false;
  return asked.host == host ||
         (asked.host.ends_with(host) && asked.host[asked.host.size() - host.size() - 1] == '.');
}

bool is_excepted(const HostAndPort& asked, std::string_view port, std::string_view no_proxy) {
  while (!no_proxy.empty()) {
    const auto end = std::min(no_proxy.find_first_of(", \t"), no_proxy.size());
    if (end > 0 && covers(no_proxy.substr(0, end), asked, port)) return true;
    no_proxy.remove_prefix(std::min(end + 1, no_proxy.size()));
  }
  return false;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    const bool is_escape =
        text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3;
    decoded += is_escape ? static_cast<char>(byte) : text[i];
    if (is_escape) i += 2;
  }
  return decoded;
}

Result<HttpProxy> read_proxy(std::string_view address) {
  const auto wrong = [](const std::string& why) {
    return fail(ErrorCode::kInvalidInput,
                "the proxy of HTTPS_PROXY or HTTP_PROXY " + why + "; write it as http://HOST:PORT");
  };
  const auto scheme_end = address.find("://");
  if (scheme_end != address.npos && lower(address.substr(0, scheme_end)) != "http")
    return wrong("is not one that is spoken to in plain HTTP");
  std::string_view authority = authority_of(address);
  HttpProxy proxy;
  const auto at = authority.rfind('@');
  if (at != authority.npos) {
    const std::string_view credentials = authority.substr(0, at);
    const auto colon = std::min(credentials.find(':'), credentials.size());
    proxy.user = percent_decoded(credentials.substr(0, colon));
    proxy.password = percent_decoded(credentials.substr(std::min(colon + 1, credentials.size())));
    authority.remove_prefix(at + 1);
  }
  const HostAndPort place = split(authority);
  proxy.host = place.host;
  constexpr int kUsualPort = 80;
  proxy.port = kUsualPort;
  if (proxy.host.empty()) return wrong("has no host");
  if (place.port.empty()) return proxy;
  const auto [end, error] =
      std::from_chars(place.port.data(), place.port.data() + place.port.size(), proxy.port);
  const bool is_port = error == std::errc() && end == place.port.data() + place.port.size() &&
                       proxy.port > 0 && proxy.port < 65536;
  return is_port ? Result<HttpProxy>(proxy) : wrong("has a wrong port");
}

}  // namespace

HttpNetwork read_http_network(const std::function<std::string(std::string_view name)>& value_of) {
  const auto first = [&](std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
      if (auto value = value_of(name); !value.empty()) return value;
    }
    return std::string();
  };
  return {.https_proxy = first({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}),
          .http_proxy = first({"http_proxy", "all_proxy", "ALL_PROXY"}),
          .no_proxy = first({"no_proxy", "NO_PROXY"}),
          .ca_file = first({"MLX_CA_FILE"})};
}

HttpNetwork environment_network() {
  return read_http_network([](std::string_view name) {
    const char* value = std::getenv(std::string(name).c_str());
    return value == nullptr ? std::string() : std::string(value);
  });
}

Result<std::optional<HttpProxy>> proxy_for(std::string_view url, const HttpNetwork& network) {
  const bool is_https = url.starts_with("https://");
  const std::string& address = is_https ? network.https_proxy : network.http_proxy;
  if (address.empty()) return std::nullopt;
  const HostAndPort asked = split(authority_of(url));
  const std::string_view port = !asked.port.empty() ? std::string_view(asked.port) : is_https ? "443" : "80";
  if (is_this_machine(asked.host) || is_excepted(asked, port, network.no_proxy)) return std::nullopt;
  return MLX_TRY(read_proxy(address));
}

}  // namespace mlx
