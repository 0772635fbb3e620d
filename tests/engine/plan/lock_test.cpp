#include "engine/plan/lock.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace mlx;
using nlohmann::json;

namespace {

const std::string kBlob = "ce013625030ba8dba906f756967f9e9ca394464a";

Lock sample() {
  const auto file = [](std::string_view bytes, std::string source) {
    return LockedFile{.base = BlobId::of(bytes), .source = std::move(source)};
  };
  return {.components = {{"web",
                          {.version = {.major = 1, .minor = 2, .prerelease = "rc.1"},
                           .registry = "builtin",
                           .revision = std::string(64, 'a'),
                           .import_root = "shop.ml",
                           .files = {{"src/b.py", file("b", "templates/src/b.py")},
                                     {"src/a \"x\"/ü.py", file("a", "")}},
                           .distributions = {"fastapi>=0.115,<1", "dev: pytest>=8"},
                           .environment = {"PORT"}}},
                         {"config",
                          {.version = {.major = 2},
                           .registry = "acme",
                           .revision = "",
                           .import_root = "src",
                           .files = {},
                           .distributions = {},
                           .environment = {}}}},
          .edits = {{"pyproject.toml", {{"[dependency-groups]", "\r\n"}, {"project.dependencies", "[]"}}}}};
}

json good_lock() {
  return {{"version", 1},
          {"components",
           {{"web",
             {{"version", "1.0.0"},
              {"registry", "builtin"},
              {"importRoot", "src"},
              {"files", {{"src/a.py", {{"base", kBlob}}}}}}}}}};
}

std::string field_of_error(const std::string& pointer, const json& value) {
  json document = good_lock();
  document[json::json_pointer(pointer)] = value;
  const auto lock = read_lock(document.dump());
  REQUIRE_FALSE(lock.has_value());
  CHECK(lock.error().location.file == "mlx.lock");
  return lock.error().location.field;
}

}  // namespace

TEST_CASE("a lock is read as it was written") {
  CHECK(read_lock(write_lock(sample())) == sample());
  CHECK(read_lock(write_lock({})) == Lock{});
}

TEST_CASE("records of edits are written only if there are any, and read only if they are texts") {
  Lock lock = sample();
  lock.edits = {{"pyproject.toml", {}}};
  CHECK(write_lock(lock).find("edits") == std::string::npos);
  CHECK(field_of_error("/edits", {{"a", {{"b", 1}}}}) == "edits.a.b");
  CHECK(field_of_error("/edits", {{"../a", json::object()}}) == "edits.../a");
}

TEST_CASE("a lock is sorted, with a line for each file, distribution and variable") {
  CHECK(write_lock({}) == "{\n  \"version\": 1,\n  \"components\": {}\n}\n");
  const std::string web = BlobId::of("b").hex();
  CHECK(write_lock(sample()) ==
        "{\n"
        "  \"version\": 1,\n"
        "  \"components\": {\n"
        "    \"config\": {\n"
        "      \"version\": \"2.0.0\",\n"
        "      \"registry\": \"acme\",\n"
        "      \"revision\": \"\",\n"
        "      \"importRoot\": \"src\",\n"
        "      \"files\": {},\n"
        "      \"distributions\": [],\n"
        "      \"environment\": []\n"
        "    },\n"
        "    \"web\": {\n"
        "      \"version\": \"1.2.0-rc.1\",\n"
        "      \"registry\": \"builtin\",\n"
        "      \"revision\": \"" +
            std::string(64, 'a') +
            "\",\n"
            "      \"importRoot\": \"shop.ml\",\n"
            "      \"files\": {\n"
            "        \"src/a \\\"x\\\"/ü.py\": {\"base\": \"" +
            BlobId::of("a").hex() +
            "\", \"source\": \"\"},\n"
            "        \"src/b.py\": {\"base\": \"" +
            web +
            "\", \"source\": \"templates/src/b.py\"}\n"
            "      },\n"
            "      \"distributions\": [\n"
            "        \"fastapi>=0.115,<1\",\n"
            "        \"dev: pytest>=8\"\n"
            "      ],\n"
            "      \"environment\": [\n"
            "        \"PORT\"\n"
            "      ]\n"
            "    }\n"
            "  },\n"
            "  \"edits\": {\n"
            "    \"pyproject.toml\": {\n"
            "      \"[dependency-groups]\": \"\\r\\n\",\n"
            "      \"project.dependencies\": \"[]\"\n"
            "    }\n"
            "  }\n"
            "}\n");
}

TEST_CASE("what an older lock may lack is empty") {
  const Lock lock = read_lock(good_lock().dump()).value();
  const LockedComponent& web = lock.components.at("web");
  CHECK(web.revision.empty());
  CHECK(web.distributions.empty());
  CHECK(web.environment.empty());
  CHECK(web.files.at("src/a.py").source.empty());
  CHECK(read_lock("{\"version\": 1}").value().components.empty());
}

TEST_CASE("a name that no component can have is told with its field") {
  const std::string name =
      GENERATE(as<std::string>{}, "", "../web", "Web", "web api", "@acme/web", "web\n", std::string(65, 'w'));
  json document = good_lock();
  document["components"][name] = document["components"]["web"];
  const auto lock = read_lock(document.dump());
  REQUIRE_FALSE(lock);
  CHECK(lock.error().code == ErrorCode::kInvalidInput);
  CHECK(lock.error().location.field == "components." + name);
}

TEST_CASE("a lock of a newer format says to update MLX") {
  const json newer = GENERATE(as<json>{}, 2, 9223372036854775807);
  const auto lock = read_lock(json{{"version", newer}, {"components", json::object()}}.dump());
  REQUIRE_FALSE(lock);
  CHECK(lock.error().code == ErrorCode::kInvalidInput);
  CHECK(lock.error().location.field == "version");
  CHECK(lock.error().message.find("update MLX") != std::string::npos);
}

TEST_CASE("a format that never was is refused") {
  const json format = GENERATE(as<json>{}, 0, -1, 18446744073709551615U, 1.5, "1", nullptr);
  CHECK(field_of_error("/version", format) == "version");
}

TEST_CASE("what is wrong in a lock is named by its path") {
  const auto [pointer, value, field] = GENERATE(table<std::string, json, std::string>(
      {{"/components", json::array(), "components"},
       {"/components/web", 1, "components.web"},
       {"/components/web/version", "1", "components.web.version"},
       {"/components/web/registry", 1, "components.web.registry"},
       {"/components/web/revision", 1, "components.web.revision"},
       {"/components/web/importRoot", nullptr, "components.web.importRoot"},
       {"/components/web/files", json::array(), "components.web.files"},
       {"/components/web/files/src~1a.py", 1, "components.web.files.src/a.py"},
       {"/components/web/files/src~1a.py/base", "abc", "components.web.files.src/a.py.base"},
       {"/components/web/files/src~1a.py/base", std::string(40, 'G'), "components.web.files.src/a.py.base"},
       {"/components/web/files/src~1a.py/source", 1, "components.web.files.src/a.py.source"},
       {"/components/web/files/..~1a.py", {{"base", kBlob}}, "components.web.files.../a.py"},
       {"/components/web/files/~1etc~1passwd", {{"base", kBlob}}, "components.web.files./etc/passwd"},
       {"/components/web/files/.git~1config", {{"base", kBlob}}, "components.web.files..git/config"},
       {"/components/web/distributions", "x", "components.web.distributions"},
       {"/components/web/distributions", {1}, "components.web.distributions[0]"},
       {"/components/web/environment", {nullptr}, "components.web.environment[0]"}}));
  CHECK(field_of_error(pointer, value) == field);
}

TEST_CASE("a text that is no lock is an error") {
  const std::string text =
      GENERATE(as<std::string>{}, "", "null", "[]", "1", "{}", "<<<<<<< ours\n{}", "{\"version\": 1e999}",
               "{\"version\": 1, \"components\": {\"\xff\": {}}}", "{\"version\": 1,}");
  CAPTURE(text);
  const auto lock = read_lock(text);
  REQUIRE_FALSE(lock);
  CHECK(lock.error().code == ErrorCode::kInvalidInput);
  CHECK(lock.error().location.file == "mlx.lock");
}
