#include "action/job_variables.h"

#include <algorithm>
#include <array>

namespace mlx::action {

bool is_variable_of_job(std::string_view name) {
  constexpr std::array<std::string_view, 9> kOfJob = {"INPUT_",  "GITHUB_",  "GH_",  "ACTIONS_", "RUNNER_",
                                                      "GITLAB_", "TRIGGER_", "MLX_", "CI_"};
  return std::ranges::any_of(kOfJob, [&](std::string_view prefix) { return name.starts_with(prefix); });
}

bool is_variable_for_tools(std::string_view name) {
  constexpr std::array<std::string_view, 24> kPassed = {"PATH",
                                                        "HOME",
                                                        "USER",
                                                        "LOGNAME",
                                                        "LANG",
                                                        "TZ",
                                                        "TMPDIR",
                                                        "SHELL",
                                                        "HTTP_PROXY",
                                                        "HTTPS_PROXY",
                                                        "ALL_PROXY",
                                                        "NO_PROXY",
                                                        "http_proxy",
                                                        "https_proxy",
                                                        "all_proxy",
                                                        "no_proxy",
                                                        "SSL_CERT_FILE",
                                                        "SSL_CERT_DIR",
                                                        "REQUESTS_CA_BUNDLE",
                                                        "CURL_CA_BUNDLE",
                                                        "NODE_EXTRA_CA_CERTS",
                                                        "XDG_CACHE_HOME",
                                                        "XDG_DATA_HOME",
                                                        "XDG_CONFIG_HOME"};
  if (std::ranges::find(kPassed, name) != kPassed.end() || name.starts_with("LC_")) return true;
  constexpr std::array<std::string_view, 14> kOfUv = {
      "UV_CACHE_DIR",  "UV_CONCURRENT_", "UV_DEFAULT_INDEX", "UV_EXTRA_INDEX_URL",  "UV_FIND_LINKS",
      "UV_HTTP_",      "UV_INDEX",       "UV_INSECURE_HOST", "UV_KEYRING_PROVIDER", "UV_LINK_MODE",
      "UV_NATIVE_TLS", "UV_OFFLINE",     "UV_PYTHON",        "UV_SYSTEM_CERTS"};
  return std::ranges::any_of(kOfUv, [&](std::string_view beginning) { return name.starts_with(beginning); });
}

bool is_sendable_token(std::string_view token) {
  return token.find_first_of(std::string_view(" \t\r\n\0", 5)) == std::string_view::npos;
}

}  // namespace mlx::action
