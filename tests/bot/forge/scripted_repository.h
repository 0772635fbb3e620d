#pragma once

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "bot/forge/github/repository.h"
#include "tests/support/scripted_http_client.h"

namespace mlx::testing {

/// The repository `o/r` on a GitHub that answers from a script.
struct ScriptedRepository {
  using Lines = std::vector<std::string>;

  ScriptedHttpClient http;
  bot::GithubApi api{http,
                     {.api_url = std::string(ScriptedHttpClient::kApi),
                      .credentials = bot::GithubToken{"token"},
                      .now = [] { return std::chrono::sys_seconds(); }}};
  bot::BlobCache cache{1'000};
  std::unique_ptr<bot::ForgeRepository> repository =
      bot::make_github_repository(api, {.repository = {.owner = "o", .name = "r"}, .installation = 0}, cache);

  void then(int status, const nlohmann::json& body) { http.then(status, body.dump()); }
  nlohmann::json sent(std::size_t request) { return nlohmann::json::parse(http.requests.at(request).body); }
};

}  // namespace mlx::testing
