#include "tests/support/registry_builder.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "engine/base/digest.h"
#include "engine/component/catalogue.h"

namespace mlx::test {
namespace {

using nlohmann::json;

json files_of(const TestComponent& component) {
  json list = json::array();
  for (const TestFile& file : component.files) {
    list.push_back({{"path", "templates/" + file.target},
                    {"target", file.target},
                    {"kind", file.kind},
                    {"merge", file.merge},
                    {"mode", file.is_executable ? "100755" : "100644"},
                    {"sha256", sha256_hex(file.text)}});
  }
  return list;
}

json environment_of(const TestComponent& component) {
  json list = json::array();
  for (const EnvironmentVariable& variable : component.environment) {
    list.push_back({{"name", variable.name},
                    {"default", variable.default_value.empty() ? json() : json(variable.default_value)},
                    {"required", variable.is_required},
                    {"secret", variable.is_secret},
                    {"description", variable.description}});
  }
  return list;
}

json services_of(const TestComponent& component) {
  json list = json::array();
  for (const std::string& service : component.services) list.push_back({{"name", service}});
  return list;
}

json injection_points_of(const TestComponent& component) {
  json list = json::array();
  for (const InjectionPoint& point : component.injection_points) {
    list.push_back({{"name", point.name},
                    {"file", point.file},
                    {"function", point.function},
                    {"location", point.location}});
  }
  return list;
}

json symbols_of(const TestComponent& component) {
  json list = json::array();
  for (const std::string& name : component.symbols)
    list.push_back({{"name", name}, {"kind", "function"}, {"signature", "() -> None"}});
  return list;
}

json component_json(const TestComponent& component) {
  return {{"name", component.name},
          {"version", component.version},
          {"title", "The " + component.name},
          {"description", "Does " + component.name + "."},
          {"type", "utility"},
          {"importRoot", component.import_root},
          {"files", files_of(component)},
          {"requires",
           {{"python", component.python},
            {"distributions", component.distributions},
            {"groups", component.groups},
            {"components", component.components},
            {"services", services_of(component)},
            {"environment", environment_of(component)}}},
          {"provides",
           {{"modules", component.modules},
            {"symbols", symbols_of(component)},
            {"entryPoints", component.entry_points}}},
          {"compatibility", {{"conflicts", component.conflicts}}},
          {"injectionPoints", injection_points_of(component)}};
}

Release release_of(TestComponent component) {
  if (component.files.empty()) {
    component.files.push_back(
        {.target = "src/" + component.name + ".py", .text = "NAME = \"" + component.name + "\"\n"});
    component.modules.push_back("src." + component.name);
  }
  Release release;
  release.component = read_component(component_json(component).dump(), component.name).value();
  for (const TestFile& file : component.files)
    release.templates.emplace("templates/" + file.target, file.text);
  return release;
}

const Snapshot& filled(MemorySnapshot& files, const std::vector<TestComponent>& components) {
  for (const auto& [path, text] : built_registry(components)) files.put(path, {.bytes = text});
  return files;
}

}  // namespace

std::map<std::string, std::string> built_registry(const std::vector<TestComponent>& components) {
  std::map<std::string, std::string> files;
  std::map<std::string, Release> newest;
  PublishedVersions published;
  for (const TestComponent& component : components) {
    Release release = release_of(component);
    published[component.name].push_back(release.component.version);
    for (const auto& [path, text] : catalogue_files({release}, {})) {
      if (path.contains('@')) files.insert_or_assign(path, text);
    }
    const auto known = newest.find(component.name);
    const bool is_newest =
        known == newest.end() || known->second.component.version < release.component.version;
    if (is_newest) newest.insert_or_assign(component.name, std::move(release));
  }
  std::vector<Release> entries;
  entries.reserve(newest.size());
  for (auto& [name, release] : newest) entries.push_back(std::move(release));
  for (const auto& [path, text] : catalogue_files(entries, {}, published)) files.insert_or_assign(path, text);
  return files;
}

TestRegistry::TestRegistry(const std::vector<TestComponent>& components)
    : registry_(Registry::open(filled(files_, components), "test").value()) {}

}  // namespace mlx::test
