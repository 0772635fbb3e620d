#include "cli/environment.h"

#include <cstdlib>
#include <mutex>
#include <random>
#include <thread>

#include "engine/advise/advisor_settings.h"
#include "engine/io/advisor.h"
#include "engine/io/http_policies.h"

namespace mlx::cli {

std::optional<std::string> environment_variable(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::filesystem::path cache_directory() {
  const auto absolute = [](const char* name) {
    const std::filesystem::path path = environment_variable(name).value_or("");
    return path.is_absolute() ? path : std::filesystem::path();
  };
  if (auto own = absolute("MLX_CACHE_DIR"); !own.empty()) return own;
  if (const auto shared = absolute("XDG_CACHE_HOME"); !shared.empty()) return shared / "mlx";
  if (const auto home = absolute("HOME"); !home.empty()) return home / ".cache" / "mlx";
  return {};
}

PatientHttpClient::PatientHttpClient(HttpClient& http) : following_(follow_redirects(http)) {
  const auto random = [engine = std::make_shared<std::mt19937>(std::random_device()()),
                       mutex = std::make_shared<std::mutex>()] {
    const std::scoped_lock lock(*mutex);
    return std::uniform_real_distribution<double>()(*engine);
  };
  retrying_ = retry_reads(
      *following_,
      {.wait = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); }, .random = random});
}

Result<std::unique_ptr<Advisor>> advisor() {
  const auto settings = MLX_TRY(read_advisor_settings(
      [](std::string_view name) { return environment_variable(std::string(name)).value_or(""); }));
  if (!settings) return nullptr;
  const auto cache = cache_directory();
  if (cache.empty()) {
    return fail(ErrorCode::kInvalidInput,
                "there is no place to count what a model costs; set MLX_CACHE_DIR to a directory");
  }
  return make_advisor(*settings, cache / "advice.db");
}

}  // namespace mlx::cli
