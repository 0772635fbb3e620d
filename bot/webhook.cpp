#include "bot/webhook.h"

#include <algorithm>

#include "engine/base/digest.h"

namespace mlx::bot {
namespace {

constexpr std::string_view kSignaturePrefix = "sha256=";
constexpr std::size_t kSignatureDigits = 64;
constexpr std::size_t kLongestToken = 128;

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_token(std::string_view text, std::string_view others) {
  return !text.empty() && text.size() <= kLongestToken &&
         std::ranges::all_of(text, [&](char c) { return is_letter_or_digit(c) || others.contains(c); });
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// Without parameters: "application/json; charset=utf-8" is "application/json".
std::string media_type(std::string_view content_type) {
  std::string type = lower(content_type.substr(0, content_type.find(';')));
  while (type.ends_with(' ')) type.pop_back();
  return type;
}

bool is_signature(std::string_view text) {
  return text.size() == kSignaturePrefix.size() + kSignatureDigits && text.starts_with(kSignaturePrefix) &&
         text.find_first_not_of("0123456789abcdefABCDEF", kSignaturePrefix.size()) == std::string_view::npos;
}

std::optional<Refusal> check_signature_header(const WebhookHeaders& headers) {
  if (headers.signature.empty() && !headers.sha1_signature.empty()) {
    return Refusal{
        401,
        "only the SHA-1 signature X-Hub-Signature came; X-Hub-Signature-256 is needed, which GitHub sends "
        "beside it: check what a proxy removes"};
  }
  if (headers.signature.empty()) {
    return Refusal{
        401,
        "X-Hub-Signature-256 is missing; enter the value of MLX_WEBHOOK_SECRET as the secret of the webhook"};
  }
  if (!is_signature(headers.signature)) {
    return Refusal{401, "X-Hub-Signature-256 must be sha256= and 64 hexadecimal digits"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Refusal> check_webhook_headers(const WebhookHeaders& headers) {
  if (auto refusal = check_signature_header(headers)) return refusal;
  if (auto refusal = check_webhook_body(headers.content_type, headers.content_encoding)) return refusal;
  if (!is_delivery_id(headers.delivery)) {
    return Refusal{400, "X-GitHub-Delivery must be at most 128 letters, digits and dashes"};
  }
  if (!is_event_name(headers.event)) {
    return Refusal{400, "X-GitHub-Event must be at most 128 letters, digits, dashes and underscores"};
  }
  if (is_own_event(headers.event)) {
    return Refusal{400, "X-GitHub-Event must not begin with mlx-, as only the bot's own events do"};
  }
  return std::nullopt;
}

std::optional<Refusal> check_webhook_body(std::string_view content_type, std::string_view content_encoding) {
  if (media_type(content_type) != "application/json") {
    return Refusal{415, "set the content type of the webhook to application/json"};
  }
  if (!content_encoding.empty() && lower(content_encoding) != "identity") {
    return Refusal{415, "the body must not be compressed: its signature is of the bytes as they are sent"};
  }
  return std::nullopt;
}

bool is_signed_by_one_of(std::span<const Secret> secrets, std::string_view signature, std::string_view body) {
  if (!is_signature(signature)) return false;
  const std::string given = lower(signature.substr(kSignaturePrefix.size()));
  bool is_signed = false;
  for (const Secret& secret : secrets) {
    const std::string expected = hmac_sha256_hex(secret.reveal(), body);
    // Not `||`: every secret is tried.
    is_signed = static_cast<bool>(static_cast<int>(equal_in_constant_time(expected, given)) |
                                  static_cast<int>(is_signed));
  }
  return is_signed;
}

bool is_delivery_id(std::string_view text) { return is_token(text, "-"); }

bool is_own_event(std::string_view event) { return lower(event).starts_with("mlx-"); }

bool is_event_name(std::string_view text) { return is_token(text, "-_"); }

}  // namespace mlx::bot
