#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/project.h"
#include "engine/plan/status.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

std::string installed_version(const Lock& lock, const std::string& name) {
  const auto found = lock.components.find(name);
  return found == lock.components.end() ? "" : to_string(found->second.version);
}

json list_json(const Registry& registry, const Lock& lock) {
  json components = json::array();
  for (const RegistryItem& item : registry.items()) {
    const std::string installed = installed_version(lock, item.name);
    components.push_back({{"name", item.name},
                          {"version", to_string(item.version)},
                          {"installed", installed.empty() ? json() : json(installed)},
                          {"type", to_string(item.type)},
                          {"title", item.title},
                          {"description", item.description},
                          {"categories", item.categories}});
  }
  return {{"registry", registry.name()}, {"components", std::move(components)}};
}

}  // namespace

int list(const ProjectArguments& arguments) {
  const auto project = OpenProject::open(arguments);
  if (!project) return report(project.error());
  const auto lock = read_project_lock(project->files());
  if (!lock) return report(lock.error());
  if (arguments.json) {
    fmt::print("{}\n", list_json(project->registry(), *lock).dump(2));
    return kDone;
  }
  std::size_t width = 0;
  for (const RegistryItem& item : project->registry().items()) width = std::max(width, item.name.size());
  for (const RegistryItem& item : project->registry().items()) {
    const std::string installed = installed_version(*lock, item.name);
    fmt::print("{:<{}}  {:<8} {}{}\n", item.name, width, to_string(item.version), item.title,
               installed.empty() ? "" : fmt::format("  (here: {})", installed));
  }
  return kDone;
}

}  // namespace mlx::cli
