#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/component/component.h"
#include "engine/component/extract/boundaries.h"

namespace mlx {

/// What a component offers, each with where it is written.
template <typename T>
struct Evidenced {
  T value;
  Evidence evidence;
};

struct FoundProvisions {
  std::vector<std::string> modules;
  std::vector<Evidenced<ProvidedSymbol>> symbols;
  std::vector<Evidenced<ProvidedRoute>> routes;
  std::vector<Evidenced<std::string>> entry_points;
  std::vector<const PlatformContainer*> containers;  ///< of the platform; those that start this component
  std::vector<Evidenced<InjectionPoint>> injection_points;
};

/// Public names are those without a leading underscore, in modules without one; where a module sets
/// `__all__`, that decides. Routes have the prefixes of all routers that include theirs, wherever
/// in the platform that is done. A route is for health or metrics if a container's health check asks
/// for it, or if its path says so. Names are those that the platform's own imports use.
[[nodiscard]] FoundProvisions find_provisions(const Platform& platform, const ComponentPart& part);

/// Where a file of the component goes in a project with the component's own import root.
[[nodiscard]] std::string target_of(const ComponentPart& part, std::string_view path);

}  // namespace mlx
