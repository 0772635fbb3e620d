#include "bot/setup/address.h"

#include <algorithm>

namespace mlx::bot::setup {
namespace {

constexpr std::string_view kScheme = "://";
constexpr std::string_view kEnterpriseApi = "/api/v3";
constexpr std::string_view kCloudSuffix = ".ghe.com";
constexpr std::size_t kLongest = 2000;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_host_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_';
}

std::unexpected<Error> no_address() {
  return fail(ErrorCode::kInvalidInput,
              "This is no address: write https://HOST, without user, query or fragment.");
}

}  // namespace

std::string WebAddress::origin() const {
  const auto begin = text.find(kScheme) + kScheme.size();
  return text.substr(0, text.find('/', begin));
}

std::string host_of(std::string_view header) {
  if (header.starts_with('[')) {
    const auto end = header.find(']');
    if (end == std::string_view::npos) return {};
    const std::string_view inside = header.substr(1, end - 1);
    const std::string_view port = header.substr(end + 1);
    const bool is_address = !inside.empty() && std::ranges::all_of(inside, [](char c) {
      return is_digit(c) || c == ':' || c == '.' || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    });
    const bool is_port = port.empty() || (port.size() > 1 && port.front() == ':' &&
                                          std::ranges::all_of(port.substr(1), is_digit));
    return is_address && is_port ? lower(inside) : std::string();
  }
  const auto colon = header.find(':');
  const std::string_view host = header.substr(0, colon);
  const std::string_view port = colon == std::string_view::npos ? "0" : header.substr(colon + 1);
  const bool is_host = !host.empty() && std::ranges::all_of(host, is_host_character);
  const bool is_port = !port.empty() && port.size() <= 5 && std::ranges::all_of(port, is_digit);
  return is_host && is_port ? lower(host) : std::string();
}

Result<WebAddress> parse_web_address(std::string_view text) {
  const bool is_encrypted = text.starts_with("https://");
  if (!is_encrypted && !text.starts_with("http://")) return no_address();
  const bool is_plain = std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '<' && c != '>' && c != '\\' && c != '?' && c != '#' &&
           c != '@';
  });
  if (!is_plain || text.size() > kLongest) return no_address();
  while (text.ends_with('/')) text.remove_suffix(1);
  WebAddress address{.text = std::string(text), .host = {}, .is_encrypted = is_encrypted};
  const auto begin = text.find(kScheme);
  if (begin == std::string_view::npos) return no_address();
  const std::string_view rest = text.substr(begin + kScheme.size());
  address.host = host_of(rest.substr(0, rest.find('/')));
  if (address.host.empty()) return no_address();
  return address;
}

bool is_loopback(std::string_view host) {
  if (host.starts_with("::ffff:")) host.remove_prefix(7);  // IPv4 on a socket for both
  const bool is_v4 = host.starts_with("127.") && std::ranges::count(host, '.') == 3 &&
                     std::ranges::all_of(host, [](char c) { return is_digit(c) || c == '.'; });
  return is_v4 || host == "localhost" || host == "::1";
}

GithubHost github_at(const WebAddress& web) {
  const std::string origin = web.origin();
  if (web.host == "github.com" || web.host == "www.github.com" || web.host == "api.github.com") {
    return {.web = "https://github.com", .api = "https://api.github.com"};
  }
  if (web.host.ends_with(kCloudSuffix)) {
    const auto begin = origin.find(kScheme) + kScheme.size();
    return {.web = origin, .api = origin.substr(0, begin) + "api." + origin.substr(begin)};
  }
  return {.web = origin, .api = origin + std::string(kEnterpriseApi)};
}

GithubHost github_with_api(std::string_view api) {
  const std::string text(api);
  if (api.ends_with(kEnterpriseApi)) {
    return {.web = text.substr(0, text.size() - kEnterpriseApi.size()), .api = text};
  }
  const auto begin = text.find(kScheme) + kScheme.size();
  const bool is_beside = text.compare(begin, 4, "api.") == 0;
  return {.web = is_beside ? text.substr(0, begin) + text.substr(begin + 4) : text, .api = text};
}

}  // namespace mlx::bot::setup
