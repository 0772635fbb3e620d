#include "bot/webhook_routes.h"

#include <stdexcept>

#include "bot/webhook_gitlab.h"

namespace mlx::bot {
namespace {

using httplib::Request;

constexpr const char* kGithubPath = "/webhooks/github";
constexpr const char* kGitlabPath = "/webhooks/gitlab";

WebhookHeaders webhook_headers(const Request& request) {
  return {.content_type = request.get_header_value("Content-Type"),
          .content_encoding = request.get_header_value("Content-Encoding"),
          .signature = request.get_header_value("X-Hub-Signature-256"),
          .sha1_signature = request.get_header_value("X-Hub-Signature"),
          .delivery = request.get_header_value("X-GitHub-Delivery"),
          .event = request.get_header_value("X-GitHub-Event")};
}

GitlabHeaders gitlab_headers(const Request& request) {
  return {.content_type = request.get_header_value("Content-Type"),
          .content_encoding = request.get_header_value("Content-Encoding"),
          .event = request.get_header_value("X-Gitlab-Event"),
          .token = request.get_header_value("X-Gitlab-Token"),
          .signature = request.get_header_value("webhook-signature"),
          .timestamp = request.get_header_value("webhook-timestamp"),
          .id = request.get_header_value("webhook-id"),
          .idempotency_key = request.get_header_value("Idempotency-Key"),
          .event_uuid = request.get_header_value("X-Gitlab-Event-UUID")};
}

}  // namespace

void GithubSecrets::set(std::vector<Secret> secrets) {
  if (is_set_) throw std::logic_error("the webhook's secrets are set already");
  secrets_ = std::move(secrets);
  is_set_.store(!secrets_.empty(), std::memory_order_release);
}

std::span<const Secret> GithubSecrets::get() const {
  if (!is_set_.load(std::memory_order_acquire)) return {};
  return secrets_;
}

Webhook github_webhook(const GithubSecrets& secrets) {
  return {
      .forge = "github",
      .path = kGithubPath,
      .event = [](const Request& request) { return request.get_header_value("X-GitHub-Event"); },
      .check_headers = [](const Request& request) { return check_webhook_headers(webhook_headers(request)); },
      .check_sender = [&secrets](const Request& request, std::string_view body) -> std::optional<Refusal> {
        const std::string signature = request.get_header_value("X-Hub-Signature-256");
        if (is_signed_by_one_of(secrets.get(), signature, body)) return std::nullopt;
        return Refusal{401,
                       "the signature does not fit; the secret of the webhook must be the value of "
                       "MLX_WEBHOOK_SECRET"};
      },
      .id = [](const Request& request,
               std::string_view) { return request.get_header_value("X-GitHub-Delivery"); }};
}

Webhook gitlab_webhook(std::span<const Secret> secrets, const std::function<TimePoint()>& clock) {
  return {
      .forge = "gitlab",
      .path = kGitlabPath,
      .event =
          [](const Request& request) {
            return gitlab_event_name(request.get_header_value("X-Gitlab-Event"));
          },
      .check_headers = [](const Request& request) { return check_gitlab_headers(gitlab_headers(request)); },
      .check_sender =
          [secrets, &clock](const Request& request, std::string_view body) {
            const auto now = std::chrono::floor<std::chrono::seconds>(clock());
            return check_gitlab_sender(secrets, gitlab_headers(request), body, now);
          },
      .id = [](const Request& request,
               std::string_view body) { return gitlab_delivery_id(gitlab_headers(request), body); }};
}

}  // namespace mlx::bot
