#pragma once

#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "bot/setup/site.h"
#include "tests/support/scripted_http_client.h"

namespace mlx::testing {

/// A bot that is to be set up, and a browser at its pages, which keeps its cookie.
class SetupWorld {
 public:
  /// `change` may set other options.
  explicit SetupWorld(const std::function<void(bot::setup::SiteOptions&)>& change =
                          [](bot::setup::SiteOptions&) {});

  /// From this machine, unless the members below say otherwise.
  bot::setup::Response get(const std::string& path, const std::string& query = {});
  bot::setup::Response post(const std::string& path, const std::string& form);
  bot::setup::Response send(bot::setup::Request request);
  /// Through the first page to the button: what would be posted to GitHub.
  struct Posted {
    std::string action;
    std::string state;
    nlohmann::json manifest;
  };
  Posted begin(const std::string& address = "https://bot.example.com");
  /// GitHub's answer comes home.
  bot::setup::Response come_home(const std::string& state, const std::string& code = "code-1") {
    return get("/setup/created", "code=" + code + "&state=" + state);
  }
  /// The token in the forms of a page.
  static std::string form_token(const std::string& page);

  ScriptedHttpClient http;
  std::chrono::sys_seconds now{std::chrono::seconds(1'000'000)};
  std::vector<bot::setup::RegisteredApp> taken;
  Result<void> check;
  Result<void> take;
  std::string log;
  std::string peer = "127.0.0.1";
  std::string host = "127.0.0.1:8080";
  std::vector<std::pair<std::string, std::string>> more_headers;
  std::string cookie;
  int random_count = 0;
  bot::setup::Site site;

 private:
  [[nodiscard]] bot::setup::SiteOptions options(const std::function<void(bot::setup::SiteOptions&)>& change);
};

/// What GitHub answers to the right code.
[[nodiscard]] nlohmann::json conversion();
inline constexpr const char* kKey =
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEkey\n-----END RSA PRIVATE KEY-----\n";
inline constexpr const char* kWebhookSecret = "0123456789abcdef0123";

[[nodiscard]] std::string header_of(const bot::setup::Response& response, std::string_view name);
/// The value of a hidden input of a page, with its entities resolved.
[[nodiscard]] std::string hidden(const std::string& page, const std::string& name);

}  // namespace mlx::testing
