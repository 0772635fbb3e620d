#pragma once

#include <httplib.h>

#include <atomic>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bot/queue/job_queue.h"
#include "bot/secret.h"
#include "bot/webhook.h"

namespace mlx::bot {

/// The webhook of one forge: how its requests are told from others.
struct Webhook {
  std::string_view forge;
  const char* path = "";
  std::function<std::string(const httplib::Request&)> event;
  /// What can be said before the body is read.
  std::function<std::optional<Refusal>(const httplib::Request&)> check_headers;
  std::function<std::optional<Refusal>(const httplib::Request&, std::string_view body)> check_sender;
  std::function<std::string(const httplib::Request&, std::string_view body)> id;
};

/// The secrets of GitHub's webhook. They may come while requests do, though only once.
class GithubSecrets {
 public:
  explicit GithubSecrets(std::vector<Secret> secrets)
      : secrets_(std::move(secrets)), is_set_(!secrets_.empty()) {}

  /// Throws if there are some already.
  void set(std::vector<Secret> secrets);
  /// None as long as there are none.
  [[nodiscard]] std::span<const Secret> get() const;

 private:
  std::vector<Secret> secrets_;
  std::atomic<bool> is_set_;
};

/// The arguments must outlive what is returned.
[[nodiscard]] Webhook github_webhook(const GithubSecrets& secrets);
[[nodiscard]] Webhook gitlab_webhook(std::span<const Secret> secrets,
                                     const std::function<TimePoint()>& clock);

}  // namespace mlx::bot
