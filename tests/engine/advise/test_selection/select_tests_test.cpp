// Which tests a change selects, and what selects all.
#include <catch2/catch.hpp>

#include "engine/advise/test_selection/explain_selection.h"
#include "engine/advise/test_selection/outside_changes.h"
#include "engine/index/memory_snapshot.h"
#include "tests/engine/advise/test_selection/selection_of.h"

using namespace mlx;
using namespace mlx::test;

TEST_CASE("tests are selected that import what has changed, over others too") {
  CHECK(selected(shop(), {"src/money.py"}) == Paths{"tests/test_order.py"});
  CHECK(selected(shop(), {"src/stock.py"}) == Paths{"tests/test_stock.py"});
  CHECK(selected(shop(), {"src/__init__.py"}) == Paths{"tests/test_order.py", "tests/test_stock.py"});
  CHECK(selected(shop(), {"tests/test_stock.py"}) == Paths{"tests/test_stock.py"});
  CHECK(selected(shop(), {}).empty());
  CHECK(steps_to("tests/test_order.py", shop(), {"src/money.py"}) ==
        Paths{"src/order.py:1 imports src/money.py", "tests/test_order.py:1 imports src/order.py"});
}

TEST_CASE("tests are counted") {
  const TestSelection selection = selection_of(shop(), {"src/money.py"});
  CHECK(selection.selected_tests == 1);
  CHECK(selection.all_tests == 2);
  CHECK(selection.unselected == Paths{"tests/test_stock.py"});
  CHECK(selection_of(with(shop(), {{"src/lonely.py", ""}}), {"src/lonely.py"}).untested ==
        Paths{"src/lonely.py"});
}

TEST_CASE("data reach tests by who spells their name") {
  const Files files = {
      {"pkg/__init__.py", ""},
      {"pkg/load.py", "TABLE = 'prices.csv'\n"},
      {"data/prices.csv", ""},
      {"tests/cases/one.json", ""},
      {"tests/test_cases.py",
       "import pytest\n@pytest.mark.parametrize('case', ['cases/one.json'])\ndef test_it(case): pass\n"},
      {"tests/test_load.py", "import pkg.load\n" + kTest},
      {"tests/test_glob.py", "FOUND = list(DIRECTORY.glob('*.json'))\n" + kTest},
      {"tests/test_other.py", kTest}};
  CHECK(selected(files, {"data/prices.csv"}) == Paths{"tests/test_load.py"});
  CHECK(selected(files, {"tests/cases/one.json"}) == Paths{"tests/test_cases.py", "tests/test_glob.py"});
  CHECK(selected(files, {"-data/prices.csv"}) == Paths{"tests/test_load.py"});
  CHECK(selected(files, {"data/unheard.of"}).front() == "all");
  CHECK(selected(with(files, {{"tests/__snapshots__/test_other.ambr", ""}}),
                 {"tests/__snapshots__/test_other.ambr"}) ==
        Paths{"tests/test_glob.py", "tests/test_other.py"});
}

TEST_CASE("groups of configuration reach who reads their directory") {
  const Files files = {{"conf/model/tree.yaml", ""},
                       {"src/__init__.py", ""},
                       {"src/config.py", "import hydra\nDIRECTORY = 'conf'\n"},
                       {"src/other.py", ""},
                       {"tests/test_config.py", "import src.config\n" + kTest},
                       {"tests/test_other.py", "import src.other\n" + kTest}};
  CHECK(selected(files, {"conf/model/tree.yaml"}) == Paths{"tests/test_config.py"});
}

TEST_CASE("what only could mean a file does not tell who reads it") {
  // A name of a directory, an ending, and a pattern: others may read it by means of their own.
  for (const char* text : {"K = 'data'\n", "K = '.csv'\n", "import pathlib\nF = HERE.glob('*.csv')\n"}) {
    CAPTURE(text);
    const Files files = {{"data/prices.csv", ""}, {"test_x.py", text + kTest}, {"test_y.py", kTest}};
    CHECK(selected(files, {"data/prices.csv"}) == Paths{"all", "test_x.py", "test_y.py"});
  }
  // Without Hydra a directory is any word.
  CHECK(
      selected({{"conf/tree.yaml", ""}, {"test_x.py", "K = 'conf'\n" + kTest}}, {"conf/tree.yaml"}).front() ==
      "all");
}

TEST_CASE("configuration that names a file reaches those that read the configuration") {
  const Files files = {{"conf/data.yaml", "path: data/prices.csv\n"},
                       {"data/prices.csv", ""},
                       {"shop/__init__.py", ""},
                       {"shop/load.py", "C = open('conf/data.yaml')\n"},
                       {"tests/test_load.py", "import shop.load\n" + kTest},
                       {"tests/test_other.py", kTest}};
  CHECK(selected(files, {"data/prices.csv"}) == Paths{"tests/test_load.py"});
  // Over a second one, and where nobody is known to read it.
  const Files second =
      with(files, {{"conf/data.yaml", ""}, {"conf/more.toml", "path = '../data/prices.csv'\n"}});
  CHECK(selected(second, {"data/prices.csv"}).front() == "all");
  CHECK(selected(with(second, {{"conf/data.yaml", "include: more.toml\n"}}), {"data/prices.csv"}) ==
        Paths{"tests/test_load.py"});
}

TEST_CASE("sources of extension modules, links and places that are not looked into are everything") {
  for (const char* path : {"src/fast.pyx", "src/fast.c", "src/lib.rs", "src/_x.so", ".ci/helper.py",
                           ".github/scripts/gate.py", "node_modules/x/y.py", "vendor/sub/"}) {
    CAPTURE(path);
    CHECK(
        selected(with(shop(), {{path == std::string("vendor/sub/") ? "a.txt" : path, ""}}), {path}).front() ==
        "all");
  }
}

TEST_CASE("limits of what is read are told, and select who could be told by it") {
  const Files files = {{"src/__init__.py", ""},
                       {"src/blue.py", ""},
                       {"src/load.py", "import importlib\ndef load(n): return importlib.import_module(n)\n"},
                       {"tests/test_load.py", "import src.load\n" + kTest},
                       {"tests/test_none.py", kTest}};
  CHECK(selected(files, {"src/blue.py"}).empty());
  CHECK(selected(with(files, {{"conf/a.yaml", "backend: src.blue\n" + std::string(1U << 20U, '#')}}),
                 {"src/blue.py"}) == Paths{"tests/test_load.py"});
  const Files two = with(files, {{"conf/a.yaml", ""}, {"conf/b.yaml", "backend: src.blue\n"}});
  const MemorySnapshot snapshot(two);
  NoIndexCache cache;
  const TestedChange change{.paths = {{.path = "src/blue.py"}}};
  const TestSelection limited = select_tests(snapshot, cache, change, 1).value();
  CHECK(limited.unread == "there are more than 1 files of configuration, which are not read");
  REQUIRE(limited.selected.size() == 1);
  CHECK(explanation_of(limited.selected.front().steps.front()) ==
        "src/load.py imports what configuration names, and " + limited.unread + ": it may be src/blue.py");
}

TEST_CASE("a module at the top is named by a value that is nothing else") {
  const std::string load = "import importlib\ndef load(n): return importlib.import_module(n)\n";
  const auto reached_by = [&](const char* text) {
    return selected({{"handlers.py", ""},
                     {"load.py", load},
                     {"conf/a.yaml", text},
                     {"test_x.py", "import load\n" + kTest}},
                    {"handlers.py"}) == Paths{"test_x.py"};
  };
  CHECK(reached_by("backend: handlers\n"));
  CHECK(reached_by("backends: [a, 'handlers']\n"));
  CHECK(reached_by("backends:\n  - handlers # these\n"));
  CHECK_FALSE(reached_by("handlers: 1\n"));
  CHECK_FALSE(reached_by("text: all handlers of it\n"));
}

TEST_CASE("what says what is installed, or how tests are run, is everything") {
  for (const char* path :
       {"uv.lock", "pyproject.toml", "requirements.txt", "requirements/dev.txt", "tox.ini", "setup.py",
        "pytest.ini", ".python-version", "poetry.lock", "test-requirements.txt", "ci/dev_requirements.in",
        ".tool-versions", ".mise.toml", "mise.toml", ".env", ".env.test", "Makefile", "compose.yaml",
        "docker-compose.yml"}) {
    CAPTURE(path);
    CHECK(selected(shop(), {path}).front() == "all");
  }
  CHECK(selection_of(shop(), {"uv.lock"}).whole ==
        std::vector<WholeSuiteReason>{{"uv.lock", "says what is installed"}});
  CHECK(selected(with(shop(), {{"pyproject.toml", "["}}), {}).front() == "all");
}

TEST_CASE("what is for people is nothing, unless a test reads it") {
  for (const char* path : {"README.md", "docs/index.md", ".github/workflows/ci.yml", "LICENSE",
                           "docs/requirements.txt", ".gitignore", ".env.example", "docs/Makefile"}) {
    CAPTURE(path);
    CHECK(selected(shop(), {path}).empty());
  }
  CHECK(selected(with(shop(), {{"tests/test_stock.py", "T = open('README.md')\n" + kTest}}), {"README.md"}) ==
        Paths{"tests/test_stock.py"});
}

TEST_CASE("what is gone reaches those that still ask for it") {
  Files files = shop();
  files.erase("src/money.py");
  CHECK(selected(files, {"-src/money.py"}) == Paths{"tests/test_order.py"});
  files.erase("tests/test_order.py");
  CHECK(selected(files, {"-tests/test_order.py"}).empty());
  CHECK(selection_of(files, {"-tests/test_order.py"}).all_tests == 1);
  // A module that moved is one that is gone and one that is new.
  const Files moved = {{"src/__init__.py", ""},
                       {"src/new.py", ""},
                       {"tests/test_a.py", "import src.old\n" + kTest},
                       {"tests/test_b.py", "import src.new\n" + kTest},
                       {"tests/test_c.py", kTest}};
  CHECK(selected(moved, {"-src/old.py", "src/new.py"}) == Paths{"tests/test_a.py", "tests/test_b.py"});
}

TEST_CASE("a module that cannot be read may import anything") {
  const Files files = with(shop(), {{"src/stock.py", "def broken(:\n    pass\n"}});
  CHECK(selected(files, {"src/money.py"}) == Paths{"tests/test_order.py", "tests/test_stock.py"});
}

TEST_CASE("where others than Python files hold tests, all are run") {
  CHECK(selected(with(shop(), {{"tests/conftest.py", "def pytest_collect_file(parent, file_path): pass\n"}}),
                 {"src/stock.py"})
            .front() == "all");
  CHECK(selected(with(shop(), {{"tests/plug.py", "def pytest_collect_file(parent, file_path): pass\n"}}),
                 {"src/stock.py"})
            .front() == "all");
  for (const char* options :
       {"--doctest-glob=*.md", "-o python_files=check_*.py", "\"--override-ini=a=b\""}) {
    CAPTURE(options);
    CHECK(selected(with(shop(), {{"pytest.ini", std::string("[pytest]\naddopts = ") + options + "\n"}}),
                   {"src/stock.py"})
              .front() == "all");
  }
}

TEST_CASE("a project without tests, and one without files") {
  CHECK(selection_of({{"src/a.py", ""}}, {"src/a.py"}).all_files() == 0);
  CHECK(selection_of({}, {"uv.lock"}).all_files() == 0);
}

TEST_CASE("names that are no paths of ours are files that nobody knows") {
  CHECK(selected(shop(), {std::string("a\nb.txt")}).front() == "all");
  CHECK(selected(shop(), {"a\\b.py"}).front() == "all");
}

TEST_CASE("settings that are symbolic links are not followed, and select all") {
  for (const char* path : {"pyproject.toml", "setup.cfg", "pytest.ini"}) {
    MemorySnapshot files(shop());
    files.put(path, {.bytes = "elsewhere", .kind = EntryKind::kSymlink});
    NoIndexCache cache;
    CAPTURE(path);
    const auto selection = select_tests(files, cache, {.paths = {{.path = "src/money.py"}}});
    REQUIRE(selection);
    REQUIRE(selection->is_whole());
    CHECK(selection->whole.front().file == path);
    CHECK(selection->selected_tests == selection->all_tests);
  }
}
