#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "bot/forge/forge.h"
#include "engine/base/http.h"

namespace mlx::bot {

struct GitlabOptions {
  std::string url = "https://gitlab.com";  ///< without a final slash; the API is below it
  std::string token;                       ///< of a user, a group or a project
  std::function<std::chrono::sys_seconds()> now;
  /// Told of every answer: its status (0 when none came) and the remaining quota, if given.
  std::function<void(int status, std::optional<long> remaining)> on_answer;
};

/// GitLab through its REST API, version 4. `http` must outlive the forge. Safe to call from several threads,
/// as are its repositories one by one.
///
/// The installation of an event, and of a repository, is the id of the project: it stays when the project is
/// renamed or moved.
[[nodiscard]] std::unique_ptr<Forge> make_gitlab(HttpClient& http, GitlabOptions options);

}  // namespace mlx::bot
