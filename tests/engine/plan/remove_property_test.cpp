// Adding and removing again leaves every byte as it was, over projects of many shapes.
#include <algorithm>

#include <catch2/catch.hpp>

#include "engine/plan/remove.h"
#include "tests/engine/plan/planned_project.h"

using namespace mlx;
using namespace mlx::test;

namespace {

using Names = std::vector<std::string>;

std::vector<TestComponent> catalogue() {
  return {
      {.name = "config",
       .files = {{.target = "src/config/__init__.py", .text = "from src.config.load import load\n"},
                 {.target = "src/config/load.py", .text = "def load():\n    return {}\n"},
                 {.target = "conf/config.yaml", .text = "a: 1\n", .kind = "config"}},
       .modules = {"src.config", "src.config.load"},
       .distributions = {"hydra-core>=1.3", "pyyaml>=6", "zstandard"},
       .groups = {{"dev", {"pytest>=8", "aiohttp"}}},
       .environment = {{.name = "APP_ENV", .default_value = "development", .description = "Which\nfile."},
                       {.name = "APP_NEW", .default_value = "x y", .description = "B=1"},
                       {.name = "APP_KEY", .is_required = true, .is_secret = true, .description = ""}}},
      {.name = "api",
       .files = {{.target = "src/api.py", .text = "API = 1\n"},
                 {.target = "tests/test_api.py", .text = "from src.api import API\n", .kind = "test"}},
       .modules = {"src.api"},
       .distributions = {"fastapi>=0.115,<1", "pyyaml>=6", "uvicorn[standard]; python_version < \"3.14\""},
       .groups = {{"dev", {"httpx", "pytest>=8"}}, {"docs", {"mkdocs>=1"}}},
       .environment = {{.name = "APP_ENV", .default_value = "other", .description = ""},
                       {.name = "TOKEN", .description = "Optional."}}},
      {.name = "plain"}};
}

std::vector<std::string> project_tables() {
  return {
      "dependencies = []\n",
      "dependencies = [ ]\n",
      "dependencies = [\n]\n",
      "dependencies = [\n    # none yet\n]\n",
      "dependencies = [ # none yet\n]\n",
      "",
      "dependencies = [\"numpy\"]\n",
      "dependencies = ['numpy' , ]  # one line\n",
      "dependencies = [ 'jax', 'numpy' ]\n",
      "dependencies = [\n  \"fastapi\", # mine\n  # about\n  \"numpy\"\n]\n",
      "dependencies = [\n    \"jax\",\n    \"numpy\",  # sums\n    # the end\n]\n",
      "dependencies = [\"numpy\",\n                \"jax\"]\n",
      "dependencies = [\n  \"jax\", \"numpy\",\n  \"pandas\"]\n",
      "dependencies = [\n\t\"jax\"\n\t, \"numpy\"\n]\n",
      "dependencies = [\"pyyaml>=5\"]\n",
  };
}

std::vector<std::string> rests() {
  return {
      "",
      "\n",
      "\n\n[tool.ruff]\nline-length = 100\n",
      "[dependency-groups]\n",
      "[dependency-groups] # ours\n\n[tool.x]\na = 1\n",
      "\n[dependency-groups]\ndev = []\n",
      ("\n[dependency-groups]\ndev = [\n    \"black\",\n    \"ruff\",\n]\nlint = [{ include-group = \"dev\" "
       "}]\n"),
      "\n[dependency-groups]\nDev = [\"pytest\"]\n[tool.x]\ny = 1",
      "\n[project.optional-dependencies]\ndev = [ \"black\" ]\ndocs = [\"mkdocs\",]\n",
      "\n[tool.uv]\ndev-dependencies = [\n]\n",
      "\n[tool]\nuv = { dev-dependencies = [], package = false }\n",
      "\n[tool.pytest.ini_options]\naddopts = \"-q\" # quiet\n",
      "\n[tool.pytest.ini_options]\npythonpath = []\n\n[tool.z]\n",
      "\n[tool.pytest.ini_options]\npythonpath = \"lib \"\n",
      "\n[tool.pytest.ini_options]\npythonpath = [\n  \"lib\"\n]\n",
      "\n[tool.pytest]\nminversion = \"9\"",
      "# the end",
      "\n[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n",
  };
}

std::vector<std::string> whole_files() {
  return {
      "project.name = \"a\"\nproject.dependencies = []\ndependency-groups = {dev = []}\n",
      "project = { name = \"a\" }\n",
      "project = { name = \"a\", dependencies = [ \"numpy\" ] }\ndependency-groups = { }",
      "tool = { pytest = { ini_options = { addopts = \"-q\" } } }\nproject.name = 'a'\n",
      "[tool.poetry]\nname = \"a\"\n\n[tool.poetry.dependencies]\npython = \"^3.11\"\n",
      "[tool.poetry]\nname = \"a\"\n",
      ("[tool.poetry]\nname = \"a\"\n[tool.poetry.dependencies]\npython = \"^3.8\" # old\n"
       "[tool.poetry.dev-dependencies]\nblack = \"*\""),
      ("[tool.poetry]\nname = \"a\"\n[tool.poetry.dependencies]\nfastapi = { version = \"^0.1\" }\n\n"
       "[tool.poetry.group.dev.dependencies]\nblack = \"^24\"\n\n[build-system]\nrequires = "
       "[\"poetry-core\"]\n"),
      ("[tool]\npoetry.name = \"a\"\npoetry.dependencies.python = \"^3.11\"\npoetry.group.dev.dependencies = "
       "{}\n"),
  };
}

std::vector<std::string> requirements_files() {
  return {"",
          "numpy\n",
          "numpy",
          "# end",
          "numpy # sums\n# end\n",
          "jax\nnumpy\nscipy\n",
          "scipy\njax",
          "# top\n\njax==1 \\\n  ; python_version > '3'\nzarr\n    # via us\n",
          "-r base.txt\nnumpy\n\n",
          "pyyaml\n--index-url https://example.org\n"};
}

std::vector<std::optional<std::string>> examples() {
  return {std::nullopt,       "", "\n", "A=1\n", "A=1", "A=1\n\n", "# Ours\nA=1\n\n\nB='x\ny'\n",
          "APP_ENV=mine\n# x"};
}

std::string with_crlf(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '\n' ? std::string("\r\n") : std::string(1, c);
  return result;
}

std::vector<Files> projects() {
  std::vector<std::string> pyprojects = whole_files();
  for (const std::string& table : project_tables()) {
    pyprojects.push_back("# top\n[project] # ours\nname = \"shop\"\n" + table + "version = \"1\"\n");
    std::string without_end = "[project]\nname = \"shop\"\n" + table;
    while (without_end.ends_with('\n')) without_end.pop_back();
    pyprojects.push_back(without_end);
  }
  for (const std::string& rest : rests()) {
    pyprojects.push_back("[project]\nname = \"shop\"\ndependencies = [\"numpy\"]\n" + rest);
    pyprojects.push_back("[project]\nname = \"shop\"\n" + rest);
  }
  std::vector<Files> found;
  for (const std::string& text : pyprojects) {
    found.push_back({{"pyproject.toml", text}});
    found.push_back({{"pyproject.toml", with_crlf(text)}, {"shop/__init__.py", ""}});
  }
  for (const std::string& text : requirements_files()) {
    found.push_back({{"requirements.txt", text}});
    found.push_back({{"requirements.txt", with_crlf(text)}, {"src/__init__.py", "# mine\n"}});
  }
  const std::string plain = "[project]\nname = \"shop\"\ndependencies = []\n";
  for (const auto& example : examples()) {
    if (!example) continue;
    found.push_back({{"pyproject.toml", plain}, {".env.example", *example}});
    found.push_back({{"pyproject.toml", plain}, {".env.example", with_crlf(*example)}});
  }
  return found;
}

Files with(const Files& project, const TestRegistry& registry, const std::string& name) {
  return applied(project, plan_for(project, registry, {.components = {name}}));
}

Files without(const Files& project, const TestRegistry& registry, const Names& names) {
  const ChangePlan plan = removal_for(project, registry, {.components = names});
  CHECK_FALSE(plan.is_blocked());
  return applied(project, plan);
}

}  // namespace

TEST_CASE("removing what was just added leaves every byte as it was") {
  const TestRegistry registry(catalogue());
  for (const Files& start : projects()) {
    CAPTURE(start);
    for (const char* name : {"config", "api", "plain"}) {
      const Files added = with(start, registry, name);
      CAPTURE(name, added);
      CHECK(without(added, registry, {name}) == start);
    }
  }
}

TEST_CASE("of two, either may go first") {
  const TestRegistry registry(catalogue());
  for (const Files& start : projects()) {
    CAPTURE(start);
    const Files first = with(start, registry, "config");
    const Files both = with(first, registry, "api");
    CAPTURE(both);
    CHECK(without(both, registry, {"api"}) == first);
    CHECK(without(without(both, registry, {"api"}), registry, {"config"}) == start);
    CHECK(without(without(both, registry, {"config"}), registry, {"api"}) == start);
    CHECK(without(both, registry, {"config", "api"}) == start);
  }
}

TEST_CASE("what the user wrote elsewhere in between stays") {
  const TestRegistry registry(catalogue());
  for (const Files& start : projects()) {
    CAPTURE(start);
    const auto edited = [](Files project) {
      const auto append = [&project](const std::string& path, const std::string& line) {
        const auto file = project.find(path);
        if (file == project.end()) return;
        const std::string eol = file->second.find("\r\n") == std::string::npos ? "\n" : "\r\n";
        if (!file->second.ends_with('\n') && !file->second.empty()) file->second += eol;
        file->second += line + eol;
      };
      append("pyproject.toml", "[mine]");
      append("pyproject.toml", "a = [1] # mine");
      append("requirements.txt", "zz-mine");
      project["src/mine.py"] = "MINE = 1\n";
      return project;
    };
    Files expected = edited(start);
    const Files changed = edited(with(with(start, registry, "config"), registry, "api"));
    CAPTURE(changed);
    Files left = without(without(changed, registry, {"config"}), registry, {"api"});
    // A directory that somebody else now has modules in stays a package.
    if (changed.contains("src/__init__.py")) expected["src/__init__.py"] = changed.at("src/__init__.py");
    CHECK(left == expected);
  }
}

TEST_CASE("what the user put into a list, a table or a block that was made stays") {
  const TestRegistry registry(catalogue());
  const Files start = {{"pyproject.toml", "[project]\nname = \"shop\"\n"}};
  Files project = with(with(start, registry, "config"), registry, "api");
  const auto replace = [&project](const std::string& path, const std::string& from, const std::string& to) {
    std::string& text = project.at(path);
    const std::size_t at = text.find(from);
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
  };
  replace("pyproject.toml", "    \"hydra-core>=1.3\",\n", "    \"hydra-core>=1.3\",\n    \"mine\",  # own\n");
  replace("pyproject.toml", "dev = [\n", "lint = [\"ruff\"]\ndev = [\n    # tests\n");
  replace(".env.example", "# (B=1)", "MINE=1\n# (B=1)");
  project = without(without(project, registry, {"config"}), registry, {"api"});
  CAPTURE(project.at("pyproject.toml"), project.at(".env.example"));
  CHECK(project == Files{{"pyproject.toml",
                          "[project]\nname = \"shop\"\ndependencies = [\n    \"mine\",  # own\n]\n\n"
                          "[dependency-groups]\nlint = [\"ruff\"]\ndev = [\n    # tests\n]\n"},
                         {".env.example", "MINE=1\n"}});
}

TEST_CASE("without a registry, files tell what is needed, and all is as it was in the end") {
  const TestRegistry registry(catalogue());
  for (const Files& start : projects()) {
    CAPTURE(start);
    const Files both = with(with(start, registry, "config"), registry, "api");
    Files project = both;
    for (const char* name : {"config", "api"}) {
      const auto plan = plan_remove({.components = {name}}, nullptr, MemorySnapshot(project));
      REQUIRE(plan);
      project = applied(project, *plan);
    }
    CHECK(project == start);
  }
}
