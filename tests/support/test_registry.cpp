#include "tests/support/test_registry.h"

#include <fstream>
#include <stdexcept>

#include "engine/base/digest.h"

namespace mlx::testing {
namespace {

using Json = nlohmann::json;

Json component_json(const TestComponent& component) {
  Json files = Json::array();
  for (const auto& [target, text] : component.files) {
    files.push_back({{"path", "templates/" + target},
                     {"target", target},
                     {"kind", "source"},
                     {"merge", "merge"},
                     {"mode", "100644"},
                     {"sha256", sha256_hex(text)}});
  }
  return {{"name", component.name},
          {"version", component.version},
          {"title", component.name},
          {"description", component.description},
          {"type", "utility"},
          {"categories", Json::array()},
          {"importRoot", "src"},
          {"files", std::move(files)},
          {"requires",
           {{"python", ">=3.11"},
            {"distributions", component.distributions},
            {"components", component.components},
            {"environment", component.environment}}},
          {"provides", {{"modules", component.modules}}}};
}

}  // namespace

std::map<std::string, std::string> registry_files(const std::vector<TestComponent>& components) {
  std::map<std::string, std::string> files;
  Json items = Json::array();
  for (const TestComponent& component : components) {
    const std::string text = component_json(component).dump(2);
    const std::string path = component.name + "/component.json";
    files.emplace(path, text);
    for (const auto& [target, content] : component.files) {
      files.emplace(component.name + "/templates/" + target, content);
    }
    items.push_back({{"name", component.name},
                     {"type", "registry:item"},
                     {"title", component.name},
                     {"description", component.description},
                     {"categories", Json::array()},
                     {"meta",
                      {{"mlx",
                        {{"version", component.version},
                         {"type", "utility"},
                         {"component", path},
                         {"sha256", sha256_hex(text)}}}}}});
  }
  files.emplace("registry.json", Json{{"name", "test"}, {"items", std::move(items)}}.dump(2));
  return files;
}

std::vector<TestComponent> two_components() {
  return {{.name = "web",
           .version = "1.2.0",
           .description = "Answers requests.",
           .files = {{"src/web/__init__.py", "from src.settings import PORT\n"},
                     {"tests/test_web.py", "from src import web\n\n\ndef test_it():\n    assert web.PORT\n"}},
           .distributions = {"fastapi>=0.115,<1"},
           .components = {{"settings", "^2.0"}},
           .environment = Json::array(
               {{{"name", "WEB_HOST"}, {"default", "0.0.0.0"}, {"description", "Where to listen."}},
                {{"name", "WEB_KEY"}, {"required", true}, {"secret", true}}}),
           .modules = {"src.web"}},
          {.name = "settings",
           .version = "2.0.1",
           .description = "Reads settings.",
           .files = {{"src/settings/__init__.py", "PORT = 8080\n"}},
           .distributions = {"pydantic>=2"},
           .modules = {"src.settings"}}};
}

void write_files(const std::filesystem::path& directory, const std::map<std::string, std::string>& files) {
  for (const auto& [path, text] : files) {
    std::filesystem::create_directories((directory / path).parent_path());
    std::ofstream out(directory / path, std::ios::binary);
    out << text;
    if (!out.flush()) throw std::runtime_error("cannot write " + path);
  }
}

}  // namespace mlx::testing
