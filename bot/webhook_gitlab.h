#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bot/secret.h"
#include "bot/webhook.h"

namespace mlx::bot {

/// The headers of a GitLab webhook request; empty if absent.
struct GitlabHeaders {
  std::string content_type;
  std::string content_encoding;
  std::string event;            ///< X-Gitlab-Event: `Note Hook`
  std::string token;            ///< X-Gitlab-Token: the secret itself
  std::string signature;        ///< webhook-signature: `v1,BASE64`, or several with spaces between
  std::string timestamp;        ///< webhook-timestamp: seconds since 1970
  std::string id;               ///< webhook-id
  std::string idempotency_key;  ///< Idempotency-Key: the same, of versions that do not sign yet
  std::string event_uuid;       ///< X-Gitlab-Event-UUID: of older versions
};

/// How far the clocks of GitLab and of the bot may be apart.
inline constexpr std::chrono::minutes kWebhookClockDrift{5};

/// What can be said before the body is read.
[[nodiscard]] std::optional<Refusal> check_gitlab_headers(const GitlabHeaders& headers);

/// Whether GitLab sent it. A secret that begins with `whsec_` signs: HMAC-SHA256 of id, time and body, which
/// must not be older than kWebhookClockDrift. Any other is the token itself. Several are there to be changed
/// one by one. The time that it takes does not depend on where a token or a signature is wrong.
[[nodiscard]] std::optional<Refusal> check_gitlab_sender(std::span<const Secret> secrets,
                                                         const GitlabHeaders& headers, std::string_view body,
                                                         std::chrono::sys_seconds now);

/// What names the delivery, and is the same for each attempt at it: the header that does, or a digest of what
/// it says, where GitLab (before 17.4) has none.
[[nodiscard]] std::string gitlab_delivery_id(const GitlabHeaders& headers, std::string_view body);

/// `note_hook` for `Note Hook`.
[[nodiscard]] std::string gitlab_event_name(std::string_view header);

}  // namespace mlx::bot
