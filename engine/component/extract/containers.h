#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/base/finding.h"
#include "engine/component/component.h"
#include "engine/index/repo_index.h"
#include "engine/manifest/compose_file.h"

namespace mlx {

/// A service of one of a platform's compose files.
struct PlatformService {
  std::string file;
  ComposeService facts;

  [[nodiscard]] Evidence place(std::size_t line) const { return {.file = file, .line = line}; }
};

using PlatformServices = std::map<std::string, PlatformService>;

/// A container that is built from the platform.
struct PlatformContainer {
  ProvidedContainer facts;
  std::string starts;          ///< the module or the script that its command starts; empty if it tells none
  std::optional<FileId> file;  ///< which of the index's files that is
  std::set<std::string> health_paths;  ///< of addresses that its health check asks for: `/health`
  std::vector<Evidence> evidence;      ///< of each thing that it says
  Evidence health_check_evidence;
};

/// The services of the compose files at the top of a repository, by name.
[[nodiscard]] PlatformServices read_services(const Snapshot& snapshot, const RepoIndex& index);

/// One container for each service that compose builds, and for each Dockerfile that none of them is built
/// from. What compose says goes before what the Dockerfile does. `scripts` are `name = module:function`.
[[nodiscard]] std::vector<PlatformContainer> read_containers(const Snapshot& snapshot, const RepoIndex& index,
                                                             const PlatformServices& services,
                                                             const std::map<std::string, Evidence>& scripts);

}  // namespace mlx
