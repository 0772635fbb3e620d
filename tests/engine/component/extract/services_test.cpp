#include "engine/component/extract/services.h"

#include <catch2/catch.hpp>

#include "tests/engine/component/extract/extracted_project.h"

using namespace mlx;

namespace {

using Files = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

/// `name image ports evidence`.
Names services(const ExtractedProject& project, const std::string& component) {
  Names list;
  for (const RequiredService& service : project.component(component).requirements.services) {
    std::string text = service.name + " " + service.image + " ";
    for (const std::string& port : service.ports) text += port + " ";
    list.push_back(text + service.evidence);
  }
  return list;
}

constexpr const char* kCompose =
    "services:\n  cache:\n    image: redis:7\n    ports: [\"127.0.0.1:6380:6379\"]\n"
    "  db:\n    image: postgres:16\n    expose:\n      - 5432\n"
    "  app:\n    build: .\n    environment:\n      - DATABASE_URL=postgresql://user:hunter2@db:5432/shop\n"
    "      - CACHE=redis://cache:6379\n";

}  // namespace

TEST_CASE("a service that compose starts is required where its address is") {
  const ExtractedProject project(Files{{"compose.yaml", kCompose},
                                       {"src/api/app.py", "URL = \"redis://cache:6379/0\"\n"},
                                       {"src/jobs/run.py", "x = 1\n"}});
  CHECK(services(project, "api") == Names{"cache redis:7 6379 src/api/app.py:1"});
  CHECK(services(project, "jobs").empty());
}

TEST_CASE("a service is required by what reads the variable that compose hands its address in") {
  const ExtractedProject project(Files{{"docker-compose.yml", kCompose},
                                       {"src/api/app.py", "import os\nos.environ[\"DATABASE_URL\"]\n"}});
  REQUIRE(services(project, "api").size() == 1);
  CHECK(services(project, "api")[0].starts_with("db postgres:16 5432 "));
}

TEST_CASE("what no compose file starts is named after its scheme, and web addresses name nothing") {
  const ExtractedProject project(
      Files{{"src/api/app.py",
             "A = \"amqp://guest:guest@localhost:5672/\"\nB = \"https://example.org/docs\"\n"
             "C = \"http://localhost:8000\"\n"}});
  CHECK(services(project, "api") == Names{"amqp  5672 src/api/app.py:1"});
}

TEST_CASE("users and passwords of addresses are nowhere in what is extracted") {
  const ExtractedProject project(
      Files{{"compose.yaml", kCompose},
            {"src/api/app.py",
             "import os\nA = \"postgresql://admin:hunter2@db/shop\"\nos.environ[\"DATABASE_URL\"]\n"}});
  Component component = project.component("api");
  CHECK(services(project, "api").size() == 1);
  CHECK(write_component(component).find("hunter2") == std::string::npos);
  CHECK(write_component(component).find("admin") == std::string::npos);
  for (const ExtractedFact& fact : project.extracted("api").facts)
    CHECK(fact.value.find("hunter2") == std::string::npos);
}

TEST_CASE("compose files that are no YAML, or something else, are passed over") {
  for (const char* text :
       {"services: [", "- a\n- b\n", "services:\n  db: 1\n", "\xff\xfe", "services:\n  ? [a]\n  : b\n"}) {
    const ExtractedProject project(
        Files{{"compose.yaml", text}, {"src/api/app.py", "A = \"redis://db:1\"\n"}});
    CHECK(services(project, "api") == Names{"redis  1 src/api/app.py:1"});
  }
}
