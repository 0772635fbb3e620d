#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/answers.h"
#include "cli/commands.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "cli/table.h"
#include "engine/plan/status.h"

namespace mlx::cli {
namespace {

using nlohmann::json;

struct ListedComponent {
  std::string name;  ///< `NAME`, or `@REGISTRY/NAME`
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

/// Which version of this registry's component is here. A lock that knows no other registry of this
/// name means the default one.
std::string installed_version(const Lock& lock, const Registries& registries, const ComponentName& name) {
  const auto found = lock.components.find(name.name);
  if (found == lock.components.end()) return "";
  const bool is_same = registries.name_of(found->second.registry).value_or("") == name.registry;
  return is_same ? to_string(found->second.version) : "";
}

/// Appends the components of one registry, which is called `name` in the configuration.
Result<void> list_components(const ListArguments& arguments, const Registries& registries,
                             const std::string& name, const Lock& lock,
                             std::vector<ListedComponent>& listed) {
  const Registry& registry = *MLX_TRY(registries.registry(name));
  const Progress progress("reading " + registry.name());
  for (const RegistryItem& item : registry.items()) {
    const ComponentName qualified{.registry = name, .name = item.name};
    ListedComponent found{.name = to_string(qualified),
                          .item = item,
                          .installed = installed_version(lock, registries, qualified),
                          .files = 0,
                          .requirements = 0,
                          .matches = {}};
    if (arguments.installed && found.installed.empty()) continue;
    const Component component = MLX_TRY(registry.component(item.name));
    const ComponentRequirements& needs = component.requirements;
    found.files = component.files.size();
    found.requirements = needs.components.size() + needs.distributions.size() + needs.services.size() +
                         needs.environment.size();
    if (!arguments.query.empty()) {
      found.matches = matches(component, arguments.query);
      if (found.matches.empty()) continue;
    }
    listed.push_back(std::move(found));
  }
  return {};
}

json list_json(const Registry& registry, const std::vector<ListedComponent>& listed) {
  json components = json::array();
  for (const ListedComponent& component : listed) {
    components.push_back({{"name", component.name},
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
    TableRow row{.cells = {component.name, to_string(component.item.version),
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

struct Listing {
  std::vector<ListedComponent> components;
  std::vector<std::string> remarks;
  bool is_complete = true;  ///< every registry could be read

  [[nodiscard]] int status() const { return is_complete ? kDone : kFailed; }
};

Result<Listing> list_all(const ListArguments& arguments, const OpenProject& project) {
  const Lock lock = MLX_TRY(read_project_lock(project.files()));
  Listing listing;
  for (const std::string& name : project.registries().names()) {
    // If one cannot be read, the others can still be shown.
    const auto done = list_components(arguments, project.registries(), name, lock, listing.components);
    if (done) continue;
    listing.is_complete = false;
    listing.remarks.push_back(remark_of(done.error()));
  }
  for (std::string& remark : remarks_of(project.registries())) listing.remarks.push_back(std::move(remark));
  return listing;
}

/// For shells that complete: of the default registry alone, which is read quickly.
int print_names(const ListArguments& arguments, const OpenProject& project) {
  const auto lock = read_project_lock(project.files());
  if (!lock) return report(lock.error());
  for (const RegistryItem& item : project.registry().items()) {
    if (!arguments.installed || lock->components.contains(item.name)) fmt::print("{}\n", item.name);
  }
  return kDone;
}

}  // namespace

Result<Answer> list_answer(const ListArguments& arguments, const OpenProject& project) {
  Listing listing = MLX_TRY(list_all(arguments, project));
  return Answer{.value = list_json(project.registry(), listing.components),
                .status = listing.status(),
                .remarks = std::move(listing.remarks)};
}

int list(const ListArguments& arguments) {
  const auto project = OpenProject::open(arguments.project);
  if (!project) return report(project.error());
  if (arguments.names) return print_names(arguments, *project);
  if (arguments.project.json) return print_answer(list_answer(arguments, *project));
  const auto listing = list_all(arguments, *project);
  if (!listing) return report(listing.error());
  print_remarks(listing->remarks);
  if (listing->components.empty()) {
    const std::string of_query =
        arguments.query.empty() ? "" : fmt::format(" in which `{}` is found", printable(arguments.query));
    fmt::print("There is no {}component{}.\n", arguments.installed ? "installed " : "", of_query);
  } else {
    print_list(listing->components, Output::standard(arguments.project.color));
  }
  return listing->status();
}

}  // namespace mlx::cli
