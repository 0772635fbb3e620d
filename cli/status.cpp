#include "engine/plan/status.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/project.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

json status_json(const ProjectStatus& status) {
  json components = json::array();
  for (const ComponentStatus& component : status.components) {
    components.push_back({{"name", component.name},
                          {"version", to_string(component.version)},
                          {"latest", component.latest ? json(to_string(*component.latest)) : json()},
                          {"changed", component.changed_files},
                          {"missing", component.missing_files},
                          {"missingRequirements", component.missing_requirements}});
  }
  return {{"registry", status.registry}, {"components", std::move(components)}};
}

void print_component(const ComponentStatus& component) {
  std::string note = "not in the registry";
  if (component.latest) {
    note = *component.latest == component.version ? "latest" : "latest is " + to_string(*component.latest);
  }
  fmt::print("{} {} ({})\n", component.name, to_string(component.version), note);
  for (const std::string& path : component.changed_files) fmt::print("  changed by you: {}\n", path);
  for (const std::string& path : component.missing_files) fmt::print("  missing: {}\n", path);
  for (const std::string& name : component.missing_requirements) {
    fmt::print("  requires {}, which is not here: run `mlx add {}`\n", name, name);
  }
}

}  // namespace

int status(const ProjectArguments& arguments) {
  const auto project = OpenProject::open(arguments);
  if (!project) return report(project.error());
  const auto status = project_status(project->files(), project->registries());
  if (!status) return report(status.error());
  report_findings(project->registries());
  if (arguments.json) {
    fmt::print("{}\n", status_json(*status).dump(2));
    return kDone;
  }
  if (status->components.empty())
    fmt::print("No components are installed. `mlx list` shows what there is.\n");
  for (const ComponentStatus& component : status->components) print_component(component);
  return kDone;
}

}  // namespace mlx::cli
