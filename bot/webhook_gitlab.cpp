#include "bot/webhook_gitlab.h"

#include <algorithm>
#include <charconv>

#include "engine/base/digest.h"

namespace mlx::bot {
namespace {

constexpr std::string_view kSigningKey = "whsec_";
constexpr std::string_view kVersion = "v1,";

bool is_signing(const Secret& secret) { return secret.reveal().starts_with(kSigningKey); }

std::optional<std::chrono::sys_seconds> time_of(std::string_view text) {
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool is_number = !text.empty() && error == std::errc() && end == text.data() + text.size();
  // A number that no clock shows would overflow.
  constexpr std::int64_t kMost = 1LL << 40;
  if (!is_number || seconds < 0 || seconds > kMost) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

/// Whether one of the signatures is that of the key. All are tried.
bool fits(std::string_view signatures, const std::string& expected) {
  bool is_found = false;
  while (!signatures.empty()) {
    const auto end = std::min(signatures.find(' '), signatures.size());
    std::string_view one = signatures.substr(0, end);
    signatures.remove_prefix(std::min(end + 1, signatures.size()));
    if (!one.starts_with(kVersion)) continue;
    one.remove_prefix(kVersion.size());
    is_found = static_cast<bool>(static_cast<int>(equal_in_constant_time(one, expected)) |
                                 static_cast<int>(is_found));
  }
  return is_found;
}

bool is_signed(std::span<const Secret> secrets, const GitlabHeaders& headers, std::string_view body) {
  std::string signed_bytes = headers.id + "." + headers.timestamp + ".";
  signed_bytes += body;
  bool is_found = false;
  for (const Secret& secret : secrets) {
    if (!is_signing(secret)) continue;
    const auto key = decode_base64(secret.reveal().substr(kSigningKey.size()));
    if (!key) continue;
    const auto digest = from_hex(hmac_sha256_hex(*key, signed_bytes));
    const bool is_of_this = fits(headers.signature, base64(digest.value_or("")));
    is_found = static_cast<bool>(static_cast<int>(is_of_this) | static_cast<int>(is_found));
  }
  return is_found;
}

bool has_token(std::span<const Secret> secrets, std::string_view token) {
  bool is_found = false;
  for (const Secret& secret : secrets) {
    if (is_signing(secret)) continue;
    is_found = static_cast<bool>(static_cast<int>(equal_in_constant_time(secret.reveal(), token)) |
                                 static_cast<int>(is_found));
  }
  return is_found;
}

/// What is the same for each attempt at one delivery, and for no other; empty from older versions of GitLab.
std::string_view id_in(const GitlabHeaders& headers) {
  return headers.id.empty() ? std::string_view(headers.idempotency_key) : headers.id;
}

}  // namespace

std::string gitlab_event_name(std::string_view header) {
  std::string name(header);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == ' ') c = '_';
  }
  return name;
}

std::optional<Refusal> check_gitlab_headers(const GitlabHeaders& headers) {
  if (headers.token.empty() && headers.signature.empty()) {
    return Refusal{401,
                   "neither X-Gitlab-Token nor webhook-signature came; enter the value of "
                   "MLX_GITLAB_WEBHOOK_SECRET as the secret token of the webhook"};
  }
  if (auto refusal = check_webhook_body(headers.content_type, headers.content_encoding)) return refusal;
  for (const std::string_view id : {id_in(headers), std::string_view(headers.event_uuid)}) {
    if (id.empty() || is_delivery_id(id)) continue;
    return Refusal{400,
                   "webhook-id, Idempotency-Key and X-Gitlab-Event-UUID must be at most 128 letters, digits "
                   "and dashes"};
  }
  if (!is_event_name(gitlab_event_name(headers.event))) {
    return Refusal{400, "X-Gitlab-Event must be at most 128 letters, digits, spaces, dashes and underscores"};
  }
  if (is_own_event(headers.event)) {
    return Refusal{400, "X-Gitlab-Event must not begin with mlx-, as only the bot's own events do"};
  }
  return std::nullopt;
}

std::optional<Refusal> check_gitlab_sender(std::span<const Secret> secrets, const GitlabHeaders& headers,
                                           std::string_view body, std::chrono::sys_seconds now) {
  const bool can_be_signed = std::ranges::any_of(secrets, is_signing);
  if (can_be_signed && !headers.signature.empty()) {
    if (!is_signed(secrets, headers, body)) {
      return Refusal{401,
                     "the signature does not fit; the signing token of the webhook must be the value of "
                     "MLX_GITLAB_WEBHOOK_SECRET"};
    }
    const auto time = time_of(headers.timestamp);
    const bool is_recent = time && *time >= now - kWebhookClockDrift && *time <= now + kWebhookClockDrift;
    if (!is_recent) {
      return Refusal{401,
                     "webhook-timestamp is not within five minutes of the bot's clock; a repeated request is "
                     "not taken, and clocks that are apart must be set"};
    }
    return std::nullopt;
  }
  if (has_token(secrets, headers.token)) return std::nullopt;
  return Refusal{401,
                 "the token does not fit; the secret token of the webhook must be the value of "
                 "MLX_GITLAB_WEBHOOK_SECRET"};
}

std::string gitlab_delivery_id(const GitlabHeaders& headers, std::string_view body) {
  const std::string_view id = id_in(headers);
  if (!id.empty()) return std::string(id);
  // One event may lead to several deliveries, for instance of each merge request of a branch: they share
  // X-Gitlab-Event-UUID, and differ in what they say.
  std::string what = headers.event_uuid + "\n" + headers.event + "\n";
  what += body;
  return sha256_hex(what);
}

}  // namespace mlx::bot
