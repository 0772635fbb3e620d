#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "cli/table.h"
#include "engine/plan/status.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

struct ListedComponent {
  RegistryItem item;
  std::string installed;  ///< the version that is here; empty if none is
  std::size_t files = 0;
  std::size_t requirements = 0;  ///< components, distributions, services and variables
  std::vector<std::string> matches;
};

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

/// Where the query stands in a component: `title`, `route GET /health`. Case does not matter.
std::vector<std::string> matches(const Component& component, const std::string& query) {
  std::vector<std::string> found;
  const auto look = [&](std::string_view text, const std::string& place) {
    if (lower(text).find(lower(query)) != std::string::npos) found.push_back(place);
  };
  look(component.name, "name");
  look(component.title, "title");
  look(component.description, "description");
  for (const std::string& category : component.categories) look(category, "category " + category);
  for (const ProvidedRoute& route : component.provides.routes) {
    const std::string shown = route.method + " " + route.path;
    look(shown, "route " + shown);
  }
  for (const ProvidedSymbol& symbol : component.provides.symbols) look(symbol.name, "symbol " + symbol.name);
  return found;
}

Result<std::vector<ListedComponent>> list_components(const ListArguments& arguments, const Registry& registry,
                                                     const Lock& lock) {
  const Progress progress("reading " + registry.name());
  std::vector<ListedComponent> listed;
  for (const RegistryItem& item : registry.items()) {
    const auto installed = lock.components.find(item.name);
    if (arguments.installed && installed == lock.components.end()) continue;
    const Component component = MLX_TRY(registry.component(item.name));
    const ComponentRequirements& needs = component.requirements;
    ListedComponent found{
        .item = item,
        .installed = installed == lock.components.end() ? "" : to_string(installed->second.version),
        .files = component.files.size(),
        .requirements = needs.components.size() + needs.distributions.size() + needs.services.size() +
                        needs.environment.size(),
        .matches = {}};
    if (!arguments.query.empty()) {
      found.matches = matches(component, arguments.query);
      if (found.matches.empty()) continue;
    }
    listed.push_back(std::move(found));
  }
  return listed;
}

json list_json(const Registry& registry, const std::vector<ListedComponent>& listed) {
  json components = json::array();
  for (const ListedComponent& component : listed) {
    components.push_back({{"name", component.item.name},
                          {"version", to_string(component.item.version)},
                          {"installed", component.installed.empty() ? json() : json(component.installed)},
                          {"type", to_string(component.item.type)},
                          {"title", component.item.title},
                          {"description", component.item.description},
                          {"categories", component.item.categories},
                          {"files", component.files},
                          {"requirements", component.requirements},
                          {"matches", component.matches}});
  }
  return {{"registry", registry.name()}, {"components", std::move(components)}};
}

void print_list(const std::vector<ListedComponent>& listed, const Output& output) {
  std::vector<TableRow> rows;
  rows.reserve(listed.size());
  for (const ListedComponent& component : listed) {
    TableRow row{.cells = {component.item.name, to_string(component.item.version),
                           component.installed.empty() ? "-" : component.installed,
                           std::string(to_string(component.item.type)), std::to_string(component.files),
                           std::to_string(component.requirements)},
                 .text = printable(component.item.title),
                 .notes = {}};
    constexpr std::size_t kMostMatches = 3;
    std::string places;
    for (std::size_t i = 0; i < std::min(component.matches.size(), kMostMatches); ++i) {
      places += (places.empty() ? "" : ", ") + component.matches[i];
    }
    if (component.matches.size() > kMostMatches) {
      places += fmt::format(", and {} more", component.matches.size() - kMostMatches);
    }
    if (!places.empty()) row.notes.push_back("found in " + printable(places));
    rows.push_back(std::move(row));
  }
  fmt::print("{}", table({"NAME", "VERSION", "HERE", "TYPE", "FILES", "NEEDS", "WHAT IT IS"}, rows, output));
}

}  // namespace

int list(const ListArguments& arguments) {
  const auto project = OpenProject::open(arguments.project);
  if (!project) return report(project.error());
  const auto lock = read_project_lock(project->files());
  if (!lock) return report(lock.error());
  if (arguments.names) {
    for (const RegistryItem& item : project->registry().items()) {
      if (!arguments.installed || lock->components.contains(item.name)) fmt::print("{}\n", item.name);
    }
    return kDone;
  }
  const auto listed = list_components(arguments, project->registry(), *lock);
  if (!listed) return report(listed.error());
  if (arguments.project.json) {
    fmt::print("{}\n", list_json(project->registry(), *listed).dump(2));
  } else if (listed->empty()) {
    const std::string of_query =
        arguments.query.empty() ? "" : fmt::format(" in which `{}` is found", printable(arguments.query));
    fmt::print("There is no {}component{}.\n", arguments.installed ? "installed " : "", of_query);
  } else {
    print_list(*listed, Output::standard(arguments.project.color));
  }
  return kDone;
}

}  // namespace mlx::cli
