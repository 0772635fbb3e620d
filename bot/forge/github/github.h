#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "bot/forge/forge.h"
#include "engine/base/http.h"

namespace mlx::bot {

/// A personal or workflow token: one identity for every repository.
struct GithubToken {
  std::string token;
};

/// A GitHub App: one short-lived token for each installation and repository.
struct GithubApp {
  std::string id;
  std::string private_key;  ///< PEM
};

struct GithubOptions {
  std::string api_url = "https://api.github.com";  ///< without a final slash
  std::variant<GithubToken, GithubApp> credentials;
  std::function<std::chrono::sys_seconds()> now;
  /// Told of every answer: its status (0 when none came) and the remaining quota, if given.
  std::function<void(int status, std::optional<long> remaining)> on_answer;
};

/// GitHub through its REST API. Fails if the private key cannot be read. `http` must
/// outlive the forge. Safe to call from several threads, as are its repositories one by one.
[[nodiscard]] Result<std::unique_ptr<Forge>> make_github(HttpClient& http, GithubOptions options);

}  // namespace mlx::bot
