#include "engine/manifest/pytest_configuration.h"

#include <algorithm>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"

namespace {

mlx::PytestConfiguration found_with_values(std::map<std::string, std::string> files) {
  auto configuration = mlx::find_pytest_configuration(mlx::MemorySnapshot(std::move(files)));
  if (!configuration) FAIL(to_string(configuration.error()));
  return *std::move(configuration);
}

/// Without the texts, which a test of their own looks at.
mlx::PytestConfiguration found(std::map<std::string, std::string> files) {
  mlx::PytestConfiguration configuration = found_with_values(std::move(files));
  configuration.values.clear();
  return configuration;
}

std::string ensured(std::string_view text, std::string_view entry = ".") {
  const auto edited = mlx::ensure_pytest_pythonpath(text, "pyproject.toml", entry);
  if (!edited) return to_string(edited.error());
  CHECK(mlx::ensure_pytest_pythonpath(edited->text, "pyproject.toml", entry)->text == edited->text);
  mlx::EditOrigins origins = edited->origins;
  CHECK(mlx::remove_pytest_pythonpath(edited->text, "pyproject.toml", origins) == std::string(text));
  CHECK(origins.empty());
  return edited->text;
}

using Strings = std::vector<std::string>;

}  // namespace

TEST_CASE("all texts of the configuration are known") {
  CHECK(found_with_values({{"tox.ini", "[x]\na = b\n[pytest]\nenv =\n  A=b.c\n  D=e\nf = g h\n"}}).values ==
        Strings{"A=b.c", "D=e", "g h"});
  Strings values =
      found_with_values({{"pyproject.toml",
                          "[tool.pytest.ini_options]\na = 'b'\nc = ['d', 'e']\nn = 1\n[tool.other]\nx = "
                          "'no'\n[tool.pytest_env]\nF = {value = 'g'}\n"}})
          .values;
  std::ranges::sort(values);
  CHECK(values == Strings{"b", "d", "e", "g"});
  CHECK(found_with_values({{"pytest.toml", "[pytest]\na = 'b'\n"}}).values == Strings{"b"});
}

TEST_CASE("the file that pytest would take is found") {
  const std::string pyproject =
      "[tool.pytest.ini_options]\npythonpath = ['src']\naddopts = '--import-mode=importlib'\n";
  CHECK(found({}) == mlx::PytestConfiguration{});
  CHECK(found({{"pyproject.toml", pyproject}}) ==
        mlx::PytestConfiguration{.file = "pyproject.toml",
                                 .pythonpath = {"src"},
                                 .uses_importlib = true,
                                 .options = {"--import-mode=importlib"}});
  CHECK(found({{"pyproject.toml", pyproject}, {"pytest.ini", ""}}).file == "pytest.ini");
  CHECK(found({{"pyproject.toml", pyproject}, {"tox.ini", "[pytest]\n"}}).file == "pyproject.toml");
  CHECK(found({{"pyproject.toml", "[tool.ruff]\n"}, {"tox.ini", "[tox]\n[pytest]\npythonpath = .\n"}}) ==
        mlx::PytestConfiguration{"tox.ini", {"."}, false});
  CHECK(found({{"tox.ini", "[tox]\n"},
               {"setup.cfg", "[tool:pytest]\r\npythonpath =\r\n    src\r\n    # c\r\n  lib\r\nx = 1\r\n"}}) ==
        mlx::PytestConfiguration{"setup.cfg", {"src", "lib"}, false});
  CHECK(
      found(
          {{"pytest.ini",
            "[pytest]\naddopts = -q --import-mode importlib\npythonpath: a b\n[other]\npythonpath = c\n"}}) ==
      mlx::PytestConfiguration{.file = "pytest.ini",
                               .pythonpath = {"a", "b"},
                               .uses_importlib = true,
                               .options = {"-q", "--import-mode", "importlib"}});
  CHECK(found({{"pytest.toml", "[pytest]\npythonpath = ['x']\n"}, {"pytest.ini", ""}}) ==
        mlx::PytestConfiguration{"pytest.toml", {"x"}, false});
}

TEST_CASE("what pytest collects is read from either form") {
  const mlx::PytestConfiguration expected{.file = "pyproject.toml",
                                          .pythonpath = {},
                                          .test_paths = {"tests", "checks"},
                                          .file_patterns = {"check_*.py"},
                                          .function_patterns = {"check"},
                                          .class_patterns = {"Check"},
                                          .ignored_directories = {"old"}};
  CHECK(found({{"pyproject.toml",
                "[tool.pytest.ini_options]\ntestpaths = ['tests', 'checks']\npython_files = 'check_*.py'\n"
                "python_functions = ['check']\npython_classes = 'Check'\nnorecursedirs = ['old']\n"}}) ==
        expected);
  mlx::PytestConfiguration ini = expected;
  ini.file = "tox.ini";
  CHECK(found({{"tox.ini",
                "[pytest]\ntestpaths = tests\n  checks\npython_files = check_*.py\npython_functions = check\n"
                "python_classes = Check\nnorecursedirs = old\n"}}) == ini);
  CHECK(found({{"pyproject.toml", "[tool.pytest.ini_options]\npython_files = 5\n"}}).file_patterns.empty());
}

TEST_CASE("pythonpath holds the entry afterwards, and changes once") {
  CHECK(ensured("[tool.pytest.ini_options]\npythonpath = [\".\"]\n") ==
        "[tool.pytest.ini_options]\npythonpath = [\".\"]\n");
  CHECK(ensured("[tool.pytest.ini_options]\npythonpath = './ src'\n") ==
        "[tool.pytest.ini_options]\npythonpath = './ src'\n");
  CHECK(ensured("[tool.pytest.ini_options]\npythonpath = ['src']\n") ==
        "[tool.pytest.ini_options]\npythonpath = ['src', '.']\n");
  CHECK(ensured("[tool.pytest.ini_options]\npythonpath = 'src'\n") ==
        "[tool.pytest.ini_options]\npythonpath = 'src .'\n");
  CHECK(ensured("[tool.pytest.ini_options]\npythonpath = \"\"\n") ==
        "[tool.pytest.ini_options]\npythonpath = \".\"\n");
  CHECK(ensured("[tool.pytest.ini_options]\npythonpath = \"\"\"\nsrc\n\"\"\"\n") ==
        "[tool.pytest.ini_options]\npythonpath = \"\"\"\nsrc\n.\"\"\"\n");
  CHECK(ensured("[tool.pytest.ini_options]\naddopts = \"-q\"\n\n[tool.ruff]\n", "src") ==
        "[tool.pytest.ini_options]\naddopts = \"-q\"\npythonpath = [\"src\"]\n\n[tool.ruff]\n");
  CHECK(ensured("") == "[tool.pytest.ini_options]\npythonpath = [\".\"]\n");
  CHECK(ensured("[project]\nname = \"x\"\n") ==
        "[project]\nname = \"x\"\n\n[tool.pytest.ini_options]\npythonpath = [\".\"]\n");
  CHECK(ensured("[tool]\npytest.ini_options.addopts = \"-q\"\n") ==
        "[tool]\npytest.ini_options.addopts = \"-q\"\npytest.ini_options.pythonpath = [\".\"]\n");
  CHECK(ensured("[tool.pytest]\naddopts = [\"-q\"]\n") ==
        "[tool.pytest]\naddopts = [\"-q\"]\npythonpath = [\".\"]\n");
}

TEST_CASE("wrong types are named") {
  CHECK(ensured("[tool.pytest.ini_options]\npythonpath = 1\n")
            .starts_with("pyproject.toml:2:14: tool.pytest.ini_options.pythonpath:"));
  CHECK(ensured("[tool]\npytest = 1\n").starts_with("pyproject.toml:2:10: tool.pytest:"));
}

TEST_CASE("directories compare without their decoration") {
  CHECK(mlx::has_directory(Strings{"./"}, "."));
  CHECK(mlx::has_directory(Strings{"a", "./src/"}, "src"));
  CHECK_FALSE(mlx::has_directory(Strings{"a"}, "."));
}
