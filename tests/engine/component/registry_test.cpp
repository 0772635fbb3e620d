#include "engine/component/registry.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "engine/base/digest.h"
#include "tests/support/registry_builder.h"

using namespace mlx;
using mlx::test::TestRegistry;
using nlohmann::json;

namespace {

using Files = std::map<std::string, std::string>;

json item(const std::string& name) {
  return {{"name", name},
          {"title", "T"},
          {"description", "D"},
          {"meta",
           {{"mlx",
             {{"version", "1.0.0"},
              {"type", "utility"},
              {"component", name + "/component.json"},
              {"sha256", std::string(64, '0')}}}}}};
}

/// The error of opening a registry with this index.
Error error_of(const std::string& index) {
  const MemorySnapshot snapshot(Files{{"registry.json", index}});
  const auto registry = Registry::open(snapshot, "acme");
  REQUIRE_FALSE(registry);
  return registry.error();
}

Error error_of_items(const json& items) { return error_of(json{{"items", items}}.dump()); }

std::string text_of(const MemorySnapshot& snapshot, std::string_view path) {
  return snapshot.read(RepoPath::parse(path).value()).value();
}

}  // namespace

TEST_CASE("a registry lists what its index has, by name") {
  const TestRegistry registry{{.name = "b", .version = "2.0.0"}, {.name = "a"}};
  REQUIRE(registry.get().items().size() == 2);
  CHECK(registry.get().name() == "test");
  CHECK(registry.get().items()[0].name == "a");
  CHECK(registry.get().items()[1].name == "b");
  CHECK(to_string(registry.get().items()[1].version) == "2.0.0");
  CHECK(registry.get().items()[1].component.str() == "b/component.json");
  const Component component = registry.get().component("a").value();
  CHECK(component.title == "The a");
  CHECK(registry.get().template_text(component, component.files.front()) == "NAME = \"a\"\n");
}

TEST_CASE("a directory without an index is no registry") {
  const MemorySnapshot snapshot(Files{{"readme.md", ""}});
  const auto registry = Registry::open(snapshot, "acme");
  REQUIRE_FALSE(registry);
  CHECK(registry.error().code == ErrorCode::kNotFound);
  CHECK(registry.error().message.find("acme") != std::string::npos);
}

TEST_CASE("an index that is not JSON is reported with line and column") {
  const Error error = error_of("{\n  \"items\": [,]\n}");
  CHECK(error.code == ErrorCode::kInvalidInput);
  CHECK(error.location == Location{.file = "registry.json", .line = 2, .column = 13, .field = ""});
}

TEST_CASE("what an index lacks is named by its path") {
  CHECK(error_of("{}").location.field == "items");
  CHECK(error_of("{\"items\": {}}").location.field == "items");
  CHECK(error_of("{\"items\": [7]}").location.field == "items[0]");
  const auto [pointer, field] = GENERATE(
      values<std::pair<std::string, std::string>>({{"/name", "items[1].name"},
                                                   {"/title", "items[1].title"},
                                                   {"/description", "items[1].description"},
                                                   {"/meta", "items[1].meta"},
                                                   {"/meta/mlx", "items[1].meta.mlx"},
                                                   {"/meta/mlx/version", "items[1].meta.mlx.version"},
                                                   {"/meta/mlx/type", "items[1].meta.mlx.type"},
                                                   {"/meta/mlx/component", "items[1].meta.mlx.component"},
                                                   {"/meta/mlx/sha256", "items[1].meta.mlx.sha256"}}));
  json broken = item("b");
  const json::json_pointer place(pointer);
  broken[place.parent_pointer()].erase(place.back());
  CHECK(error_of_items({item("a"), broken}).location.field == field);
}

TEST_CASE("a wrong value in an index is named by its path") {
  const auto [pointer, value, field] = GENERATE(table<std::string, json, std::string>(
      {{"/name", "../up", "items[0].name"},
       {"/meta/mlx/version", "1", "items[0].meta.mlx.version"},
       {"/meta/mlx/type", "tool", "items[0].meta.mlx.type"},
       {"/meta/mlx/component", "../component.json", "items[0].meta.mlx.component"},
       {"/meta/mlx/component", "/etc/passwd", "items[0].meta.mlx.component"},
       {"/categories", "api", "items[0].categories"}}));
  json wrong = item("a");
  wrong[json::json_pointer(pointer)] = value;
  CHECK(error_of_items(json::array({wrong})).location.field == field);
}

TEST_CASE("a component that is listed twice is an error") {
  const Error error = error_of_items({item("a"), item("b"), item("a")});
  CHECK(error.location.field == "items");
  CHECK(error.message.find("`a`") != std::string::npos);
}

TEST_CASE("an unknown component is answered with the one that was meant") {
  const TestRegistry registry{{.name = "api-serving"}};
  const auto component = registry.get().component("api-servng");
  REQUIRE_FALSE(component);
  CHECK(component.error().code == ErrorCode::kNotFound);
  CHECK(component.error().message.ends_with("did you mean `api-serving`?"));
  CHECK(registry.get().item("zzz").error().message.find("did you mean") == std::string::npos);
}

TEST_CASE("a component.json that was changed is not read") {
  TestRegistry registry{{.name = "a"}};
  registry.files().put("a/component.json", {.bytes = text_of(registry.files(), "a/component.json") + " "});
  const auto component = registry.get().component("a");
  REQUIRE_FALSE(component);
  CHECK(component.error().location.file == "a/component.json");
}

TEST_CASE("a component.json that is not there is an error that names it") {
  const MemorySnapshot snapshot(Files{{"registry.json", json{{"items", {item("a")}}}.dump()}});
  const Registry registry = Registry::open(snapshot, "acme").value();
  const auto component = registry.component("a");
  REQUIRE_FALSE(component);
  CHECK(component.error().code == ErrorCode::kNotFound);
  CHECK(component.error().location.file == "a/component.json");
}

TEST_CASE("a template that was changed, or is a link, is not injected") {
  TestRegistry registry{{.name = "a"}};
  const Component component = registry.get().component("a").value();
  const ComponentFile& file = component.files.front();
  registry.files().put("a/templates/src/a.py", {.bytes = "import os\n"});
  const auto changed = registry.get().template_text(component, file);
  REQUIRE_FALSE(changed);
  CHECK(changed.error().location.file == "a/templates/src/a.py");
  registry.files().put("a/templates/src/a.py", {.bytes = "/etc/passwd", .kind = EntryKind::kSymlink});
  CHECK(registry.get().template_text(component, file).error().code == ErrorCode::kRefused);
}

TEST_CASE("index and component must agree on name and version") {
  const auto [name, version] =
      GENERATE(values<std::pair<std::string, std::string>>({{"other", "1.0.0"}, {"a", "1.0.1"}}));
  TestRegistry source{{.name = name, .version = version}};
  const std::string text = text_of(source.files(), name + "/component.json");
  json entry = item("a");
  entry["meta"]["mlx"]["sha256"] = sha256_hex(text);
  const MemorySnapshot snapshot(
      {{"registry.json", json{{"items", {entry}}}.dump()}, {"a/component.json", text}});
  const Registry registry = Registry::open(snapshot, "acme").value();
  const auto component = registry.component("a");
  REQUIRE_FALSE(component);
  CHECK(component.error().code == ErrorCode::kInvalidInput);
  CHECK(component.error().location.file == "a/component.json");
}

TEST_CASE("a component at the top of its registry finds its templates") {
  TestRegistry source{{.name = "a"}};
  const std::string text = text_of(source.files(), "a/component.json");
  json entry = item("a");
  entry["meta"]["mlx"]["sha256"] = sha256_hex(text);
  entry["meta"]["mlx"]["component"] = "component.json";
  const MemorySnapshot snapshot(Files{{"registry.json", json{{"items", {entry}}}.dump()},
                                      {"component.json", text},
                                      {"templates/src/a.py", "NAME = \"a\"\n"}});
  const Registry registry = Registry::open(snapshot, "acme").value();
  const Component component = registry.component("a").value();
  CHECK(registry.template_text(component, component.files.front()) == "NAME = \"a\"\n");
}

TEST_CASE("a registry has releases of all the versions that were published") {
  TestRegistry registry{
      {.name = "web", .version = "1.0.0", .files = {{.target = "src/web.py", .text = "V = 1\n"}}},
      {.name = "web", .version = "1.1.0", .files = {{.target = "src/web.py", .text = "V = 2\n"}}}};
  const auto text_in = [&](const char* version) {
    const auto release = registry.get().release("web", Version::parse(version).value());
    REQUIRE(release);
    CHECK(to_string(release->component.version) == version);
    CHECK(release->sha256.size() == 64);
    return release->templates.at("templates/src/web.py");
  };
  CHECK(registry.get().item("web")->versions == std::vector<Version>{{.major = 1}, {.major = 1, .minor = 1}});
  CHECK(text_in("1.0.0") == "V = 1\n");
  CHECK(text_in("1.1.0") == "V = 2\n");
  SECTION("one that it does not have is an error") {
    CHECK(registry.get().release("web", {.major = 3}).error().code == ErrorCode::kNotFound);
    CHECK(registry.get().release("wob", {.major = 1}).error().code == ErrorCode::kNotFound);
  }
  SECTION("one that was damaged is refused") {
    std::string item = text_of(registry.files(), "r/web@1.0.0.json");
    item.replace(item.find("V = 1"), 5, "V = 9");
    registry.files().put("r/web@1.0.0.json", {.bytes = item});
    CHECK(registry.get().release("web", {.major = 1}).error().code == ErrorCode::kInvalidInput);
  }
  SECTION("one that is another is refused") {
    registry.files().put("r/web@1.0.0.json", {.bytes = text_of(registry.files(), "r/web@1.1.0.json")});
    CHECK(registry.get().release("web", {.major = 1}).error().message.contains("web 1.1.0"));
  }
}

TEST_CASE("an index that names no versions has the newest") {
  const TestRegistry registry{{.name = "web"}};
  json index = json::parse(text_of(registry.files(), "registry.json"));
  index["items"][0]["meta"]["mlx"].erase("versions");
  MemorySnapshot old(Files{{"registry.json", index.dump()}});
  CHECK(Registry::open(old, "acme").value().item("web")->versions == std::vector<Version>{{.major = 1}});
  index["items"][0]["meta"]["mlx"]["versions"] = {"1.0.0", "new"};
  CHECK(error_of(index.dump()).location.field == "items[0].meta.mlx.versions[1]");
}
