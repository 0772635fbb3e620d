#include "engine/manifest/pyproject.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/manifest/poetry_constraint.h"

using mlx::DependencyPlace;
using mlx::DependencyStyle;

namespace {

mlx::PyProject read(std::string_view text) {
  auto project = mlx::read_pyproject(text, "pyproject.toml");
  if (!project) FAIL(to_string(project.error()));
  return *std::move(project);
}

std::string error_of(std::string_view text) {
  const auto project = mlx::read_pyproject(text, "pyproject.toml");
  return project ? "" : to_string(project.error());
}

/// `group:requirement@line` of every dependency.
std::vector<std::string> summary(const mlx::PyProject& project) {
  std::vector<std::string> lines;
  lines.reserve(project.dependencies.size());
  for (const auto& declared : project.dependencies) {
    lines.push_back(declared.group + ":" + render(declared.requirement) + "@" +
                    std::to_string(declared.evidence.line));
  }
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("a PEP 621 project is read") {
  const auto project = read(R"([project]
name = "My.Project"
requires-python = ">=3.11"
dependencies = [
  "fastapi>=0.115,<1",  # web
  'uvicorn[standard] ; python_version < "3.13"',
]
[project.optional-dependencies]
docs = ["sphinx"]
[dependency-groups]
dev = ["ruff", {include-group = "Test"}]
test = ["pytest>=8"]
[tool.uv]
dev-dependencies = ["mypy"]
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
)");
  CHECK(project.name == "My.Project");
  CHECK(project.requires_python == ">=3.11");
  CHECK(project.style == DependencyStyle::kProject);
  CHECK(project.has_build_system);
  CHECK(project.build_backend == "hatchling.build");
  CHECK(project.installs_package);
  CHECK(summary(project) == Lines{":fastapi>=0.115,<1@5", ":uvicorn[standard]; python_version < '3.13'@6",
                                  "docs:sphinx@9", "dev:ruff@11", "dev:pytest>=8@12", "test:pytest>=8@12",
                                  "dev:mypy@14"});
  CHECK(project.dependencies[2].place == DependencyPlace::kOptionalDependencies);
  CHECK(project.dependencies[4].place == DependencyPlace::kDependencyGroups);
  CHECK(project.dependencies[6].place == DependencyPlace::kUvDevDependencies);
}

TEST_CASE("a Poetry project is read") {
  const auto project = read(R"([tool.poetry]
name = "p"
packages = [{include = "p", from = "lib"}, {include = "q.py"}, {include = "r/**/*.py"}]
[tool.poetry.dependencies]
python = "^3.11"
fastapi = "^0.115"
uvicorn = {version = ">=0.30 <1", extras = ["standard"], markers = "sys_platform != 'win32'"}
lib = {git = "https://h/o/lib.git", tag = "v1"}
either = "^1 || ^2"
numpy = [{version = "~1.26", python = "<3.12"}, {version = "^2", python = ">=3.12"}]
[tool.poetry.dependencies.wide]
version = "*"
[tool.poetry.dev-dependencies]
black = "24.*"
[tool.poetry.group.test.dependencies]
pytest = "8.1"
)");
  CHECK(project.style == DependencyStyle::kPoetry);
  CHECK(project.requires_python == ">=3.11,<4");
  CHECK_FALSE(project.has_build_system);
  CHECK(project.installs_package);
  REQUIRE(project.packages.size() == 2);
  CHECK(project.packages[0].path == "lib/p");
  CHECK(project.packages[0].evidence.line == 3);
  CHECK(project.packages[1].path == "r");
  CHECK(summary(project) ==
        Lines{":fastapi>=0.115,<0.116@6", ":uvicorn[standard]>=0.30,<1; sys_platform != 'win32'@7",
              ":lib @ git+https://h/o/lib.git@v1@8", ":either@9", ":numpy>=1.26,<1.27@10", ":numpy>=2,<3@10",
              ":wide@11", "dev:black==24.*@14", "test:pytest==8.1@16"});
  CHECK(project.dependencies[3].requirement.text == "^1 || ^2");
}

TEST_CASE("who provides the dependencies is seen") {
  CHECK(read("").style == DependencyStyle::kNone);
  CHECK(read("[tool.ruff]\nline-length = 100\n").style == DependencyStyle::kNone);
  CHECK(read("[tool.poetry]\nrequires-poetry = '>=2'\n").style == DependencyStyle::kNone);
  CHECK(read("[tool.poetry]\npackage-mode = false\n").style == DependencyStyle::kPoetry);
  CHECK(read("[project]\nname = 'x'\n[tool.poetry.dependencies]\na = '*'\n").style ==
        DependencyStyle::kProject);
  CHECK(read("[project]\nname = 'x'\ndynamic = ['dependencies']\n[tool.poetry.dependencies]\na = '*'\n")
            .style == DependencyStyle::kPoetry);
}

TEST_CASE("whether the project's own package gets installed is seen") {
  const std::string build = "[build-system]\nrequires = []\nbuild-backend = 'x'\n";
  CHECK_FALSE(read("[project]\nname = 'x'\n").installs_package);
  CHECK(read("[project]\nname = 'x'\n[tool.uv]\npackage = true\n").installs_package);
  CHECK(read("[project]\nname = 'x'\n" + build).installs_package);
  CHECK_FALSE(read("[project]\nname = 'x'\n[tool.uv]\npackage = false\n" + build).installs_package);
  CHECK_FALSE(read("[tool.poetry]\nname = 'x'\npackage-mode = false\n" + build).installs_package);
}

TEST_CASE("declared packages are read from every backend") {
  const auto paths = [](std::string_view text) {
    Lines found;
    for (const auto& package : read(text).packages) found.push_back(package.path + "=" + package.import_root);
    return found;
  };
  CHECK(paths("[tool.uv.build-backend]\nmodule-name = 'a.b'\nmodule-root = ''\n") == Lines{"a=a"});
  CHECK(paths("[tool.uv.build-backend]\nmodule-name = ['a', 'b']\n") == Lines{"src/a=a", "src/b=b"});
  CHECK(paths("[tool.hatch.build.targets.wheel]\npackages = ['src/a', 'b', './src/c/']\n") ==
        Lines{"src/a=a", "b=b", "src/c=c"});
  CHECK(paths("[tool.setuptools]\npackages = ['a', 'a.b']\npackage-dir = {'' = 'src'}\n") ==
        Lines{"src/a=a"});
  CHECK(paths("[tool.setuptools.packages.find]\nwhere = ['src']\n").empty());
}

TEST_CASE("wrong types and requirements are named with their place") {
  CHECK(error_of("[project]\ndependencies = \"x\"\n") ==
        "pyproject.toml:2:16: project.dependencies: expected an array, found a string");
  CHECK(error_of("project = 1\n") == "pyproject.toml:1:11: project: expected a table, found an integer");
  CHECK(error_of("[project]\ndependencies = [\"ok\", 1]\n")
            .starts_with("pyproject.toml:2:23: project.dependencies[1]:"));
  CHECK(error_of("[project]\ndependencies = [\"a ==\"]\n")
            .starts_with("pyproject.toml:2:17: project.dependencies[0]:"));
  CHECK(error_of("[[project]]\n").starts_with("pyproject.toml:1:1: project:"));
  CHECK(error_of("[dependency-groups]\na = [{include-group = 'a'}]\n").starts_with("pyproject.toml:2:23: "));
  CHECK(error_of("[dependency-groups]\na = [{include-group = 'b'}]\nb = [{include-group = 'a'}]\n")
            .starts_with("pyproject.toml:3:23: "));
  CHECK(error_of("[dependency-groups]\ntest = []\na = [{include-group = 'tets'}]\n")
            .ends_with("did you mean `test`?"));
  CHECK(error_of("[dependency-groups]\na = [{}]\n").starts_with("pyproject.toml:2:6: "));
  CHECK(error_of("[dependency-groups]\na_b = []\na-b = []\n").starts_with("pyproject.toml:3:7: "));
  CHECK(error_of("[tool.poetry.dependencies]\na = 1\n")
            .starts_with("pyproject.toml:2:5: tool.poetry.dependencies.a:"));
  CHECK(error_of("[project]\nname = \"x\"\n[project]\n").starts_with("pyproject.toml:3:1: not valid TOML"));
}

TEST_CASE("groups that multiply by inclusion are refused") {
  std::string text = "[dependency-groups]\n";
  for (int i = 0; i < 500; ++i) {
    text += "g" + std::to_string(i) + R"( = ["x", {include-group = "g)" + std::to_string(i + 1);
    text += "\"}]\n";
  }
  CHECK(error_of(text + "g500 = []\n").find("20000") != std::string::npos);
}

TEST_CASE("Poetry's constraints become PEP 440") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"^1.2.3", ">=1.2.3,<2"}, {"^0.2.3", ">=0.2.3,<0.3"}, {"^0.0.3", ">=0.0.3,<0.0.4"},
      {"^0.0", ">=0.0,<0.1"},   {"^0", ">=0,<1"},           {"~1.2.3", ">=1.2.3,<1.3"},
      {"~1.2", ">=1.2,<1.3"},   {"~1", ">=1,<2"},           {"*", ""},
      {"1.2.*", "==1.2.*"},     {"1.2", "==1.2"},           {"==1.2", "==1.2"},
      {"=1.2", "==1.2"},        {">=1 <2", ">=1,<2"},       {">= 1, < 2", ">=1,<2"},
      {"~=1.4", "~=1.4"},       {"^2.0b1", ">=2.0b1,<3"},   {">=1,<2,!=1.5", ">=1,<2,!=1.5"},
  };
  for (const auto& [constraint, specifier] : cases) {
    INFO(constraint);
    CHECK(mlx::specifier_of_poetry_constraint(constraint) == specifier);
  }
  for (const std::string_view constraint : {"^1 || ^2", "1|2", "", "^", "^x", ">=", "1 ; x", "a @ b"}) {
    INFO(constraint);
    CHECK_FALSE(mlx::specifier_of_poetry_constraint(constraint));
  }
}
