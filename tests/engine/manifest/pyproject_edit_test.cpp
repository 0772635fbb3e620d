#include "engine/manifest/pyproject_edit.h"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using mlx::DependencyAddition;

namespace {

DependencyAddition addition(std::string_view requirement, std::string group = "") {
  auto parsed = mlx::parse_requirement(requirement);
  if (!parsed) FAIL(to_string(parsed.error()));
  return {.requirement = *std::move(parsed), .group = std::move(group)};
}

mlx::DependencyEdit edit_of(const std::string& text, const std::vector<DependencyAddition>& additions) {
  auto edit = mlx::add_dependencies(text, "pyproject.toml", additions);
  if (!edit) FAIL(to_string(edit.error()));
  return *std::move(edit);
}

/// The text after the edit, which must change nothing when it is done again.
std::string added(const std::string& text, const std::vector<DependencyAddition>& additions) {
  const auto edit = edit_of(text, additions);
  const auto again = edit_of(edit.text, additions);
  CHECK(again.text == edit.text);
  CHECK(again.added.empty());
  CHECK(again.present.size() == additions.size());
  return edit.text;
}

std::string error_of(const std::string& text, const DependencyAddition& one) {
  const auto edit = mlx::add_dependencies(text, "pyproject.toml", {one});
  return edit ? "" : to_string(edit.error());
}

}  // namespace

TEST_CASE("a sorted list stays sorted, another gets longer at its end") {
  const std::string sorted =
      "[project]\ndependencies = [\n    \"Flask>=3\",\n    \"numpy\",\n    \"zstd\",\n]\n";
  CHECK(added(sorted, {addition("pydantic>=2,<3"), addition("aiohttp"), addition("zzz")}) ==
        "[project]\ndependencies = [\n    \"aiohttp\",\n    \"Flask>=3\",\n    \"numpy\",\n    "
        "\"pydantic>=2,<3\",\n"
        "    \"zstd\",\n    \"zzz\",\n]\n");
  const std::string unsorted = "[project]\ndependencies = [\n    \"numpy\",\n    \"flask>=3\",\n]\n";
  CHECK(added(unsorted, {addition("aiohttp")}) ==
        "[project]\ndependencies = [\n    \"numpy\",\n    \"flask>=3\",\n    \"aiohttp\",\n]\n");
}

TEST_CASE("quotes, extras and markers are written as the list has it") {
  CHECK(added("[project]\ndependencies = ['a', 'c']\n", {addition("b[x,y]>=1")}) ==
        "[project]\ndependencies = ['a', 'b[x,y]>=1', 'c']\n");
  CHECK(added("[project]\ndependencies = ['a']\n", {addition("b; python_version < \"3.11\"")}) ==
        "[project]\ndependencies = ['a', \"b; python_version < '3.11'\"]\n");
  CHECK(added("[project]\ndependencies = [\"a\"]\n", {addition("b @ https://h/b.whl")}) ==
        "[project]\ndependencies = [\"a\", \"b @ https://h/b.whl\"]\n");
}

TEST_CASE("a missing list is created in [project]") {
  CHECK(
      added("[project]\nname = \"x\"\n\n[tool.ruff]\nline-length = 100\n", {addition("b"), addition("a")}) ==
      "[project]\nname = \"x\"\ndependencies = [\n    \"a\",\n    \"b\",\n]\n\n[tool.ruff]\nline-length = "
      "100\n");
  CHECK(added("[project]\r\nname = \"x\"", {addition("a")}) ==
        "[project]\r\nname = \"x\"\r\ndependencies = [\r\n    \"a\",\r\n]");
  CHECK(added("[project]\nname = \"x\"\ndependencies = []\n", {addition("a")}) ==
        "[project]\nname = \"x\"\ndependencies = [\n    \"a\",\n]\n");
  CHECK(added("project = {name = \"x\"}\n", {addition("a"), addition("b")}) ==
        "project = {name = \"x\", dependencies = [\"a\", \"b\"]}\n");
  CHECK(added("project.name = \"x\"\n", {addition("a")}) ==
        "project.name = \"x\"\nproject.dependencies = [\n    \"a\",\n]\n");
}

TEST_CASE("groups go where the project has them") {
  const std::string project = "[project]\nname = \"x\"\n";
  const auto pytest = addition("pytest>=8", "dev");
  CHECK(added(project, {pytest}) == project + "\n[dependency-groups]\ndev = [\n    \"pytest>=8\",\n]\n");
  CHECK(added(project + "[dependency-groups]\ntest = []\n", {pytest}) ==
        project + "[dependency-groups]\ntest = []\ndev = [\n    \"pytest>=8\",\n]\n");
  CHECK(added(project + "[dependency-groups]\nDev = [{include-group = \"test\"}, \"mypy\"]\ntest = []\n",
              {pytest}) ==
        project +
            "[dependency-groups]\nDev = [{include-group = \"test\"}, \"mypy\", \"pytest>=8\"]\ntest = []\n");
  CHECK(added(project + "[project.optional-dependencies]\ndev = [\"mypy\"]\n", {pytest}) ==
        project + "[project.optional-dependencies]\ndev = [\"mypy\", \"pytest>=8\"]\n");
  CHECK(added(project + "[tool.uv]\ndev-dependencies = [\n  \"mypy\",\n]\n", {pytest}) ==
        project + "[tool.uv]\ndev-dependencies = [\n  \"mypy\",\n  \"pytest>=8\",\n]\n");
  CHECK(added(project + "[tool.poetry.group.dev.dependencies]\nmypy = \"*\"\n", {pytest}) ==
        project + "[tool.poetry.group.dev.dependencies]\nmypy = \"*\"\npytest = \">=8\"\n");
}

TEST_CASE("Poetry's tables get Poetry's notation") {
  const std::string project =
      "[tool.poetry]\nname = \"x\"\n\n[tool.poetry.dependencies]\npython = \"^3.11\"\n";
  CHECK(added(project, {addition("fastapi>=0.115,<1")}) == project + "fastapi = \">=0.115,<1\"\n");
  CHECK(added(project, {addition("fastapi")}) == project + "fastapi = \"*\"\n");
  CHECK(added(project, {addition("uvicorn[standard]>=0.30; sys_platform != 'win32'")}) ==
        project +
            "uvicorn = { version = \">=0.30\", extras = [\"standard\"], markers = \"sys_platform != "
            "'win32'\" }\n");
  CHECK(added(project, {addition("a @ git+https://h/o/a.git@v1"), addition("b @ git+ssh://git@h/o/b"),
                        addition("c @ https://h/c.whl")}) ==
        project +
            "a = { git = \"https://h/o/a.git\", rev = \"v1\" }\nb = { git = \"ssh://git@h/o/b\" }\n"
            "c = { url = \"https://h/c.whl\" }\n");
  CHECK(added(project, {addition("zope.interface>=6")}) == project + "\"zope.interface\" = \">=6\"\n");
  CHECK(added(project, {addition("pytest>=8", "dev")}) ==
        project + "\n[tool.poetry.group.dev.dependencies]\npytest = \">=8\"\n");
  CHECK(added(project + "[tool.poetry.dev-dependencies]\n", {addition("pytest>=8", "dev")}) ==
        project + "[tool.poetry.dev-dependencies]\npytest = \">=8\"\n");
  CHECK(added("[tool.poetry]\nname = \"x\"\n", {addition("a>=1")}) ==
        "[tool.poetry]\nname = \"x\"\n\n[tool.poetry.dependencies]\na = \">=1\"\n");
}

TEST_CASE("what is declared already stays and is reported") {
  const std::string text =
      "[project]\ndependencies = [\n  \"Py_Dantic[email]>=1.10\",\n]\n"
      "[project.optional-dependencies]\nweb = [\"httpx\"]\n[dependency-groups]\ndev = [\"pytest>=7\"]\n";
  const auto edit =
      edit_of(text, {addition("py-dantic>=2"), addition("py.dantic", "dev"), addition("pytest>=8", "dev")});
  CHECK(edit.text == text);
  CHECK(edit.added.empty());
  REQUIRE(edit.present.size() == 3);
  CHECK(edit.present[0].declared.front().requirement.specifier == ">=1.10");
  CHECK(edit.present[0].declared.front().evidence == mlx::Evidence{"pyproject.toml", 3});
  CHECK(edit.present[1].declared.front().group.empty());
  CHECK(edit.present[2].addition.requirement.text == "pytest>=8");
  CHECK(edit.present[2].declared.front().evidence.line == 8);

  // An extra or another group does not make a distribution a main dependency.
  const auto more = edit_of(text, {addition("httpx"), addition("pytest"), addition("pytest", "docs")});
  CHECK(more.added.size() == 2);
  CHECK(more.present.size() == 1);
}

TEST_CASE("a group that includes another has what that has") {
  const std::string text =
      "[project]\nname = \"x\"\n[dependency-groups]\ndev = [{include-group = \"t\"}]\nt = [\"pytest\"]\n";
  CHECK(edit_of(text, {addition("pytest", "dev")}).text == text);
}

TEST_CASE("one distribution asked for twice is added once") {
  const auto edit = edit_of("[project]\nname = \"x\"\n", {addition("a>=1"), addition("A>=2")});
  CHECK(edit.text == "[project]\nname = \"x\"\ndependencies = [\n    \"a>=1\",\n]\n");
  CHECK(edit.added.size() == 1);
  REQUIRE(edit.present.size() == 1);
  CHECK(edit.present.front().declared.front().evidence.line == 4);
}

TEST_CASE("files that nothing can be added to are refused with a remedy") {
  CHECK(error_of("[tool.ruff]\nline-length = 100\n", addition("a")).find("uv init --bare") !=
        std::string::npos);
  CHECK(error_of("", addition("a")).find("[project]") != std::string::npos);
  CHECK(edit_of("[tool.ruff]\n", {}).text == "[tool.ruff]\n");
  CHECK(error_of("[project]\nname = \"x\"\ndynamic = [\"version\", \"dependencies\"]\n", addition("a"))
            .starts_with("pyproject.toml:3:11: project.dynamic:"));
  CHECK(error_of("[project]\nname = \"x\"\ndynamic = [\"dependencies\"]\n[tool.setuptools.dynamic]\n"
                 "dependencies.file = \"requirements.txt\"\n",
                 addition("a"))
            .find("add them to requirements.txt") != std::string::npos);
  CHECK(error_of("[project]\ndependencies = \"x\"\n", addition("a")).starts_with("pyproject.toml:2:16:"));
  CHECK(error_of("[project\n", addition("a")).starts_with("pyproject.toml:1:"));
  CHECK(error_of("dependency-groups = 1\n[project]\nname = \"x\"\n", addition("a", "dev"))
            .starts_with("pyproject.toml:1:21:"));
}

TEST_CASE("a list that has no brackets is not added to") {
  const std::string text =
      "[project]\nname = \"x\"\n[[dependency-groups.dev]]\ninclude-group = \"t\"\n"
      "[dependency-groups]\nt = []\n";
  CHECK(error_of(text, addition("a", "dev")).starts_with("pyproject.toml:3:1: dependency-groups.dev:"));
}

TEST_CASE("dynamic dependencies do not stand in the way of groups") {
  const std::string text = "[project]\nname = \"x\"\ndynamic = [\"dependencies\"]\n";
  CHECK(added(text, {addition("pytest", "dev")}) ==
        text + "\n[dependency-groups]\ndev = [\n    \"pytest\",\n]\n");
}

TEST_CASE("a byte order mark survives") {
  CHECK(added("\xEF\xBB\xBF[project]\ndependencies = []\n", {addition("a")}) ==
        "\xEF\xBB\xBF[project]\ndependencies = [\n    \"a\",\n]\n");
}

TEST_CASE("a declaration is written in other words where it stands") {
  const auto change = [](const char* from, const char* to, std::string group = "") {
    return mlx::DependencyChange{.from = addition(from, group), .to = addition(to, group)};
  };
  const std::string text =
      "[project]\ndependencies = ['zlib', \"fastapi >= 0.110\", # web\n  \"redis==5\"]\n"
      "[dependency-groups]\ndev = [\"pytest>=8\"]\n";
  const auto done = mlx::replace_dependencies(
      text, "pyproject.toml",
      {change("fastapi>=0.110", "fastapi[all]>=0.115"), change("pytest>=8", "pytest>=8.2", "dev"),
       change("zlib", "zlib; python_version < '3.13'"), change("redis>=4", "redis>=6"),
       change("gone", "gone>=2")});
  REQUIRE(done);
  CHECK(done->text ==
        "[project]\ndependencies = [\"zlib; python_version < '3.13'\", \"fastapi[all]>=0.115\", # web\n  "
        "\"redis==5\"]\n"
        "[dependency-groups]\ndev = [\"pytest>=8.2\"]\n");
  CHECK(done->changed.size() == 3);
  REQUIRE(done->kept.size() == 1);
  CHECK(done->kept.front().declared.front().requirement.specifier == "==5");
  SECTION("in Poetry's notation too") {
    const auto poetry = mlx::replace_dependencies(
        "[tool.poetry.dependencies]\npython = \"^3.11\"\nfastapi = \">=0.110\" # web\n", "pyproject.toml",
        {change("fastapi>=0.110", "fastapi>=0.115,<1")});
    CHECK(poetry.value().text ==
          "[tool.poetry.dependencies]\npython = \"^3.11\"\nfastapi = \">=0.115,<1\" # web\n");
  }
}
