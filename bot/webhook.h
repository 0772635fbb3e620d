#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bot/secret.h"

namespace mlx::bot {

/// The headers of a GitHub webhook request; empty if absent.
struct WebhookHeaders {
  std::string content_type;
  std::string content_encoding;
  std::string signature;       ///< X-Hub-Signature-256
  std::string sha1_signature;  ///< X-Hub-Signature
  std::string delivery;        ///< X-GitHub-Delivery
  std::string event;           ///< X-GitHub-Event
};

/// Why a request is not taken: an HTTP status and a line that says what to change.
struct Refusal {
  int status = 0;
  std::string message;
};

/// What can be said before the body is read.
[[nodiscard]] std::optional<Refusal> check_webhook_headers(const WebhookHeaders& headers);

/// Whether one of the secrets signed these bytes (`sha256=` and the HMAC in hexadecimal digits).
/// The time it takes does not depend on where a signature is wrong, nor on which secret fits.
[[nodiscard]] bool is_signed_by_one_of(std::span<const Secret> secrets, std::string_view signature,
                                       std::string_view body);

/// Of any forge's webhook: JSON, and as it is.
[[nodiscard]] std::optional<Refusal> check_webhook_body(std::string_view content_type,
                                                        std::string_view content_encoding);

/// At most 128 letters, digits and `-`, for a delivery; also `_` for an event.
[[nodiscard]] bool is_delivery_id(std::string_view text);
[[nodiscard]] bool is_event_name(std::string_view text);

/// Whether it names an event that the bot sends itself (bot/core/schedule_event.h), which no webhook may
/// bring.
[[nodiscard]] bool is_own_event(std::string_view event);

}  // namespace mlx::bot
