#include "bot/setup/visitor.h"

#include <algorithm>
#include <array>

#include "bot/setup/address.h"
#include "engine/base/digest.h"

namespace mlx::bot::setup {
namespace {

/// What proxies add. Any of them, even an empty one, tells that there is one.
constexpr std::array<std::string_view, 12> kProxyHeaders = {
    "Forwarded",        "X-Forwarded-For",    "X-Forwarded-Host", "X-Forwarded-Proto",
    "X-Forwarded-Port", "X-Forwarded-Server", "X-Real-IP",        "Via",
    "CF-Connecting-IP", "True-Client-IP",     "X-Client-IP",      "X-Original-Forwarded-For"};

bool is_elsewhere(std::string_view public_url) {
  if (public_url.empty()) return false;
  const auto address = parse_web_address(public_url);
  return !address || !is_loopback(address->host);
}

}  // namespace

bool is_local(const Request& request, std::string_view public_url) {
  const bool is_proxied =
      std::ranges::any_of(kProxyHeaders, [&](std::string_view name) { return request.has_header(name); });
  // No browser speaks HTTP/1.0, though some proxies do.
  return is_loopback(request.peer) && is_loopback(host_of(request.header("Host"))) && !is_proxied &&
         request.version == "HTTP/1.1" && !is_elsewhere(public_url);
}

std::string browser_base(const Request& request, std::string_view public_url) {
  if (is_local(request, public_url)) return "http://" + request.header("Host");
  const std::string host = host_of(request.header("Host"));
  // By ssh, a browser elsewhere can still be at this machine's own address.
  if (!is_loopback(host) && !public_url.empty()) return std::string(public_url);
  if (host.empty()) return {};
  const bool is_encrypted = request.header("X-Forwarded-Proto") == "https";
  return (is_encrypted ? "https://" : "http://") + request.header("Host");
}

OneTimeCode::Try OneTimeCode::redeem(std::string_view text) {
  if (tries_left_ == 0) return Try::kSpent;
  if (equal_in_constant_time(code_, text)) {
    tries_left_ = 0;
    return Try::kRight;
  }
  return --tries_left_ == 0 ? Try::kSpent : Try::kWrong;
}

}  // namespace mlx::bot::setup
