#include "engine/advise/advisor_settings.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace mlx {
namespace {

std::unexpected<Error> wrong(std::string_view name, std::string_view complaint) {
  return fail(ErrorCode::kInvalidInput, std::string(name) + " " + std::string(complaint));
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// `127.` and three more numbers.
bool is_loopback_address(std::string_view host) {
  int dots = 0;
  const bool is_numeric = std::ranges::all_of(host, [&](char c) {
    dots += c == '.' ? 1 : 0;
    return is_digit(c) || c == '.';
  });
  return is_numeric && dots == 3 && host.starts_with("127.") && !host.contains("..") && !host.ends_with('.');
}

bool is_loopback(std::string_view authority) {
  if (authority.starts_with('[')) return authority == "[::1]" || authority.starts_with("[::1]:");
  const std::string_view host = authority.substr(0, authority.find(':'));
  return host == "localhost" || is_loopback_address(host);
}

/// Is a segment of the path `v1`, `v4`, `v1beta`?
bool names_version(std::string_view path) {
  for (auto at = path.find("/v"); at != path.npos; at = path.find("/v", at + 1)) {
    if (at + 2 < path.size() && is_digit(path[at + 2])) return true;
  }
  return false;
}

Result<std::int64_t> read_number(std::string_view name, std::string_view text, std::int64_t fallback,
                                 std::int64_t most) {
  if (text.empty()) return fallback;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0 || number > most) {
    return wrong(name, "must be a number from 0 to " + std::to_string(most));
  }
  return number;
}

bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

Result<std::string> chat_completions_url(std::string_view url, bool allows_http) {
  constexpr std::string_view kEnd = "/chat/completions";
  const bool is_plain = url.starts_with("http://");
  if (!is_plain && !url.starts_with("https://")) {
    return wrong("MLX_LLM_URL", "must begin with https:// or http://, such as http://localhost:11434");
  }
  const auto host = url.find("://") + 3;
  const std::string_view authority = url.substr(host, std::min(url.find('/', host), url.size()) - host);
  if (authority.empty() || authority.starts_with(':') || !is_visible_ascii(url) ||
      url.find_first_of("?#@\\") != url.npos) {
    return wrong("MLX_LLM_URL",
                 "must be an address without user, query or fragment, such as https://llm.example.com/v1");
  }
  if (is_plain && !allows_http && !is_loopback(authority)) {
    return wrong(
        "MLX_LLM_URL",
        "is plain http to another machine, where code and key could be read on the way; use https, or "
        "set MLX_LLM_ALLOW_HTTP=on if the network is your own");
  }
  while (url.ends_with('/')) url.remove_suffix(1);
  if (url.ends_with(kEnd)) return std::string(url);
  const std::string_view path = url.substr(host + authority.size());
  return std::string(url) + (names_version(path) ? "" : "/v1") + std::string(kEnd);
}

Result<std::optional<AdvisorSettings>> read_advisor_settings(
    const std::function<std::string(std::string_view name)>& value_of) {
  constexpr std::size_t kLongestModel = 200;
  constexpr std::int64_t kLongestTimeout = 600;
  const std::string url = value_of("MLX_LLM_URL");
  if (url.empty()) return std::nullopt;
  const std::string allows_http = value_of("MLX_LLM_ALLOW_HTTP");
  if (!allows_http.empty() && allows_http != "on" && allows_http != "off") {
    return wrong("MLX_LLM_ALLOW_HTTP", "must be on or off");
  }
  AdvisorSettings settings;
  settings.url = MLX_TRY(chat_completions_url(url, allows_http == "on"));
  settings.model = value_of("MLX_LLM_MODEL");
  if (settings.model.empty() || settings.model.size() > kLongestModel || !is_visible_ascii(settings.model)) {
    return wrong("MLX_LLM_MODEL", "must be the name of a model that the endpoint at MLX_LLM_URL has");
  }
  settings.key = value_of("MLX_LLM_KEY");
  if (!is_visible_ascii(settings.key)) return wrong("MLX_LLM_KEY", "has characters that no key has");
  const auto timeout = MLX_TRY(
      read_number("MLX_LLM_TIMEOUT", value_of("MLX_LLM_TIMEOUT"), settings.timeout.count(), kLongestTimeout));
  if (timeout == 0) return wrong("MLX_LLM_TIMEOUT", "must be at least a second");
  settings.timeout = std::chrono::seconds(timeout);
  constexpr std::int64_t kMost = 1'000'000'000'000;
  settings.budget.requests = MLX_TRY(read_number("MLX_LLM_DAILY_REQUESTS", value_of("MLX_LLM_DAILY_REQUESTS"),
                                                 settings.budget.requests, kMost));
  settings.budget.tokens = MLX_TRY(
      read_number("MLX_LLM_DAILY_TOKENS", value_of("MLX_LLM_DAILY_TOKENS"), settings.budget.tokens, kMost));
  return settings;
}

}  // namespace mlx
