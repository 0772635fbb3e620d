#include "engine/compat/read_party.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "engine/compat/read_calls.h"
#include "engine/compat/read_configuration.h"
#include "engine/component/extract/boundaries.h"
#include "engine/component/extract/route_table.h"
#include "engine/component/extract/services.h"
#include "engine/component/extract/variables.h"

namespace mlx {
namespace {

/// `src/api` for `src/api.py` and `src/api/__init__.py`.
std::string module_place(std::string_view path) {
  for (const std::string_view ending : {"/__init__.py", ".py"}) {
    if (path.ends_with(ending)) return std::string(path.substr(0, path.size() - ending.size()));
  }
  return std::string(path);
}

/// Does a variable `MLFLOW_TRACKING_URI` that need not be set, and stands for nothing then, say where the
/// service `mlflow` is? Then it is a choice.
bool works_without(const RequiredService& service, const Component& component) {
  std::string begin;
  for (const char c : service.name)
    begin += c == '-' || c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  begin += '_';
  constexpr std::array<std::string_view, 7> kAddresses = {"URL",    "URI",     "HOST",    "DSN",
                                                          "SERVER", "ADDRESS", "ENDPOINT"};
  bool is_choice = false;
  for (const EnvironmentVariable& variable : component.requirements.environment) {
    if (!variable.name.starts_with(begin)) continue;
    const std::string_view last = std::string_view(variable.name).substr(variable.name.rfind('_') + 1);
    if (std::ranges::find(kAddresses, last) == kAddresses.end()) continue;
    if (variable.is_required || !variable.default_value.empty()) return false;
    is_choice = true;
  }
  return is_choice;
}

class PartyReader {
 public:
  PartyReader(const Platform& platform, PartyFiles files) : platform_(platform) {
    party_.name = std::move(files.name);
    party_.index = &platform.index;
    project_ = files.project;
    party_.component = std::move(files.component);
    for (const std::string& path : files.paths) add_file(path);
  }

  Party run() {
    part_.name = party_.name;
    part_.sources = party_.sources;
    read_routes();
    party_.plugins = find_plugins(platform_.index, party_.sources, project_);
    party_.listeners = find_listeners(platform_.index, party_.sources);
    const auto variables = find_variables(platform_, part_);
    for (const FoundVariable& found : variables) add_variable(found);
    for (const std::string& path : part_.configs) read_hydra_file(platform_, path, party_);
    add_needed_services(variables);
    if (party_.component) add_description(*party_.component);
    std::ranges::sort(party_.modules, {}, &ModuleFact::place);
    return std::move(party_);
  }

 private:
  void add_file(const std::string& path) {
    party_.files.emplace(path, std::nullopt);
    if (is_hydra_file(path)) part_.configs.insert(path);
    const auto file = platform_.index.find(path);
    if (!file) return;
    if (is_test_path(path)) {
      party_.tests.insert(*file);
    } else if (!is_outside_source(path)) {
      party_.sources.insert(*file);
      party_.modules.push_back({.place = module_place(path), .file = path});
    }
  }

  void read_routes() {
    for (const ResolvedRoute& route : resolve_routes(platform_.index, party_.sources)) {
      if (!route.is_path_known) continue;
      for (const std::string& method : route.methods) {
        party_.routes.push_back({.method = method,
                                 .path = route.path,
                                 .handler = route.handler,
                                 .application = route.application,
                                 .place = {.file = party_.path(route.file), .line = route.line}});
      }
    }
  }

  void add_variable(const FoundVariable& found) {
    const EnvironmentVariable& variable = found.variable;
    VariableFact fact{
        .name = variable.name, .default_value = {}, .type = {}, .place = found.evidence.front()};
    if (variable.has_default && !variable.is_secret) fact.default_value = variable.default_value;
    fact.type = type_at(fact.place);
    party_.variables.push_back(std::move(fact));
  }

  /// The annotation of the settings field on a line.
  [[nodiscard]] std::string type_at(const Evidence& place) const {
    const auto file = platform_.index.find(place.file);
    if (!file) return {};
    for (const PythonClass& settings : platform_.index.module(*file).classes) {
      for (const PythonField& field : settings.fields) {
        if (field.line == place.line) return field.annotation;
      }
    }
    return {};
  }

  void add_needed_services(const std::vector<FoundVariable>& variables) {
    for (FoundService& found : find_services(platform_, part_, variables)) {
      party_.needed_services.push_back({.name = found.service.name,
                                        .image = found.service.image,
                                        .host_ports = {},
                                        .place = found.evidence.front()});
    }
  }

  void add_description(const Component& component) {
    const auto add_all = [&](const std::vector<Requirement>& requirements, const std::string& group) {
      for (const Requirement& requirement : requirements)
        party_.requirements.push_back({.requirement = requirement, .group = group, .place = {}});
    };
    add_all(component.requirements.distributions, "");
    for (const auto& [group, requirements] : component.requirements.groups) add_all(requirements, group);
    party_.requires_python = component.requirements.python;
    for (const RequiredService& service : component.requirements.services) {
      if (works_without(service, component)) continue;
      if (std::ranges::find(party_.needed_services, service.name, &ServiceFact::name) ==
          party_.needed_services.end())
        party_.needed_services.push_back(
            {.name = service.name, .image = service.image, .host_ports = {}, .place = {}});
    }
    for (const std::string& entry : component.provides.entry_points) {
      const auto equals = entry.find(" = ");
      if (equals == std::string::npos) continue;
      party_.scripts.push_back(
          {.name = entry.substr(0, equals), .target = entry.substr(equals + 3), .place = {}});
    }
  }

  const Platform& platform_;
  Party party_;
  const RepoIndex* project_ = nullptr;
  ComponentPart part_;
};

}  // namespace

Party read_party(const Platform& platform, PartyFiles files) {
  return PartyReader(platform, std::move(files)).run();
}

void add_manifests(const Platform& platform, Party& project) {
  for (const ProjectDistribution& declared : platform.declared) {
    if (!declared.directory.empty()) continue;
    project.requirements.push_back(
        {.requirement = declared.requirement, .group = declared.group, .place = declared.evidence});
  }
  project.requires_python = platform.requires_python;
  project.requires_python_place = platform.requires_python_place;
  for (const auto& [script, place] : platform.scripts) {
    const auto equals = script.find(" = ");
    if (equals == std::string::npos) continue;
    project.scripts.push_back(
        {.name = script.substr(0, equals), .target = script.substr(equals + 3), .place = place});
  }
  for (const EntryPoint& entry : platform.entry_points) {
    project.plugins.push_back({.registry = "entry points of " + entry.group,
                               .name = entry.name,
                               .target = entry.target,
                               .place = entry.evidence});
  }
  for (const auto& [name, service] : platform.services) {
    project.services.push_back(
        {.name = name,
         .image = service.facts.image,
         .host_ports = service.facts.host_ports,
         .is_built = service.facts.is_built,
         .place =
             service.place(service.facts.ports_line != 0 ? service.facts.ports_line : service.facts.line)});
  }
}

}  // namespace mlx
