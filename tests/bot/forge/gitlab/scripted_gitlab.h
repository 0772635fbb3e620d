#pragma once

#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "bot/forge/gitlab/repository.h"
#include "engine/base/blob_id.h"
#include "tests/support/scripted_http_client.h"

namespace mlx::testing {

/// Of a file that then_tree() has.
inline const std::string kBlob = BlobId::of("old\n").hex();

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
  Lines asked() const {
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

  static FileChange file(const char* path, std::optional<std::string> after, bool is_executable = false) {
    return {.path = RepoPath::parse(path).value(),
            .before = {},
            .after = std::move(after),
            .is_executable = is_executable};
  }
  /// The top of a commit: one file, and a directory with another.
  void then_tree() {
    then(200, {{{"id", kBlob}, {"mode", "100644"}, {"path", "old.txt"}},
               {{"id", kBlob}, {"mode", "100755"}, {"path", "run"}}});
  }
  void then_account() { then(200, {{"username", "mlx-bot"}, {"commit_email", "bot@noreply.test"}}); }
};

}  // namespace mlx::testing
