#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/project.h"
#include "engine/plan/status.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

/// A component as it can be asked for.
struct Listed {
  std::string name;  ///< `NAME`, or `@REGISTRY/NAME`
  const RegistryItem* item;
  std::string installed;  ///< its version; empty: not here
};

/// Which version of this registry's component is here. A lock that knows no other registry of this
/// name means the default one.
std::string installed_version(const Lock& lock, const Registries& registries, const ComponentName& name) {
  const auto found = lock.components.find(name.name);
  if (found == lock.components.end()) return "";
  const bool is_same = registries.name_of(found->second.registry).value_or("") == name.registry;
  return is_same ? to_string(found->second.version) : "";
}

std::vector<Listed> listed(const Registry& registry, const std::string& name, const Registries& registries,
                           const Lock& lock) {
  std::vector<Listed> components;
  for (const RegistryItem& item : registry.items()) {
    const ComponentName component{.registry = name, .name = item.name};
    components.push_back({.name = to_string(component),
                          .item = &item,
                          .installed = installed_version(lock, registries, component)});
  }
  return components;
}

json list_json(const Registry& registry, const std::vector<Listed>& all) {
  json components = json::array();
  for (const Listed& one : all) {
    components.push_back({{"name", one.name},
                          {"version", to_string(one.item->version)},
                          {"installed", one.installed.empty() ? json() : json(one.installed)},
                          {"type", to_string(one.item->type)},
                          {"title", one.item->title},
                          {"description", one.item->description},
                          {"categories", one.item->categories}});
  }
  return {{"registry", registry.name()}, {"components", std::move(components)}};
}

}  // namespace

int list(const ProjectArguments& arguments) {
  const auto project = OpenProject::open(arguments);
  if (!project) return report(project.error());
  const auto lock = read_project_lock(project->files());
  if (!lock) return report(lock.error());
  const Registries& registries = project->registries();
  int status = kDone;
  std::vector<Listed> components;
  for (const std::string& name : registries.names()) {
    const auto registry = registries.registry(name);
    // The others can still be shown.
    if (!registry) {
      status = report(registry.error());
      continue;
    }
    for (Listed& one : listed(**registry, name, registries, *lock)) components.push_back(std::move(one));
  }
  report_findings(registries);
  if (arguments.json) {
    fmt::print("{}\n", list_json(project->registry(), components).dump(2));
    return status;
  }
  std::size_t width = 0;
  for (const Listed& one : components) width = std::max(width, one.name.size());
  for (const Listed& one : components) {
    fmt::print("{:<{}}  {:<8} {}{}\n", one.name, width, to_string(one.item->version), one.item->title,
               one.installed.empty() ? "" : fmt::format("  (here: {})", one.installed));
  }
  return status;
}

}  // namespace mlx::cli
