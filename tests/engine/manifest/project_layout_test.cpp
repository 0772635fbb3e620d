#include "engine/manifest/project_layout.h"

#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"

using Files = std::map<std::string, std::string>;

namespace {

mlx::ProjectLayout layout_of(Files files, const mlx::ProjectConfiguration& configuration = {}) {
  auto layout = mlx::detect_layout(mlx::MemorySnapshot(std::move(files)), configuration);
  if (!layout) FAIL(to_string(layout.error()));
  return *std::move(layout);
}

/// `source root|import root|pytest's path`.
std::string roots(Files files, const mlx::ProjectConfiguration& configuration = {}) {
  const auto layout = layout_of(std::move(files), configuration);
  return layout.source_root + "|" + layout.import_root + "|" + layout.pytest_pythonpath;
}

const std::string kProject = "[project]\nname = \"my-project\"\n";
const std::string kBuild = "[build-system]\nrequires = []\nbuild-backend = \"hatchling.build\"\n";
const std::string kUvBuild = "[build-system]\nrequires = []\nbuild-backend = \"uv_build\"\n";

}  // namespace

TEST_CASE("a package below src is the source root") {
  CHECK(roots({{"src/my_project/__init__.py", ""},
               {"src/other/__init__.py", ""},
               {"pyproject.toml", kProject}}) == "src/my_project|my_project|src");
  CHECK(roots({{"src/My_Project/__init__.py", ""}, {"pyproject.toml", kProject + kBuild}}) ==
        "src/My_Project|My_Project|");
  CHECK(roots({{"src/only/__init__.py", ""}, {"tests/__init__.py", ""}}) == "src/only|only|src");
  CHECK(
      roots({{"src/app/__init__.py", ""},
             {"src/lib/__init__.py", ""},
             {"pyproject.toml", kProject + kUvBuild + "[tool.uv.build-backend]\nmodule-name = \"app\"\n"}}) ==
      "src/app|app|");
  CHECK(roots({{"src/a/__init__.py", ""},
               {"src/b/__init__.py", ""},
               {"pyproject.toml",
                "[tool.poetry]\nname = \"x\"\npackages = [{include = \"b\", from = \"src\"}]\n"}}) ==
        "src/b|b|");
}

TEST_CASE("a flat package is the source root") {
  CHECK(roots({{"my_project/__init__.py", ""}, {"tests/__init__.py", ""}, {"pyproject.toml", kProject}}) ==
        "my_project|my_project|.");
  CHECK(roots({{"my_project/__init__.py", ""}, {"pyproject.toml", kProject + kBuild}}) ==
        "my_project|my_project|");
  CHECK(roots({{"my_project/__init__.py", ""},
               {"pyproject.toml", kProject + kBuild + "[tool.uv]\npackage = false\n"}}) ==
        "my_project|my_project|.");
  CHECK(roots({{"app/__init__.py", ""}, {"scripts/__init__.py", ""}, {"pyproject.toml", kProject}}) ==
        "app|app|.");
  CHECK(roots({{"app/__init__.py", ""},
               {"lib/__init__.py", ""},
               {"pyproject.toml",
                kProject + kBuild + "[tool.hatch.build.targets.wheel]\npackages = [\"lib\"]\n"}}) ==
        "lib|lib|");
  CHECK(roots({{"app/__init__.py", ""}, {"setup.py", ""}}) == "app|app|");
  // Hatch finds only a package of the project's name by itself.
  CHECK(roots({{"app/__init__.py", ""}, {"pyproject.toml", kProject + kBuild}}) == "app|app|.");
}

TEST_CASE("src itself is the source root") {
  CHECK(roots({{"src/__init__.py", ""}, {"src/api/__init__.py", ""}, {"pyproject.toml", kProject}}) ==
        "src|src|.");
  CHECK(roots({{"src/main.py", ""}, {"src/helpers/__init__.py", ""}}) == "src|src|.");
  CHECK(roots({{"src/__init__.py", ""}, {"pyproject.toml", kProject + kBuild}}) == "src|src|.");
  CHECK(roots({{"src/__init__.py", ""},
               {"pyproject.toml",
                kProject + kBuild + "[tool.hatch.build.targets.wheel]\npackages = [\"src\"]\n"}}) ==
        "src|src|");
}

TEST_CASE("a project without code gets src, unless it names its package") {
  CHECK(roots({}) == "src|src|.");
  CHECK(layout_of({}).is_new);
  CHECK_FALSE(layout_of({{"src/main.py", ""}}).is_new);
  CHECK(
      roots({{"pyproject.toml", kProject + kUvBuild + "[tool.uv.build-backend]\nmodule-name = \"app\"\n"}}) ==
      "src/app|app|");
}

TEST_CASE("configuration decides") {
  const Files files = {{"src/a/__init__.py", ""}, {"src/b/__init__.py", ""}, {"c/__init__.py", ""}};
  CHECK(roots(files, {.source_root = "src/a"}) == "src/a|a|src");
  CHECK(roots(files, {.import_root = "b"}) == "src/b|b|src");
  CHECK(roots(files, {.import_root = "c"}) == "c|c|.");
  CHECK(roots(files, {.source_root = "backend/app", .import_root = "app"}) == "backend/app|app|backend");
  CHECK(roots(files, {.source_root = "src/a/ml", .import_root = "a.ml"}) == "src/a/ml|a.ml|src");
  CHECK(roots(files, {.source_root = "lib", .import_root = "other"}) == "lib|other|");
  CHECK(roots({{"src/__init__.py", ""}}, {.source_root = "src/ml"}) == "src/ml|src.ml|.");
}

TEST_CASE("what makes the project is not what it is about") {
  CHECK(roots({{"ranker/__init__.py", ""}, {"projenrc/__init__.py", ""}}, {}) == "ranker|ranker|.");
}

TEST_CASE("several packages and no name to choose by is an error that names them") {
  for (const Files& files :
       {Files{{"a/__init__.py", ""}, {"b/__init__.py", ""}},
        Files{{"src/a/__init__.py", ""}, {"src/b/__init__.py", ""}, {"pyproject.toml", kProject}}}) {
    const auto layout = mlx::detect_layout(mlx::MemorySnapshot(files), {});
    REQUIRE_FALSE(layout);
    CHECK(layout.error().code == mlx::ErrorCode::kInvalidInput);
    for (const std::string_view word : {"a`", "b`", "source-root", "import-root", "mlx.toml"}) {
      CHECK(layout.error().message.find(word) != std::string::npos);
    }
  }
}

TEST_CASE("pytest is told about the import root only if it needs to be") {
  const Files files = {{"src/__init__.py", ""}};
  const auto with = [&](const std::string& name, const std::string& text) {
    Files more = files;
    more[name] = text;
    const auto layout = layout_of(more);
    return layout.pytest_file + "|" + layout.pytest_pythonpath;
  };
  CHECK(with("pytest.ini", "[pytest]\n") == "pytest.ini|.");
  CHECK(with("pytest.ini", "[pytest]\npythonpath = .\n") == "pytest.ini|");
  CHECK(with("setup.cfg", "[tool:pytest]\npythonpath = ./\n") == "setup.cfg|");
  CHECK(with("setup.cfg", "[metadata]\n") == "|.");
  CHECK(with("pyproject.toml", "[tool.pytest.ini_options]\npythonpath = [\".\"]\n") == "pyproject.toml|");
  CHECK(with("conftest.py", "") == "|");
  CHECK(layout_of({{"src/__init__.py", ""}, {"conftest.py", ""}, {"__init__.py", ""}}).pytest_pythonpath ==
        ".");

  Files importlib = files;
  importlib["conftest.py"] = "";
  importlib["pytest.ini"] = "[pytest]\naddopts = --import-mode=importlib\n";
  CHECK(layout_of(importlib).pytest_pythonpath == ".");
}

TEST_CASE("the file that declares dependencies is found") {
  const auto file = [](Files files) { return layout_of(std::move(files)).dependency_file; };
  CHECK(file({}).empty());
  CHECK(layout_of({}).dependency_kind == mlx::DependencyFile::kNone);
  CHECK(file({{"pyproject.toml", kProject}, {"requirements.txt", ""}}) == "pyproject.toml");
  CHECK(file({{"pyproject.toml", "[tool.ruff]\n"}, {"requirements.txt", ""}}) == "requirements.txt");
  CHECK(file({{"pyproject.toml",
               "[project]\nname = \"x\"\ndynamic = [\"dependencies\"]\n"
               "[tool.setuptools.dynamic]\ndependencies = {file = [\"deps/main.txt\"]}\n"}}) ==
        "deps/main.txt");
  CHECK(file({{"requirements.in", ""}, {"requirements.txt", ""}}) == "requirements.in");
  CHECK(layout_of({{"requirements.txt", ""}}).dependency_kind == mlx::DependencyFile::kRequirements);
}

TEST_CASE("a broken pyproject.toml is an error, not an absent one") {
  const auto layout = mlx::detect_layout(mlx::MemorySnapshot(Files{{"pyproject.toml", "[project\n"}}), {});
  REQUIRE_FALSE(layout);
  CHECK(layout.error().location.file == "pyproject.toml");
}
