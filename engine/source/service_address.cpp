#include <algorithm>
#include <array>

#include "engine/source/python_calls.h"

namespace mlx {
namespace {

// Schemes of servers that one runs beside a service; `+driver` is cut off before.
constexpr std::array<std::string_view, 25> kSchemes = {
    "amqp",       "amqps",  "bolt",  "cassandra", "clickhouse", "cockroachdb", "elasticsearch",
    "etcd",       "kafka",  "ldap",  "mariadb",   "memcached",  "milvus",      "mongodb",
    "mqtt",       "mssql",  "mysql", "nats",      "neo4j",      "oracle",      "postgres",
    "postgresql", "pulsar", "redis", "rediss"};

bool is_host_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_';
}

/// A name without dots, or this machine: no address of the public web.
bool is_private_host(std::string_view host) {
  const bool is_name = host.find_first_of(".[") == std::string_view::npos;
  return !host.empty() && (is_name || host == "127.0.0.1" || host == "0.0.0.0" || host == "[::1]");
}

}  // namespace

std::optional<ServiceAddress> recognize_service(std::string_view text) {
  const auto colon = text.find("://");
  if (colon == std::string_view::npos || colon == 0 ||
      text.find_first_of(" \t\n\r") != std::string_view::npos) {
    return std::nullopt;
  }
  std::string scheme(text.substr(0, std::min(colon, text.find('+'))));
  std::ranges::transform(scheme, scheme.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  std::string_view authority = text.substr(colon + 3);
  authority = authority.substr(0, authority.find_first_of("/?#,"));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
  const auto bracket = authority.starts_with('[') ? authority.find(']') : std::string_view::npos;
  const auto port_at = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string_view host = authority.substr(0, port_at);
  std::string_view port =
      port_at == std::string_view::npos ? std::string_view() : authority.substr(port_at + 1);
  const bool is_ip6 = bracket != std::string_view::npos && bracket + 1 == host.size() &&
                      host.find_first_not_of("0123456789abcdefABCDEF:.", 1) == bracket;
  if (!is_ip6 && !std::ranges::all_of(host, is_host_byte)) host = {};
  if (port.size() > 5 || port.find_first_not_of("0123456789") != std::string_view::npos) port = {};
  const bool is_web =
      (scheme == "http" || scheme == "https" || scheme == "grpc") && is_private_host(host) && !port.empty();
  const bool is_known = std::ranges::find(kSchemes, scheme) != kSchemes.end();
  if (!is_web && !is_known) return std::nullopt;
  return ServiceAddress{.scheme = scheme, .host = std::string(host), .port = std::string(port), .line = 0};
}

}  // namespace mlx
