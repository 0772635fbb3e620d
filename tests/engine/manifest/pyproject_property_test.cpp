// What holds for every edit, shown on files such as people have.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/manifest/pyproject_edit.h"
#include "engine/manifest/pytest_configuration.h"

namespace {

const std::vector<std::string>& real_looking_files() {
  // Each file is one element, of several literals.
  // NOLINTBEGIN(bugprone-suspicious-missing-comma)
  static const std::vector<std::string> files = {
      // uv init
      "[project]\nname = \"a\"\nversion = \"0.1.0\"\nrequires-python = \">=3.12\"\ndependencies = []\n",
      // uv, with everything
      "[project]\nname = \"a\"\ndependencies = [\n    \"fastapi>=0.115,<1\",\n    \"uvicorn>=0.30\",\n]\n\n"
      "[dependency-groups]\ndev = [\n    \"pytest>=8\",\n    \"ruff>=0.6\",\n]\n\n[tool.uv]\npackage = "
      "false\n\n"
      "[tool.pytest.ini_options]\npythonpath = [\".\"]\n",
      // no trailing comma, comments, two spaces
      "# top\n[project] # the project\nname='a'\ndependencies = [\n  # web\n  \"fastapi\", # sync\n"
      "  \"uvicorn\"  # server\n  # the end\n]\n",
      // one line, single quotes, no last newline
      "[project]\nname = 'a'\ndependencies = ['fastapi>=0.1', 'uvicorn']",
      // CRLF and tabs
      "[project]\r\nname = \"a\"\r\ndependencies = "
      "[\r\n\t\"fastapi\",\r\n\t\"uvicorn\",\r\n]\r\n\r\n[tool.black]\r\n",
      // unsorted, closing bracket on the last element's line
      "[project]\nname = \"a\"\ndependencies = [\"uvicorn\",\n                \"fastapi\"]\n",
      // optional dependencies only
      "[project]\nname = \"a\"\n[project.optional-dependencies]\ndev = [\"black\"]\ndocs = [ \"sphinx\" ]\n",
      // Hatch with sub-tables and arrays of tables
      "[build-system]\nrequires = [\"hatchling\"]\nbuild-backend = \"hatchling.build\"\n\n[project]\nname = "
      "\"a\"\n"
      "authors = [\n  { name = \"A\", email = \"a@example.org\" },\n]\n\n[project.urls]\nHome = "
      "\"https://h\"\n\n"
      "[[tool.uv.index]]\nurl = \"https://h\"\n",
      // setuptools, old uv development dependencies
      "[project]\nname = \"a\"\ndependencies = [ \"numpy\" , ]\n[tool.uv]\ndev-dependencies = [\n]\n",
      // Poetry 1
      "[tool.poetry]\nname = \"a\"\nversion = \"0\"\n\n[tool.poetry.dependencies]\npython = \"^3.11\"\n"
      "fastapi = { version = \"^0.1\", extras = [\"all\"] }\n\n[tool.poetry.group.dev.dependencies]\nblack = "
      "\"^24\"\n\n"
      "[build-system]\nrequires = [\"poetry-core\"]\n",
      // Poetry before groups
      "[tool.poetry]\nname = \"a\"\n[tool.poetry.dependencies]\npython = "
      "\"^3.8\"\n[tool.poetry.dev-dependencies]\n"
      "black = \"*\"\n",
      // Poetry 2
      "[project]\nname = \"a\"\ndependencies = [\n    \"fastapi (>=0.115,<0.116)\"\n]\n\n[tool.poetry]\n"
      "packages = [{include = \"a\", from = \"src\"}]\n",
      // dotted keys and braces
      "project.name = \"a\"\nproject.dependencies = []\ndependency-groups = {dev = []}\n",
      // multi-line strings that look like TOML
      "[project]\nname = \"a\"\ndescription = \"\"\"\n[project]\ndependencies = [\n\"\"\"\nreadme = "
      "'''\n]'''\n",
      // pytest's path as a string
      "[project]\nname = \"a\"\ndependencies = [\"fastapi\"]\n[tool.pytest.ini_options]\npythonpath = \"src "
      "lib\"\n",
  };
  // NOLINTEND(bugprone-suspicious-missing-comma)
  return files;
}

/// Can `whole` be made from `part` by inserting?
bool contains_in_order(std::string_view whole, std::string_view part) {
  for (const char c : whole) {
    if (!part.empty() && part.front() == c) part.remove_prefix(1);
  }
  return part.empty();
}

/// The lines of `after` that are no lines of `before`, taken out in order; what is left.
std::string without_new_lines(const std::string& after, const std::string& before) {
  const auto lines = [](std::string_view text) {
    std::vector<std::string> found;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
      found.emplace_back(text.substr(0, end));
      text.remove_prefix(end);
    }
    return found;
  };
  const std::vector<std::string> old_lines = lines(before);
  std::size_t next = 0;
  std::string left;
  for (const std::string& line : lines(after)) {
    if (next < old_lines.size() && line == old_lines[next]) {
      left += line;
      ++next;
    }
  }
  return left;
}

std::vector<mlx::DependencyAddition> additions() {
  std::vector<mlx::DependencyAddition> found;
  for (const auto& [text, group] :
       std::vector<std::pair<std::string, std::string>>{{"pydantic[email]>=2.7,<3", ""},
                                                        {"aiohttp; python_version < \"3.13\"", ""},
                                                        {"zstandard", ""},
                                                        {"pytest-asyncio>=0.23", "dev"},
                                                        {"httpx", "dev"},
                                                        {"mkdocs", "documentation"}}) {
    found.push_back({.requirement = *mlx::parse_requirement(text), .group = group});
  }
  return found;
}

}  // namespace

TEST_CASE("edits only insert, declare what was asked for, and are done once") {
  for (const std::string& text : real_looking_files()) {
    INFO(text);
    const auto before = mlx::read_pyproject(text, "pyproject.toml");
    REQUIRE(before);
    const auto edit = mlx::add_dependencies(text, "pyproject.toml", additions());
    if (!edit) FAIL(to_string(edit.error()));
    INFO(edit->text);
    CHECK(edit->added.size() == additions().size());
    CHECK(contains_in_order(edit->text, text));
    CHECK(text.ends_with('\n') == edit->text.ends_with('\n'));
    CHECK((text.find('\r') != std::string::npos) == (edit->text.find('\r') != std::string::npos));
    CHECK(std::ranges::count(edit->text, '\r') ==
          (text.find('\r') == std::string::npos ? 0 : std::ranges::count(edit->text, '\n')));

    const auto after = mlx::read_pyproject(edit->text, "pyproject.toml");
    if (!after) FAIL(to_string(after.error()));
    CHECK(after->dependencies.size() == before->dependencies.size() + additions().size());
    for (const auto& declared : before->dependencies) {
      const auto is_same = [&](const mlx::DeclaredDependency& other) {
        return other.requirement == declared.requirement && other.group == declared.group;
      };
      CHECK(std::ranges::count_if(after->dependencies, is_same) == 1);
    }
    CHECK(after->packages.size() == before->packages.size());

    const auto again = mlx::add_dependencies(edit->text, "pyproject.toml", additions());
    REQUIRE(again);
    CHECK(again->text == edit->text);
    CHECK(again->origins.empty());

    for (const bool is_reversed : {false, true}) {
      auto removals = additions();
      if (is_reversed) std::ranges::reverse(removals);
      mlx::EditOrigins origins = edit->origins;
      const auto removal = mlx::remove_dependencies(edit->text, "pyproject.toml", removals, origins);
      if (!removal) FAIL(to_string(removal.error()));
      CHECK(removal->text == text);
      CHECK(removal->removed == removals);
      CHECK(removal->kept.empty());
      CHECK(origins.empty());
    }
  }
}

TEST_CASE("without the lines that were inserted, a file is what it was") {
  for (const std::string& text : real_looking_files()) {
    // Lists on one line and lists without a last comma change a line besides.
    const bool has_own_lines = text.find("[tool.poetry]\nname") != std::string::npos ||
                               text.find("\",\n]") != std::string::npos ||
                               text.find("\",\r\n]") != std::string::npos;
    if (!has_own_lines) continue;
    const auto edit = mlx::add_dependencies(text, "pyproject.toml", {additions()[0], additions()[2]});
    REQUIRE(edit);
    CHECK(edit->text != text);
    CHECK(without_new_lines(edit->text, text) == text);
  }
}

TEST_CASE("pytest's path is edited in every one of them") {
  for (const std::string& text : real_looking_files()) {
    INFO(text);
    const auto edited = mlx::ensure_pytest_pythonpath(text, "pyproject.toml", ".");
    if (!edited) FAIL(to_string(edited.error()));
    CHECK(contains_in_order(edited->text, text));
    for (const char* entry : {".", "./"}) {
      const auto again = mlx::ensure_pytest_pythonpath(edited->text, "pyproject.toml", entry);
      REQUIRE(again);
      CHECK(again->text == edited->text);
      CHECK(again->origins.empty());
    }
    mlx::EditOrigins origins = edited->origins;
    CHECK(mlx::remove_pytest_pythonpath(edited->text, "pyproject.toml", origins) == text);
  }
}

TEST_CASE("every broken prefix of a file is refused or edited, never anything else") {
  for (const std::string& text : real_looking_files()) {
    for (std::size_t length = 0; length < text.size(); ++length) {
      const std::string prefix = text.substr(0, length);
      const auto edit = mlx::add_dependencies(prefix, "pyproject.toml", {additions()[0]});
      if (edit) {
        CHECK(contains_in_order(edit->text, prefix));
      } else {
        CHECK(edit.error().location.file == "pyproject.toml");
      }
    }
  }
}
