#pragma once

#include <filesystem>
#include <string>

#include "engine/component/registries.h"
#include "engine/io/registry_source.h"
#include "engine/manifest/configuration.h"

namespace mlx {

/// The default registry as somebody names it, and where relative addresses begin.
struct WantedRegistry {
  std::string address;            ///< empty: what the project's configuration says, else `builtin`
  std::filesystem::path base;     ///< of that address
  std::filesystem::path project;  ///< of addresses in the project's configuration
};

/// The registries of a project. Nothing is opened yet; the clients of `access` must outlive them.
[[nodiscard]] Result<Registries> project_registries(const ProjectConfiguration& configuration,
                                                    const WantedRegistry& wanted,
                                                    const RegistryAccess& access);

}  // namespace mlx
