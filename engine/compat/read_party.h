#pragma once

#include <set>
#include <string>

#include "engine/compat/facts.h"
#include "engine/component/extract/platform.h"

namespace mlx {

/// Which files of a platform to read as one party.
struct PartyFiles {
  std::string name;                         ///< of the component; empty: the project's own
  std::set<std::string> paths;              ///< of any kind
  std::optional<Component> component = {};  ///< what it says of itself, where that is known
  const RepoIndex* project = nullptr;       ///< where names lead that none of the platform's files has
};

/// Reads what the files show: code, tests, Hydra configuration. What manifests say is left out
/// (add_manifests()); what the component says of itself is taken from there.
[[nodiscard]] Party read_party(const Platform& platform, PartyFiles files);

/// Adds what the manifests at the top of the project say: distributions, Python, scripts, compose services.
void add_manifests(const Platform& platform, Party& project);

}  // namespace mlx
