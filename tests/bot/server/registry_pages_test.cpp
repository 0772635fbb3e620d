#include "bot/registry_pages.h"

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"

using namespace mlx;
using namespace mlx::bot;

namespace {

const std::string kAddress = "http://127.0.0.1:8080";

MemorySnapshot catalogue() {
  return MemorySnapshot(
      {{"registry.json", R"({"items": [{"registryDependencies": ["base"]}, 7, {}]})"},
       {"r/top.json", R"({"z": 1, "registryDependencies": ["base", "https://x.example/y.json", 1]})"},
       {"r/broken.json", "{"},
       {"r/latin.json", "\"\xff\""},
       {"r/list.json", "[]"},
       {"top/component.json", "{}"}});
}

}  // namespace

TEST_CASE("requirements are named by address, and everything else stays as it is") {
  const Content page = registry_page(catalogue(), "/r/top.json", kAddress).value();
  CHECK(page.type == "application/json");
  CHECK(page.body ==
        "{\n  \"z\": 1,\n  \"registryDependencies\": [\n    \"http://127.0.0.1:8080/r/base.json\",\n"
        "    \"https://x.example/y.json\",\n    1\n  ]\n}\n");
  CHECK(registry_page(catalogue(), "/registry.json", kAddress)
            .value()
            .body.find("http://127.0.0.1:8080/r/base.json") != std::string::npos);
  CHECK(registry_page(catalogue(), "/r/list.json", kAddress).value().body == "[]\n");
}

TEST_CASE("nothing outside r/ is a page") {
  const std::string path =
      GENERATE("", "/", "/r/", "/r/absent.json", "/top/component.json", "/r/../registry.json", "r/top.json",
               "//r/top.json", "/r/top", "/r/./top.json");
  CAPTURE(path);
  CHECK(registry_page(catalogue(), path, kAddress).error().code == ErrorCode::kNotFound);
}

TEST_CASE("a file that is not JSON is an error that names it") {
  const std::string name = GENERATE("broken", "latin");
  const auto page = registry_page(catalogue(), "/r/" + name + ".json", kAddress);
  REQUIRE_FALSE(page);
  CHECK(page.error().code == ErrorCode::kInvalidInput);
  CHECK(page.error().location.file == "r/" + name + ".json");
}
