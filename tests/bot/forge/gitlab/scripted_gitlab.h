#pragma once

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "bot/forge/gitlab/repository.h"
#include "tests/support/scripted_http_client.h"

namespace mlx::testing {

/// The project 7, `a/b/c`, on a GitLab that answers from a script.
struct ScriptedGitlab {
  using Lines = std::vector<std::string>;

  ScriptedHttpClient http;
  bot::gitlab::Api api{http,
                       {.url = std::string(ScriptedHttpClient::kApi),
                        .token = "glpat-secret",
                        .now = [] { return std::chrono::sys_seconds(std::chrono::seconds(1'000)); },
                        .on_answer = {}}};
  bot::BlobCache cache{100'000};
  std::unique_ptr<bot::ForgeRepository> repository =
      bot::gitlab::make_repository(api, {.owner = "a/b", .name = "c"}, 7, cache);

  void then(int status, const nlohmann::json& body, HttpHeaders headers = {}) {
    http.then(status, body.is_null() ? std::string() : body.dump(), std::move(headers));
  }
  nlohmann::json sent(std::size_t request) { return nlohmann::json::parse(http.requests.at(request).body); }
  /// What was asked, below `/api/v4/projects/7`.
  Lines asked() {
    Lines lines;
    for (std::string line : http.lines()) {
      for (const std::string_view part : {"/api/v4", "/projects/7"}) {
        const auto at = line.find(part);
        if (at != std::string::npos) line.erase(at, part.size());
      }
      lines.push_back(line);
    }
    return lines;
  }
};

}  // namespace mlx::testing
