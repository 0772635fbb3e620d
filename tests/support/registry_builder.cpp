#include "tests/support/registry_builder.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "engine/base/digest.h"

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
            {"environment", environment_of(component)}}},
          {"provides", {{"modules", component.modules}}},
          {"injectionPoints", injection_points_of(component)}};
}

MemorySnapshot::File plain_file(std::string bytes) { return {.bytes = std::move(bytes)}; }

/// Fills the snapshot before the registry opens it.
const Snapshot& filled(MemorySnapshot& files, std::vector<TestComponent> components) {
  json items = json::array();
  for (TestComponent& component : components) {
    if (component.files.empty()) {
      component.files.push_back(
          {.target = "src/" + component.name + ".py", .text = "NAME = \"" + component.name + "\"\n"});
      component.modules.push_back("src." + component.name);
    }
    for (const TestFile& file : component.files)
      files.put(component.name + "/templates/" + file.target, plain_file(file.text));
    const std::string text = component_json(component).dump(2) + "\n";
    files.put(component.name + "/component.json", plain_file(text));
    items.push_back({{"name", component.name},
                     {"title", "The " + component.name},
                     {"description", "Does " + component.name + "."},
                     {"meta",
                      {{"mlx",
                        {{"version", component.version},
                         {"type", "utility"},
                         {"component", component.name + "/component.json"},
                         {"sha256", sha256_hex(text)}}}}}});
  }
  files.put("registry.json", plain_file(json{{"items", items}}.dump(2) + "\n"));
  return files;
}

}  // namespace

TestRegistry::TestRegistry(std::vector<TestComponent> components)
    : registry_(Registry::open(filled(files_, std::move(components)), "test").value()) {}

}  // namespace mlx::test
