#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "engine/base/http.h"
#include "engine/component/registries.h"

namespace mlx {

/// A registry as a project configures it.
struct RegistrySettings {
  std::string address;
  /// Values may hold `${NAME}`, a variable of the environment.
  std::map<std::string, std::string> headers = {};
};

/// What opening registries needs of this machine.
struct RegistryAccess {
  HttpClient& http;                                                        ///< for indexes and components
  HttpClient& git_http;                                                    ///< for git repositories
  std::filesystem::path cache_directory;                                   ///< empty: nothing is kept
  std::function<std::optional<std::string>(const std::string&)> variable;  ///< of the environment
  bool is_offline = false;                                                 ///< the network is never asked
};

/// Clients with the limits that a registry must keep: in size and in time, also for a server that
/// sends byte by byte.
[[nodiscard]] std::unique_ptr<HttpClient> make_registry_http_client();
[[nodiscard]] std::unique_ptr<HttpClient> make_git_http_client();

/// A registry of any kind, opened when it is first asked for. A directory is relative to
/// `base`. Fails for an address that cannot be read; whatever lies behind it is for open() to say. The
/// clients of `access` must outlive it.
[[nodiscard]] Result<std::shared_ptr<RegistrySource>> make_registry_source(const RegistrySettings& settings,
                                                                           const std::filesystem::path& base,
                                                                           const RegistryAccess& access);

}  // namespace mlx
