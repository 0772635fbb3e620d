#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "engine/advise/advisor.h"
#include "engine/base/http.h"

namespace mlx::cli {

[[nodiscard]] std::optional<std::string> environment_variable(const std::string& name);

/// Where downloads are kept: MLX_CACHE_DIR, else `mlx` in XDG_CACHE_HOME, else `.cache/mlx` at home.
/// Empty if there is no such place. Relative ones do not count: they would be in the project.
[[nodiscard]] std::filesystem::path cache_directory();

/// What may be done again, and where redirects lead, with a client that must outlive it.
class PatientHttpClient final : public HttpClient {
 public:
  explicit PatientHttpClient(HttpClient& http);
  [[nodiscard]] Result<HttpResponse> send(const HttpRequest& request) override {
    return retrying_->send(request);
  }

 private:
  std::unique_ptr<HttpClient> following_;
  std::unique_ptr<HttpClient> retrying_;
};

/// Who explains findings, by MLX_LLM_URL and its companions (docs/advisor.md); what was spent and answered is
/// kept in the cache directory. Null if MLX_LLM_URL is not set; fails if something is set wrongly, or there
/// is no place to count what is spent.
[[nodiscard]] Result<std::unique_ptr<Advisor>> advisor();

}  // namespace mlx::cli
