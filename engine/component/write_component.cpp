#include <nlohmann/json.hpp>

#include "engine/component/component.h"
#include "engine/component/component_json.h"

namespace mlx {
namespace {

// Keeps the members in the order in which they are written: that of docs/formats.md.
using Json = nlohmann::ordered_json;

Json texts(const std::vector<Requirement>& requirements) {
  Json list = Json::array();
  for (const Requirement& requirement : requirements) list.push_back(requirement.text);
  return list;
}

Json files_json(const std::vector<ComponentFile>& files) {
  Json list = Json::array();
  for (const ComponentFile& file : files) {
    list.push_back({{"path", file.path.str()},
                    {"target", file.target.str()},
                    {"kind", to_string(file.kind)},
                    {"merge", to_string(file.merge)},
                    {"mode", file.is_executable ? "100755" : "100644"},
                    {"sha256", file.sha256}});
  }
  return list;
}

Json requires_json(const ComponentRequirements& requirements) {
  Json groups = Json::object();
  for (const auto& [name, list] : requirements.groups) groups[name] = texts(list);
  Json components = Json::object();
  for (const auto& [name, range] : requirements.components) components[name] = range.str();
  Json services = Json::array();
  for (const RequiredService& service : requirements.services) {
    services.push_back({{"name", service.name},
                        {"image", service.image},
                        {"ports", service.ports},
                        {"evidence", service.evidence}});
  }
  Json environment = Json::array();
  for (const EnvironmentVariable& variable : requirements.environment) {
    environment.push_back({{"name", variable.name},
                           {"required", variable.is_required},
                           {"default", variable.has_default ? Json(variable.default_value) : Json()},
                           {"secret", variable.is_secret},
                           {"description", variable.description},
                           {"evidence", variable.evidence}});
  }
  return {{"python", requirements.python},
          {"distributions", texts(requirements.distributions)},
          {"optional", texts(requirements.optional)},
          {"groups", groups},
          {"components", components},
          {"services", services},
          {"environment", environment}};
}

}  // namespace

Json provides_json(const ComponentProvisions& provides) {
  Json symbols = Json::array();
  for (const ProvidedSymbol& symbol : provides.symbols) {
    symbols.push_back(
        {{"name", symbol.name}, {"kind", to_string(symbol.kind)}, {"signature", symbol.signature}});
  }
  Json routes = Json::array();
  for (const ProvidedRoute& route : provides.routes) {
    routes.push_back({{"method", route.method}, {"path", route.path}, {"handler", route.handler}});
    if (route.role != RouteRole::kNone) routes.back()["role"] = to_string(route.role);
  }
  Json containers = Json::array();
  for (const ProvidedContainer& container : provides.containers) {
    containers.push_back({{"file", container.file},
                          {"service", container.service},
                          {"base", container.base},
                          {"ports", container.ports},
                          {"command", container.command},
                          {"healthPath", container.health_path}});
  }
  return {{"modules", provides.modules},
          {"symbols", symbols},
          {"routes", routes},
          {"entryPoints", provides.entry_points},
          {"containers", containers}};
}

std::string write_component(const Component& component) {
  Json points = Json::array();
  for (const InjectionPoint& point : component.injection_points) {
    points.push_back({{"name", point.name},
                      {"file", point.file},
                      {"function", point.function},
                      {"location", point.location}});
  }
  const Json json = {{"name", component.name},
                     {"version", to_string(component.version)},
                     {"title", component.title},
                     {"description", component.description},
                     {"type", to_string(component.type)},
                     {"categories", component.categories},
                     {"importRoot", component.import_root},
                     {"files", files_json(component.files)},
                     {"requires", requires_json(component.requirements)},
                     {"provides", provides_json(component.provides)},
                     {"compatibility",
                      {{"enhances", component.compatibility.enhances},
                       {"conflicts", component.compatibility.conflicts},
                       {"optional", component.compatibility.optional}}},
                     {"injectionPoints", points},
                     {"provenance",
                      {{"repository", component.provenance.repository},
                       {"revision", component.provenance.revision},
                       {"extractor", component.provenance.extractor}}}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mlx
