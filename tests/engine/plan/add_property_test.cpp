// What holds for every plan, over several projects and several ways to ask.
#include <catch2/catch.hpp>

#include "engine/plan/add.h"
#include "engine/plan/status.h"
#include "tests/engine/plan/planned_project.h"

using namespace mlx;
using namespace mlx::test;

namespace {

std::vector<TestComponent> catalogue() {
  return {
      {.name = "config",
       .files = {{.target = "src/config/__init__.py", .text = "from src.config.load import load\n"},
                 {.target = "src/config/load.py", .text = "def load():\n    return {}\n"},
                 {.target = "conf/config.yaml",
                  .text = "_target_: src.config.load.load\n",
                  .kind = "config"}},
       .modules = {"src.config", "src.config.load"},
       .python = ">=3.11",
       .distributions = {"hydra-core>=1.3", "pyyaml>=6"},
       .groups = {{"dev", {"pytest>=8"}}},
       .environment = {{.name = "APP_ENV", .default_value = "development", .description = "Which file."}}},
      {.name = "api",
       .files = {{.target = "src/api.py", .text = "import src.config as config\nX = \"src.config.load\"\n"},
                 {.target = "run.sh", .text = "#!/bin/sh\n", .kind = "infrastructure", .is_executable = true},
                 {.target = "tests/test_api.py", .text = "from src.api import config\n", .kind = "test"}},
       .modules = {"src.api"},
       .distributions = {"fastapi>=0.115,<1", "pyyaml>=6"},
       .groups = {{"dev", {"httpx", "pytest>=8"}}},
       .components = {{"config", "^1"}},
       .environment = {{.name = "APP_ENV", .default_value = "other", .description = ""},
                       {.name = "TOKEN", .is_required = true, .is_secret = true, .description = ""}}},
      {.name = "alone"}};
}

std::vector<Files> projects() {
  const std::string project = "[project]\nname = \"shop\"\nrequires-python = \">=3.11\"\ndependencies = []\n";
  return {
      {{"pyproject.toml", project}},
      {{"pyproject.toml", project}, {"shop/__init__.py", ""}, {"tests/test_x.py", ""}},
      {{"pyproject.toml", project + "[build-system]\nrequires = []\nbuild-backend = \"hatchling.build\"\n"},
       {"src/shop/__init__.py", "# shop\n"}},
      {{"pyproject.toml", project}, {"src/__init__.py", ""}, {"src/main.py", "import src\n"}},
      {{"pyproject.toml", project + "[build-system]\nrequires = []\nbuild-backend = "
                                    "\"uv_build\"\n[tool.uv.build-backend]\nmodule-name = \"app\"\n"}},
      {{"pyproject.toml",
        "[tool.poetry]\nname = \"shop\"\n[tool.poetry.dependencies]\npython = \"^3.11\"\npyyaml = \"^6\"\n"},
       {"shop/__init__.py", ""}},
      {{"pyproject.toml", "[project]\r\nname = 'shop'\r\ndependencies = [ 'fastapi' ]"},
       {".env.example", "APP_ENV=x\r\nB=1"}},
      {{"requirements.txt", "pyyaml\n# end"}, {"shop/__init__.py", ""}},
      {{"requirements.in", ""}, {"requirements.txt", "# compiled\n"}, {"pytest.ini", "[pytest]\n"}},
      {{"pyproject.toml", "[tool.ruff]\nline-length = 100\n"},
       {"requirements.txt", ""},
       {"src/x/__init__.py", ""}},
      {{"mlx.toml", "source-root = \"backend/app\"\nimport-root = \"app\"\n"}, {"pyproject.toml", project}},
      {{"pyproject.toml", project},
       {"src/config/load.py", "def load():\n    return {}\n"},
       {"src/__init__.py", ""}},
      {{"pyproject.toml", project},
       {"mlx.lock", "{\"version\": 1, \"components\": {}}\n"},
       {".env.example", ""}},
  };
}

using Request = std::vector<std::vector<std::string>>;  ///< asked for one after the other

}  // namespace

TEST_CASE("a plan can be applied, after which nothing is left to do and everything is as locked") {
  const TestRegistry registry(catalogue());
  const Request requests =
      GENERATE(Request{{"api"}}, Request{{"api", "alone"}}, Request{{"config"}, {"api"}},
               Request{{"alone"}, {"config", "api"}}, Request{{"api", "config"}, {"alone"}});
  for (const Files& start : projects()) {
    CAPTURE(start);
    Files project = start;
    for (const auto& names : requests) {
      const ChangePlan plan = plan_for(project, registry, {.components = names});
      CHECK_FALSE(plan.is_blocked());
      project = applied(project, plan);
      CHECK(plan_for(project, registry, {.components = names}).is_empty());
      CHECK(plan_for(project, registry, {.components = names, .overwrite = true}).is_empty());
    }
    const MemorySnapshot snapshot(project);
    const ProjectStatus status = project_status(snapshot, registry.get()).value();
    CHECK(status.components.size() >= 2);
    for (const ComponentStatus& component : status.components) {
      CAPTURE(component.name);
      CHECK(component.changed_files.empty());
      CHECK(component.missing_files.empty());
      CHECK(component.missing_requirements.empty());
    }
    const auto lock = read_project_lock(snapshot);
    REQUIRE(lock);
    CHECK(write_lock(*lock) == project.at("mlx.lock"));
  }
}

TEST_CASE("the same request gives the same plan, to the byte") {
  const TestRegistry registry(catalogue());
  for (const Files& project : projects()) {
    CHECK(plan_for(project, registry, {.components = {"api"}}).files ==
          plan_for(project, registry, {.components = {"api"}}).files);
  }
}

TEST_CASE("together or one after the other comes to the same files") {
  const TestRegistry registry(catalogue());
  for (const Files& start : projects()) {
    CAPTURE(start);
    const Files together = applied(start, plan_for(start, registry, {.components = {"config", "api"}}));
    const Files first = applied(start, plan_for(start, registry, {.components = {"config"}}));
    CHECK(applied(first, plan_for(first, registry, {.components = {"api"}})) == together);
  }
}

TEST_CASE("what the user has survives: a plan without force changes only its own kinds of file") {
  const TestRegistry registry(catalogue());
  for (const Files& project : projects()) {
    CAPTURE(project);
    for (const FileChange& change : plan_for(project, registry, {.components = {"api"}}).files) {
      if (!change.before) continue;
      const std::string& path = change.path.str();
      CHECK((path == "pyproject.toml" || path.starts_with("requirements.") || path == ".env.example" ||
             path == "mlx.lock"));
    }
  }
}
