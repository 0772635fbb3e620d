#include "engine/component/component.h"

#include <functional>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace mlx;
using nlohmann::json;

namespace {

const std::string kDigest(64, 'a');

json good_component() {
  return {
      {"name", "api-serving"},
      {"version", "1.2.0"},
      {"title", "API serving"},
      {"description", "Serves."},
      {"type", "infrastructure"},
      {"categories", {"api", "serving"}},
      {"importRoot", "src"},
      {"files",
       {{{"path", "templates/src/api/app.py"},
         {"target", "src/api/app.py"},
         {"kind", "source"},
         {"merge", "merge"},
         {"mode", "100644"},
         {"sha256", kDigest}},
        {{"path", "templates/run.sh"},
         {"target", "scripts/run.sh"},
         {"kind", "infrastructure"},
         {"merge", "replace"},
         {"mode", "100755"},
         {"sha256", kDigest}}}},
      {"requires",
       {{"python", ">=3.11"},
        {"distributions", {"fastapi>=0.115,<1"}},
        {"groups", {{"dev", {"pytest>=8"}}}},
        {"components", {{"config-management", "^1.0"}}},
        {"services", {{{"name", "redis"}, {"image", "redis:7"}, {"ports", {"6379"}}}}},
        {"environment",
         {{{"name", "API_KEY"}, {"required", true}, {"secret", true}, {"description", "The key."}},
          {{"name", "PORT"}, {"default", "8000"}, {"evidence", "conf/api/default.yaml:3"}},
          {{"name", "_x"}, {"default", nullptr}}}}}},
      {"provides",
       {{"modules", {"src.api", "src.api.app"}},
        {"symbols",
         {{{"name", "src.api.app.create_app"}, {"kind", "function"}, {"signature", "() -> FastAPI"}},
          {{"name", "src.api.app.LIMIT"}, {"kind", "constant"}}}},
        {"routes",
         {{{"method", "GET"}, {"path", "/health"}, {"handler", "src.api.app.health"}, {"role", "health"}}}},
        {"entryPoints", {"src.api"}},
        {"containers",
         {{{"file", "Dockerfile"},
           {"service", "api"},
           {"base", "python:3.11-slim"},
           {"ports", {"8000"}},
           {"command", "python -m src.api"},
           {"healthPath", "/health"}}}}}},
      {"compatibility", {{"enhances", {"web"}}, {"conflicts", {"old-web"}}, {"optional", {"cache"}}}},
      {"injectionPoints",
       {{{"name", "application-factory"},
         {"file", "src/api/app.py"},
         {"function", "create_app"},
         {"location", "after:add_middleware"}}}},
      {"provenance", {{"repository", "ml"}, {"revision", "abc"}, {"extractor", "mlx 1"}}}};
}

Result<Component> read(const json& document) { return read_component(document.dump(), "component.json"); }

/// The good component with one change.
Result<Component> changed(const std::function<void(json&)>& change) {
  json document = good_component();
  change(document);
  return read(document);
}

Result<Component> with(const std::string& pointer, const json& value) {
  return changed([&](json& document) { document[json::json_pointer(pointer)] = value; });
}

Result<Component> without(const std::string& pointer) {
  return changed([&](json& document) {
    const json::json_pointer place(pointer);
    document[place.parent_pointer()].erase(place.back());
  });
}

/// The field that an error is about.
std::string field(const Result<Component>& component) {
  REQUIRE_FALSE(component.has_value());
  CHECK(component.error().location.file == "component.json");
  return component.error().location.field;
}

}  // namespace

TEST_CASE("a component.json is read by value") {
  const Component component = read(good_component()).value();
  CHECK(component.name == "api-serving");
  CHECK(component.version == Version{.major = 1, .minor = 2, .patch = 0});
  CHECK(component.title == "API serving");
  CHECK(component.description == "Serves.");
  CHECK(component.type == ComponentType::kInfrastructure);
  CHECK(component.categories == std::vector<std::string>{"api", "serving"});
  CHECK(component.import_root == "src");
  CHECK(component.provides.modules == std::vector<std::string>{"src.api", "src.api.app"});

  REQUIRE(component.files.size() == 2);
  const ComponentFile& app = component.files[0];
  CHECK(app.path.str() == "templates/src/api/app.py");
  CHECK(app.target.str() == "src/api/app.py");
  CHECK(app.kind == FileKind::kSource);
  CHECK(app.merge == MergeStrategy::kMerge);
  CHECK_FALSE(app.is_executable);
  CHECK(app.sha256 == kDigest);
  CHECK(component.files[1].kind == FileKind::kInfrastructure);
  CHECK(component.files[1].merge == MergeStrategy::kReplace);
  CHECK(component.files[1].is_executable);

  const ComponentRequirements& needs = component.requirements;
  CHECK(needs.python == ">=3.11");
  REQUIRE(needs.distributions.size() == 1);
  CHECK(needs.distributions.front().name == "fastapi");
  CHECK(needs.distributions.front().specifier == ">=0.115,<1");
  CHECK(needs.groups.at("dev").front().name == "pytest");
  CHECK(needs.components.at("config-management").str() == "^1.0");
  CHECK(needs.environment == std::vector<EnvironmentVariable>{{.name = "API_KEY",
                                                               .default_value = "",
                                                               .is_required = true,
                                                               .is_secret = true,
                                                               .description = "The key."},
                                                              {.name = "PORT",
                                                               .default_value = "8000",
                                                               .has_default = true,
                                                               .evidence = "conf/api/default.yaml:3"},
                                                              {.name = "_x", .default_value = ""}});
}

TEST_CASE("what a component provides and touches is read by value") {
  const Component component = read(good_component()).value();
  CHECK(
      component.requirements.services ==
      std::vector<RequiredService>{{.name = "redis", .image = "redis:7", .ports = {"6379"}, .evidence = ""}});
  CHECK(component.provides.symbols ==
        std::vector<ProvidedSymbol>{
            {.name = "src.api.app.create_app", .kind = SymbolKind::kFunction, .signature = "() -> FastAPI"},
            {.name = "src.api.app.LIMIT", .kind = SymbolKind::kConstant, .signature = ""}});
  CHECK(
      component.provides.routes ==
      std::vector<ProvidedRoute>{
          {.method = "GET", .path = "/health", .handler = "src.api.app.health", .role = RouteRole::kHealth}});
  CHECK(component.provides.entry_points == std::vector<std::string>{"src.api"});
  CHECK(component.provides.containers == std::vector<ProvidedContainer>{{.file = "Dockerfile",
                                                                         .service = "api",
                                                                         .base = "python:3.11-slim",
                                                                         .ports = {"8000"},
                                                                         .command = "python -m src.api",
                                                                         .health_path = "/health"}});
  CHECK(component.compatibility ==
        ComponentCompatibility{.enhances = {"web"}, .conflicts = {"old-web"}, .optional = {"cache"}});
  CHECK(component.injection_points == std::vector<InjectionPoint>{{.name = "application-factory",
                                                                   .file = "src/api/app.py",
                                                                   .function = "create_app",
                                                                   .location = "after:add_middleware"}});
  CHECK(component.provenance ==
        ComponentProvenance{.repository = "ml", .revision = "abc", .extractor = "mlx 1"});
}

TEST_CASE("a component that is written reads back the same, and is written the same again") {
  const Component component = read(good_component()).value();
  const std::string text = write_component(component);
  CHECK(read_component(text, "component.json").value() == component);
  CHECK(write_component(read_component(text, "component.json").value()) == text);
  CHECK(text.ends_with("}\n"));
}

TEST_CASE("what may be left out has a default") {
  CHECK(without("/provides").value().provides.modules.empty());
  CHECK(without("/categories").value().categories.empty());
  CHECK_FALSE(without("/files/0/mode").value().files.front().is_executable);
  const Component component = with("/requires", json::object()).value();
  CHECK(component.requirements.python.empty());
  CHECK(component.requirements.distributions.empty());
  CHECK(component.requirements.groups.empty());
  CHECK(component.requirements.components.empty());
  CHECK(component.requirements.environment.empty());
}

TEST_CASE("a field that is missing is named") {
  const auto [pointer, name] = GENERATE(values<std::pair<std::string, std::string>>(
      {{"/name", "name"},
       {"/version", "version"},
       {"/title", "title"},
       {"/description", "description"},
       {"/type", "type"},
       {"/importRoot", "importRoot"},
       {"/files", "files"},
       {"/requires", "requires"},
       {"/files/0/path", "files[0].path"},
       {"/files/1/target", "files[1].target"},
       {"/files/0/kind", "files[0].kind"},
       {"/files/0/merge", "files[0].merge"},
       {"/files/1/sha256", "files[1].sha256"},
       {"/requires/environment/0/name", "requires.environment[0].name"}}));
  CHECK(field(without(pointer)) == name);
}

TEST_CASE("a field of the wrong type is named") {
  const auto [pointer, name] = GENERATE(values<std::pair<std::string, std::string>>(
      {{"/name", "name"},
       {"/version", "version"},
       {"/title", "title"},
       {"/description", "description"},
       {"/type", "type"},
       {"/categories", "categories"},
       {"/categories/1", "categories[1]"},
       {"/importRoot", "importRoot"},
       {"/files", "files"},
       {"/files/1", "files[1]"},
       {"/files/0/path", "files[0].path"},
       {"/files/0/target", "files[0].target"},
       {"/files/0/kind", "files[0].kind"},
       {"/files/0/merge", "files[0].merge"},
       {"/files/0/mode", "files[0].mode"},
       {"/files/0/sha256", "files[0].sha256"},
       {"/requires", "requires"},
       {"/requires/python", "requires.python"},
       {"/requires/distributions", "requires.distributions"},
       {"/requires/distributions/0", "requires.distributions[0]"},
       {"/requires/groups", "requires.groups"},
       {"/requires/groups/dev", "requires.groups.dev"},
       {"/requires/groups/dev/0", "requires.groups.dev[0]"},
       {"/requires/components", "requires.components"},
       {"/requires/components/config-management", "requires.components.config-management"},
       {"/requires/environment", "requires.environment"},
       {"/requires/environment/1", "requires.environment[1]"},
       {"/requires/environment/1/default", "requires.environment[1].default"},
       {"/requires/environment/0/required", "requires.environment[0].required"},
       {"/requires/environment/0/secret", "requires.environment[0].secret"},
       {"/requires/environment/0/description", "requires.environment[0].description"},
       {"/provides", "provides"},
       {"/provides/modules", "provides.modules"},
       {"/provides/modules/0", "provides.modules[0]"},
       {"/provides/symbols/0/name", "provides.symbols[0].name"},
       {"/provides/symbols/0/kind", "provides.symbols[0].kind"},
       {"/provides/routes/0/path", "provides.routes[0].path"},
       {"/provides/routes/0/role", "provides.routes[0].role"},
       {"/provides/containers/0/file", "provides.containers[0].file"},
       {"/provides/entryPoints", "provides.entryPoints"},
       {"/requires/services/0/name", "requires.services[0].name"},
       {"/requires/services/0/ports/0", "requires.services[0].ports[0]"},
       {"/compatibility", "compatibility"},
       {"/compatibility/enhances/0", "compatibility.enhances[0]"},
       {"/injectionPoints/0/file", "injectionPoints[0].file"},
       {"/provenance/revision", "provenance.revision"}}));
  CHECK(field(with(pointer, 17)) == name);
}

TEST_CASE("a value that means nothing is named") {
  const auto [pointer, value, name] = GENERATE(table<std::string, json, std::string>(
      {{"/name", "", "name"},
       {"/name", "Api", "name"},
       {"/name", "-api", "name"},
       {"/name", "api-", "name"},
       {"/name", "a/b", "name"},
       {"/name", std::string(65, 'a'), "name"},
       {"/version", "1.2", "version"},
       {"/version", "1.2.0+x", "version"},
       {"/type", "service", "type"},
       {"/importRoot", "", "importRoot"},
       {"/importRoot", ".", "importRoot"},
       {"/importRoot", "../src", "importRoot"},
       {"/importRoot", "src/api", "importRoot"},
       {"/importRoot", "src.", "importRoot"},
       {"/importRoot", "1src", "importRoot"},
       {"/files", json::array(), "files"},
       {"/files/0/path", "../secret", "files[0].path"},
       {"/files/0/path", "/etc/passwd", "files[0].path"},
       {"/files/0/kind", "code", "files[0].kind"},
       {"/files/0/merge", "overwrite", "files[0].merge"},
       {"/files/0/mode", "120000", "files[0].mode"},
       {"/files/0/mode", "644", "files[0].mode"},
       {"/files/0/sha256", "", "files[0].sha256"},
       {"/files/0/sha256", std::string(64, 'A'), "files[0].sha256"},
       {"/files/0/sha256", std::string(63, 'a'), "files[0].sha256"},
       {"/files/1/target", "src/api/app.py", "files[1].target"},
       {"/requires/distributions/0", "fastapi>", "requires.distributions[0]"},
       {"/requires/distributions/0", "", "requires.distributions[0]"},
       {"/requires/groups/dev/0", "py test", "requires.groups.dev[0]"},
       {"/requires/components/config-management", "latest", "requires.components.config-management"},
       {"/requires/components", {{"Config", "*"}}, "requires.components.Config"},
       {"/requires/environment/0/name", "", "requires.environment[0].name"},
       {"/requires/environment/0/name", "API-KEY", "requires.environment[0].name"},
       {"/requires/environment/0/name", "A=B", "requires.environment[0].name"},
       {"/requires/environment/0/name", "A\nB", "requires.environment[0].name"},
       {"/requires/environment/0/name", "1KEY", "requires.environment[0].name"},
       {"/provides/symbols/0/kind", "thing", "provides.symbols[0].kind"},
       {"/compatibility/conflicts/0", "Old Web", "compatibility.conflicts[0]"},
       {"/injectionPoints/0/file", "../app.py", "injectionPoints[0].file"},
       {"/injectionPoints/0/location", "after:", "injectionPoints[0].location"},
       {"/injectionPoints/0/location", "middle", "injectionPoints[0].location"}}));
  CAPTURE(value.dump());
  CHECK(field(with(pointer, value)) == name);
}

TEST_CASE("a target that MLX must not write is refused") {
  const std::string target =
      GENERATE(as<std::string>{}, "/etc/passwd", "../x", "src/../../x", "a//b", "a/", "", ".", ".git/config",
               ".GIT/hooks/x", "a/.git/x", ".env", "sub/.env", ".ENV", ".env.production",
               ".github/workflows/x.yml", ".GitHub/Workflows/x", ".gitlab-ci.yml", "src\\api.py", "a\nb");
  CAPTURE(target);
  const auto component = with("/files/0/target", target);
  CHECK(field(component) == "files[0].target");
  CHECK(component.error().code == ErrorCode::kRefused);
}

TEST_CASE("a misspelt word is answered with the one that was meant") {
  const auto [pointer, value, meant] = GENERATE(
      table<std::string, std::string, std::string>({{"/files/0/kind", "sourec", "`source`?"},
                                                    {"/files/0/merge", "mergee", "`merge`?"},
                                                    {"/type", "infrastucture", "`infrastructure`?"}}));
  const auto component = with(pointer, value);
  REQUIRE_FALSE(component);
  CHECK(component.error().message.ends_with("did you mean " + meant));
}

TEST_CASE("hostile JSON is an error") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "null", "[]", "3", "{", "{\"requires\": 1e999}", "\xff");
  CAPTURE(text);
  CHECK_FALSE(read_component(text, "component.json"));
}

TEST_CASE("types and kinds are written as they are read") {
  for (const char* name : {"infrastructure", "application", "utility"})
    CHECK(to_string(parse_component_type(name).value()) == name);
  CHECK(to_string(FileKind::kSource) == "source");
  CHECK(to_string(FileKind::kDocs) == "docs");
}
