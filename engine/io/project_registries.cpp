#include "engine/io/project_registries.h"

#include <map>

namespace mlx {
namespace {

RegistrySettings settings_of(const ProjectConfiguration& configuration, const std::string& name) {
  const auto address = configuration.registries.find(name);
  const auto headers = configuration.registry_headers.find(name);
  return {.address = address == configuration.registries.end() ? "builtin" : address->second,
          .headers = headers == configuration.registry_headers.end() ? std::map<std::string, std::string>()
                                                                     : headers->second};
}

}  // namespace

Result<Registries> project_registries(const ProjectConfiguration& configuration, const WantedRegistry& wanted,
                                      const RegistryAccess& access) {
  const bool is_named = !wanted.address.empty();
  const RegistrySettings settings =
      is_named ? RegistrySettings{.address = wanted.address} : settings_of(configuration, "default");
  Registries registries(settings.address, MLX_TRY(make_registry_source(
                                              settings, is_named ? wanted.base : wanted.project, access)));
  for (const auto& [name, address] : configuration.registries) {
    if (name == "default") continue;
    registries.add(name, address,
                   MLX_TRY(make_registry_source(settings_of(configuration, name), wanted.project, access)));
  }
  return registries;
}

}  // namespace mlx
