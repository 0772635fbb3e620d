#include <catch2/catch.hpp>

#include "engine/advise/test_selection/explain_selection.h"
#include "engine/advise/test_selection/outside_changes.h"
#include "engine/index/memory_snapshot.h"
#include "tests/engine/advise/test_selection/selection_of.h"

using namespace mlx;
using namespace mlx::test;

namespace {

const std::string kTest = "def test_it(): pass\n";

Files with(Files files, const Files& more) {
  for (const auto& [path, text] : more) files.insert_or_assign(path, text);
  return files;
}

const Files kShop = {{"src/__init__.py", ""},
                     {"src/money.py", ""},
                     {"src/order.py", "from src.money import Price\n"},
                     {"src/stock.py", ""},
                     {"tests/test_order.py", "from src import order\n" + kTest},
                     {"tests/test_stock.py", "import src.stock\n" + kTest}};

}  // namespace

TEST_CASE("tests are selected that import what has changed, over others too") {
  CHECK(selected(kShop, {"src/money.py"}) == Paths{"tests/test_order.py"});
  CHECK(selected(kShop, {"src/stock.py"}) == Paths{"tests/test_stock.py"});
  CHECK(selected(kShop, {"src/__init__.py"}) == Paths{"tests/test_order.py", "tests/test_stock.py"});
  CHECK(selected(kShop, {"tests/test_stock.py"}) == Paths{"tests/test_stock.py"});
  CHECK(selected(kShop, {}).empty());
  CHECK(steps_to("tests/test_order.py", kShop, {"src/money.py"}) ==
        Paths{"src/order.py:1 imports src/money.py", "tests/test_order.py:1 imports src/order.py"});
}

TEST_CASE("tests are counted") {
  const TestSelection selection = selection_of(kShop, {"src/money.py"});
  CHECK(selection.selected_tests == 1);
  CHECK(selection.all_tests == 2);
  CHECK(selection.unselected == Paths{"tests/test_stock.py"});
  CHECK(selection_of(with(kShop, {{"src/lonely.py", ""}}), {"src/lonely.py"}).untested ==
        Paths{"src/lonely.py"});
}

TEST_CASE("imports are followed in every form") {
  const auto reaches = [](const std::string& text) {
    const Files files = {{"pkg/__init__.py", ""},
                         {"pkg/a.py", ""},
                         {"pkg/b.py", ""},
                         {"pkg/sub/__init__.py", ""},
                         {"pkg/sub/c.py", "from ..a import x\nfrom .. import b\n"},
                         {"test_x.py", text + kTest}};
    std::string reached;
    for (const char* path : {"pkg/a.py", "pkg/b.py", "pkg/sub/c.py"}) {
      if (!selected(files, {path}).empty()) reached += path[path[4] == 's' ? 8 : 4];
    }
    return reached;
  };
  CHECK(reaches("import pkg.a\n") == "a");
  CHECK(reaches("from pkg.sub import c\n") == "abc");
  CHECK(reaches("def f():\n    import pkg.a\n") == "a");
  CHECK(reaches("try:\n    import pkg.a\nexcept ImportError:\n    import pkg.b\n") == "ab");
  CHECK(reaches("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import pkg.a\n").empty());
  CHECK(reaches("import importlib\nimportlib.import_module('pkg.a')\n") == "a");
  CHECK(reaches("import importlib\nimportlib.import_module('.a', 'pkg')\n") == "a");
  CHECK(reaches("from unittest import mock\nmock.patch('pkg.a.thing.part')\n") == "a");
  CHECK(reaches("run([python, '-c', 'import pkg.a'])\n") == "a");
  CHECK(reaches("run('python -m pkg.sub.c')\n") == "abc");
  CHECK(reaches("run([python, 'pkg/a.py'])\n") == "a");
}

TEST_CASE("a star imports the modules that the package lists") {
  const Files files = {{"pkg/__init__.py", "__all__ = ['b']\n"},
                       {"pkg/a.py", ""},
                       {"pkg/b.py", ""},
                       {"test_x.py", "from pkg import *\n" + kTest}};
  CHECK(selected(files, {"pkg/b.py"}) == Paths{"test_x.py"});
  CHECK(selected(files, {"pkg/a.py"}).empty());
}

TEST_CASE("a module is found wherever the import path could begin") {
  const Files files = {{"lib/python/shop.py", ""},
                       {"tests/helpers.py", "import shop\n"},
                       {"tests/deep/test_x.py", "import helpers\n" + kTest},
                       {"tests/test_y.py", kTest}};
  CHECK(selected(files, {"lib/python/shop.py"}) == Paths{"tests/deep/test_x.py"});
}

TEST_CASE("fixtures and plugins reach tests") {
  const Files files = {{"pkg/__init__.py", ""},
                       {"pkg/a.py", ""},
                       {"pkg/plugin.py", ""},
                       {"pytest.ini", "[pytest]\naddopts = -p pkg.plugin\n"},
                       {"tests/one/conftest.py", "import pkg.a\n"},
                       {"tests/one/test_x.py", kTest},
                       {"tests/two/conftest.py", "pytest_plugins = ['fixtures']\n"},
                       {"tests/fixtures.py", ""},
                       {"tests/two/test_y.py", kTest}};
  CHECK(selected(files, {"pkg/a.py"}) == Paths{"tests/one/test_x.py"});
  CHECK(selected(files, {"tests/fixtures.py"}) == Paths{"tests/two/test_y.py"});
  CHECK(selected(files, {"tests/two/conftest.py"}) == Paths{"tests/two/test_y.py"});
  CHECK(selected(files, {"pkg/plugin.py"}).size() == 2);
  CHECK(selected(with(files, {{"conftest.py", ""}}), {"conftest.py"}).front() == "all");
  CHECK(steps_to("tests/one/test_x.py", files, {"pkg/a.py"}).back() ==
        "tests/one/test_x.py uses fixtures of tests/one/conftest.py");
}

TEST_CASE("so do entry points, scripts and pytest's own") {
  const std::string pyproject =
      "[project]\nname = 'x'\n[project.scripts]\nshop-cli = 'pkg.cli:main'\n"
      "[project.entry-points.'shop.plugins']\nred = 'pkg.red'\n[project.entry-points.pytest11]\nshop = "
      "'pkg.fixtures'\n";
  const Files files = {
      {"pyproject.toml", pyproject},
      {"pkg/__init__.py", ""},
      {"pkg/cli.py", ""},
      {"pkg/red.py", ""},
      {"pkg/fixtures.py", ""},
      {"pkg/load.py",
       "from importlib.metadata import entry_points\nfound = entry_points(group='shop.plugins')\n"},
      {"test_cli.py", "run(['shop-cli', '--help'])\n" + kTest},
      {"test_load.py", "import pkg.load\n" + kTest}};
  CHECK(selected(files, {"pkg/cli.py"}) == Paths{"test_cli.py"});
  CHECK(selected(files, {"pkg/red.py"}) == Paths{"test_load.py"});
  CHECK(selected(files, {"pkg/fixtures.py"}) == Paths{"test_cli.py", "test_load.py"});
}

TEST_CASE("every test reaches what pytest's configuration names") {
  const Files shop = {{"shop/__init__.py", ""},
                      {"shop/settings.py", "ROOT_URLCONF = 'shop.urls'\n"},
                      {"shop/urls.py", ""},
                      {"shop/other.py", ""},
                      {"tests/test_x.py", kTest}};
  const auto reaches = [&](const char* file, const std::string& text, const char* changed) {
    return selected(with(shop, {{file, text}}), {changed}) == Paths{"tests/test_x.py"};
  };
  CHECK_FALSE(reaches("pytest.ini", "[pytest]\n", "shop/settings.py"));
  const std::string django = "[pytest]\nDJANGO_SETTINGS_MODULE = shop.settings\n";
  CHECK(reaches("pytest.ini", django, "shop/settings.py"));
  CHECK(reaches("pytest.ini", django, "shop/urls.py"));
  CHECK_FALSE(reaches("pytest.ini", django, "shop/other.py"));
  CHECK(reaches("setup.cfg", "[tool:pytest]\nenv =\n    BACKEND=shop.settings\n", "shop/settings.py"));
  CHECK(reaches("pyproject.toml", "[tool.pytest.ini_options]\nenv = ['BACKEND=shop.settings']\n",
                "shop/settings.py"));
  CHECK(reaches("pyproject.toml",
                "[tool.pytest.ini_options]\n[tool.pytest_env]\nB = {value = 'shop.settings'}\n",
                "shop/settings.py"));
  CHECK(reaches("pytest.ini", "[pytest]\naddopts = -p \"shop.settings\"\n", "shop/settings.py"));
  CHECK(steps_to("tests/test_x.py", with(shop, {{"pytest.ini", django}}), {"shop/settings.py"}) ==
        Paths{"tests/test_x.py reads pytest.ini, which names shop/settings.py"});
}

TEST_CASE("hooks for the whole run reach tests elsewhere too") {
  const auto selected_with = [](const std::string& conftest) {
    return selected({{"a/conftest.py", "import helper\n" + conftest},
                     {"helper.py", ""},
                     {"a/test_a.py", kTest},
                     {"b/test_b.py", kTest}},
                    {"helper.py"});
  };
  CHECK(selected_with("def pytest_collection_modifyitems(items): pass\n") ==
        Paths{"a/test_a.py", "b/test_b.py"});
  CHECK(selected_with("def pytest_runtest_setup(item): pass\n") == Paths{"a/test_a.py"});
}

TEST_CASE("a package on the import path, or beside a script, is found by shorter names") {
  const Files files = {{"src/__init__.py", ""},
                       {"src/api/__init__.py", ""},
                       {"src/api/x.py", ""},
                       {"src/run.py", "import common\nfrom more import part\n"},
                       {"src/common.py", ""},
                       {"src/more/__init__.py", ""},
                       {"src/more/part.py", ""},
                       {"tests/test_x.py", "import api.x\n" + kTest},
                       {"tests/test_run.py", "run([python, 'src/run.py'])\n" + kTest}};
  CHECK(selected(files, {"src/common.py"}) == Paths{"tests/test_run.py"});
  CHECK(selected(files, {"src/more/part.py"}) == Paths{"tests/test_run.py"});
  CHECK(selected(files, {"src/api/x.py"}).empty());
  CHECK(selected(with(files, {{"pytest.ini", "[pytest]\npythonpath = ./src/\n"}}), {"src/api/x.py"}) ==
        Paths{"tests/test_x.py"});
}

TEST_CASE("an importer that is handed on is given names") {
  const auto reaches = [](const char* load) {
    return selected({{"shop/__init__.py", ""},
                     {"shop/money.py", ""},
                     {"conf/a.yaml", "backend: shop.money\n"},
                     {"load.py", std::string("import importlib\n") + load},
                     {"test_x.py", "import load\n" + kTest}},
                    {"shop/money.py"}) == Paths{"test_x.py"};
  };
  CHECK(reaches("load = importlib.import_module\n"));
  CHECK(reaches("def get(load=importlib.import_module): return load(name)\n"));
  CHECK(reaches("found = map(importlib.import_module, names)\n"));
  CHECK_FALSE(reaches("importlib.import_module('json')\n"));
}

TEST_CASE("scripts reach what they run") {
  const auto reaches = [](const char* path, const char* text, const char* call) {
    return selected({{path, text},
                     {"shop/__init__.py", ""},
                     {"shop/money.py", ""},
                     {"test_x.py", std::string("run([") + call + "])\n" + kTest},
                     {"test_y.py", kTest}},
                    {"shop/money.py"}) == Paths{"test_x.py"};
  };
  CHECK(reaches("run.sh", "python -m shop.money\n", "'bash', 'run.sh'"));
  CHECK(reaches("bin/tool", "#!/usr/bin/env python3\nfrom shop.money import A\n", "'bin/tool'"));
  CHECK(reaches("Makefile", "train:\n\tpython -m shop.money\n", "'make', 'train'"));
  CHECK(reaches("a/train.ipynb", R"({"source":["from shop.money import A\n"]})", "'a/train.ipynb'"));
  CHECK(reaches(".tools/hook.py", "from shop.money import A\n", "'.tools/hook.py'"));
  CHECK_FALSE(reaches("run.sh", "python -m shop.money\n", "'other.sh'"));
}

TEST_CASE("a package without __init__.py can be run") {
  CHECK(selected(
            {{"shop/__main__.py", ""}, {"test_x.py", "run(['-m', 'shop'])\n" + kTest}, {"test_y.py", kTest}},
            {"shop/__main__.py"}) == Paths{"test_x.py"});
}

TEST_CASE("examples in texts and docstrings may import anything") {
  CHECK(
      selected(with(kShop, {{"tests/test_usage.txt", ">>> import src.stock\n"}}), {"src/stock.py"}).front() ==
      "all");
  CHECK(selected(with(kShop, {{"tests/test_usage.txt", "prose\n"}}), {"src/stock.py"}) ==
        Paths{"tests/test_stock.py"});
  CHECK(selected(with(kShop, {{"pytest.ini", "[pytest]\naddopts = --doctest-modules\n"}}), {"src/stock.py"})
            .front() == "all");
}

TEST_CASE("packages that are installed under other names are everything") {
  const auto is_all = [](const char* file, const char* text) {
    return selected(with(kShop, {{file, text}}), {"src/stock.py"}).front() == "all";
  };
  CHECK(is_all("pyproject.toml", "[tool.setuptools.package-dir]\nshop = 'lib'\n"));
  CHECK_FALSE(is_all("pyproject.toml", "[tool.setuptools.package-dir]\n'' = 'src'\n"));
  CHECK(is_all("pyproject.toml", "[[tool.poetry.packages]]\ninclude = 'a'\nto = 'b'\n"));
  CHECK(is_all("pyproject.toml", "[tool.hatch.build.targets.wheel.sources]\nlib = 'shop'\n"));
  CHECK(is_all("setup.cfg", "[options]\npackage_dir =\n    shop = lib\n"));
  CHECK_FALSE(is_all("setup.cfg", "[options]\npackage_dir =\n    = src\n"));
}

TEST_CASE("changes outside of a project reach what takes from there") {
  using Texts = std::vector<std::string>;
  const auto reasons = [](const Files& files, const Texts& changed) {
    return reasons_of_outside(MemorySnapshot(files), "services/a", changed).value();
  };
  const Files alone = {{"pyproject.toml", "[project]\n"}};
  CHECK(reasons(alone, {}).empty());
  CHECK(reasons(alone, {"libs/b/b.py", "services/b/uv.lock", "README.md"}).empty());
  CHECK(reasons(alone, {"uv.lock"}) == Texts{"uv.lock, above the project, says how tests are run"});
  CHECK(reasons(alone, {"services/conftest.py", "services/requirements.txt", "setup.py"}).size() == 3);
  const std::string taken = ", outside of the project, is in a place that its settings take packages from";
  CHECK(reasons({{"pyproject.toml", "b = {workspace = true}\n"}}, {"libs/b/b.py", "libs/b/c.py"}) ==
        Texts{"libs/b/b.py" + taken});
  const Files path = {{"requirements.txt", "-e ../../libs/b\n"}};
  CHECK(reasons(path, {"libs/b/b.py"}) == Texts{"libs/b/b.py" + taken});
  CHECK(reasons(path, {"libs/c/b.py"}).empty());
  CHECK(reasons({{"pyproject.toml", "workspace = false\nworkspace"}}, {"libs/b/b.py"}).empty());
}

TEST_CASE("entry points are also read where setuptools had them") {
  const Files common = {{"pkg/__init__.py", ""},
                        {"pkg/plugin.py", ""},
                        {"pkg/cli.py", ""},
                        {"tests/test_x.py", kTest},
                        {"tests/test_cli.py", "run('shop serve', shell=True)\n" + kTest}};
  const std::string settings =
      "[options.entry_points]\nconsole_scripts =\n    shop = pkg.cli:main\npytest11 =\n    shop = "
      "pkg.plugin\n";
  CHECK(selected(with(common, {{"setup.cfg", settings}}), {"pkg/plugin.py"}).size() == 2);
  const std::string script = "setup(entry_points={'pytest11': ['shop = pkg.plugin']})\n";
  CHECK(selected(with(common, {{"setup.py", script}}), {"pkg/plugin.py"}).size() == 2);
  CHECK(selected(common, {"pkg/plugin.py"}).empty());
  const std::string scripts = "[options.entry_points]\nconsole_scripts =\n    shop = pkg.cli:main\n";
  CHECK(selected(with(common, {{"setup.cfg", scripts}}), {"pkg/cli.py"}) == Paths{"tests/test_cli.py"});
}

TEST_CASE("a package reaches the parts that it lists to load later") {
  const Files files = {{"pkg/__init__.py", "load = lazy.attach(__name__, ['trees'])\n"},
                       {"pkg/trees.py", ""},
                       {"pkg/roots.py", ""},
                       {"test_x.py", "import pkg\n" + kTest}};
  CHECK(selected(files, {"pkg/trees.py"}) == Paths{"test_x.py"});
  CHECK(selected(files, {"pkg/roots.py"}).empty());
}

TEST_CASE("names of files with blanks are found by their parts") {
  const Files files = {
      {"data/my table.csv", ""}, {"test_x.py", "T = 'my table.csv'\n" + kTest}, {"test_y.py", kTest}};
  CHECK(selected(files, {"data/my table.csv"}) == Paths{"test_x.py"});
}

TEST_CASE("a computed import reaches what its name begins with, and no more") {
  const Files files = {
      {"src/__init__.py", ""},
      {"src/plugins/__init__.py", ""},
      {"src/plugins/red.py", ""},
      {"src/other.py", ""},
      {"src/load.py", "import importlib\ndef load(n): return importlib.import_module(f'src.plugins.{n}')\n"},
      {"tests/test_x.py", "import src.load\n" + kTest}};
  CHECK(selected(files, {"src/plugins/red.py"}) == Paths{"tests/test_x.py"});
  CHECK(selected(files, {"src/other.py"}).empty());
}

TEST_CASE("one that is told what to import reaches the names that are spelled on the way") {
  const Files files = {
      {"src/__init__.py", ""},
      {"src/red/__init__.py", ""},
      {"src/red/a.py", ""},
      {"src/blue.py", ""},
      {"src/load.py", "import importlib\ndef load(n): return importlib.import_module(n)\n"},
      {"tests/test_blue.py", "from src.load import load\nload('src.blue')\n" + kTest},
      {"tests/test_red.py",
       "from src.load import load\nPACKAGE = 'src.red'\nload(PACKAGE + '.' + 'a')\n" + kTest},
      {"tests/test_none.py", "PACKAGE = 'src.red'\n" + kTest}};
  CHECK(selected(files, {"src/blue.py"}) == Paths{"tests/test_blue.py"});
  CHECK(selected(files, {"src/red/a.py"}) == Paths{"tests/test_red.py"});
  // And those that configuration names, in whatever file.
  const Files configured =
      with(files, {{"conf/plugins.yaml", "modules: [src.green]\n"}, {"src/green.py", ""}});
  CHECK(selected(configured, {"src/green.py"}) == Paths{"tests/test_blue.py", "tests/test_red.py"});
  CHECK(steps_to("tests/test_blue.py", configured, {"src/green.py"}).front() ==
        "src/load.py reads conf/plugins.yaml, which names src/green.py");
}

TEST_CASE("one that lists modules reaches those that it lists, or any") {
  const std::string load = "import importlib, pkgutil\n";
  const Files files = {
      {"src/__init__.py", ""},
      {"src/plugins/__init__.py", ""},
      {"src/plugins/red.py", ""},
      {"src/other.py", ""},
      {"src/own.py", load + "from src import plugins\nfor m in pkgutil.iter_modules(plugins.__path__): "
                            "importlib.import_module(m.name)\n"},
      {"tests/test_x.py", "import src.own\n" + kTest}};
  CHECK(selected(files, {"src/plugins/red.py"}) == Paths{"tests/test_x.py"});
  const Files any = with(
      files, {{"src/own.py",
               load + "def f(p):\n  for m in pkgutil.iter_modules(p): importlib.import_module(m.name)\n"}});
  CHECK(selected(any, {"src/other.py"}) == Paths{"tests/test_x.py"});
  CHECK(steps_to("tests/test_x.py", any, {"src/other.py"}).front() ==
        "src/own.py:3 finds modules by what is there at run time, such as src/other.py");
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
        selected(with(kShop, {{path == std::string("vendor/sub/") ? "a.txt" : path, ""}}), {path}).front() ==
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
    CHECK(selected(kShop, {path}).front() == "all");
  }
  CHECK(selection_of(kShop, {"uv.lock"}).whole ==
        std::vector<WholeSuiteReason>{{"uv.lock", "says what is installed"}});
  CHECK(selected(with(kShop, {{"pyproject.toml", "["}}), {}).front() == "all");
}

TEST_CASE("what is for people is nothing, unless a test reads it") {
  for (const char* path : {"README.md", "docs/index.md", ".github/workflows/ci.yml", "LICENSE",
                           "docs/requirements.txt", ".gitignore", ".env.example", "docs/Makefile"}) {
    CAPTURE(path);
    CHECK(selected(kShop, {path}).empty());
  }
  CHECK(selected(with(kShop, {{"tests/test_stock.py", "T = open('README.md')\n" + kTest}}), {"README.md"}) ==
        Paths{"tests/test_stock.py"});
}

TEST_CASE("what is gone reaches those that still ask for it") {
  Files files = kShop;
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
  const Files files = with(kShop, {{"src/stock.py", "def broken(:\n    pass\n"}});
  CHECK(selected(files, {"src/money.py"}) == Paths{"tests/test_order.py", "tests/test_stock.py"});
}

TEST_CASE("where others than Python files hold tests, all are run") {
  CHECK(selected(with(kShop, {{"tests/conftest.py", "def pytest_collect_file(parent, file_path): pass\n"}}),
                 {"src/stock.py"})
            .front() == "all");
  CHECK(selected(with(kShop, {{"tests/plug.py", "def pytest_collect_file(parent, file_path): pass\n"}}),
                 {"src/stock.py"})
            .front() == "all");
  for (const char* options :
       {"--doctest-glob=*.md", "-o python_files=check_*.py", "\"--override-ini=a=b\""}) {
    CAPTURE(options);
    CHECK(selected(with(kShop, {{"pytest.ini", std::string("[pytest]\naddopts = ") + options + "\n"}}),
                   {"src/stock.py"})
              .front() == "all");
  }
}

TEST_CASE("a project without tests, and one without files") {
  CHECK(selection_of({{"src/a.py", ""}}, {"src/a.py"}).all_files() == 0);
  CHECK(selection_of({}, {"uv.lock"}).all_files() == 0);
}

TEST_CASE("names that are no paths of ours are files that nobody knows") {
  CHECK(selected(kShop, {std::string("a\nb.txt")}).front() == "all");
  CHECK(selected(kShop, {"a\\b.py"}).front() == "all");
}
