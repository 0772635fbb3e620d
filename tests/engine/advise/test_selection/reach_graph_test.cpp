// What reaches tests: imports, fixtures, names in texts, scripts.
#include <catch2/catch.hpp>

#include "engine/advise/test_selection/explain_selection.h"
#include "engine/advise/test_selection/outside_changes.h"
#include "engine/index/memory_snapshot.h"
#include "tests/engine/advise/test_selection/selection_of.h"

using namespace mlx;
using namespace mlx::test;

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
                     {"lib/load.py", std::string("import importlib\n") + load},
                     {"test_x.py", "import lib.load\n" + kTest}},
                    {"shop/money.py"}) == Paths{"test_x.py"};
  };
  CHECK(reaches("load = importlib.import_module\n"));
  CHECK(reaches("def get(load=importlib.import_module): return load(name)\n"));
  CHECK(reaches("found = map(importlib.import_module, names)\n"));
  CHECK(reaches("found = map(importlib.import_module, names)\na = lazy.attach_stub(__name__, __file__)\n"));
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

TEST_CASE("scripts reach what the scripts run that they run") {
  const Files files = {{"run.sh", "bash tools/deep.sh\n"},
                       {"tools/deep.sh", "bash tools/deeper.sh\nbash run.sh\n"},
                       {"tools/deeper.sh", "python -m shop.money\n"},
                       {"shop/__init__.py", ""},
                       {"shop/money.py", ""},
                       {"test_x.py", "run(['bash', 'run.sh'])\n" + kTest},
                       {"test_y.py", kTest}};
  CHECK(selected(files, {"shop/money.py"}) == Paths{"test_x.py"});
}

TEST_CASE("scripts that are too many to be read reach anything") {
  Files files = {{"shop/__init__.py", ""},
                 {"shop/money.py", ""},
                 {"a.sh", "bash b.sh\n"},
                 {"b.sh", ""},
                 {"c.sh", ""},
                 {"test_x.py", "run(['bash', 'a.sh'])\n" + kTest},
                 {"test_y.py", "run(['bash', '.made/d.py'])\n" + kTest}};
  NoIndexCache cache;
  const auto selection = [&](std::size_t most) {
    return select_tests(MemorySnapshot(files), cache, {.paths = {{.path = "shop/money.py"}}}, most).value();
  };
  CHECK(selection(2).selected.empty());
  CHECK(selection(2).unread.empty());
  const std::string reason = "there are more than 1 scripts and documents with examples, which are not read";
  const TestSelection limited = selection(1);
  CHECK(limited.unread == reason);
  REQUIRE(limited.selected.size() == 1);
  CHECK(explanation_of(limited.selected.front().steps.front()) ==
        "test_x.py runs what scripts or documents say, and " + reason + ": it may be shop/money.py");
  // For two reasons at once.
  files["load.py"] = "import importlib\ndef load(n): return importlib.import_module(n)\n";
  files["conf/a.yaml"] = files["conf/b.yaml"] = "";
  CHECK(selection(1).unread ==
        reason + ", and there are more than 1 files of configuration, which are not read");
}

TEST_CASE("a test of the examples in documents reaches what these import") {
  const Files files = {{"README.md", "# Shop\n\n```python\nfrom shop.money import price\n```\n"},
                       {"docs/guide/stock.md", "```python\nimport shop.stock\n```\n"},
                       {"shop/__init__.py", ""},
                       {"shop/money.py", ""},
                       {"shop/stock.py", ""},
                       {"test_y.py", kTest}};
  const auto reached = [&](const std::string& test) {
    const Files all = with(files, {{"test_x.py", test + kTest}});
    std::string parts;
    for (const char* part : {"money", "stock"})
      if (selected(all, {"shop/" + std::string(part) + ".py"}) == Paths{"test_x.py"}) parts += part[0];
    return parts;
  };
  const std::string finder = "from pytest_examples import find_examples\n";
  CHECK(reached(finder + "E = find_examples('README.md', 'docs')\n") == "ms");
  CHECK(reached(finder + "E = find_examples(str(ROOT / 'guide'))\n") == "s");
  CHECK(reached(finder + "E = find_examples(ROOT)\n") == "ms");
  CHECK(reached("import doctest\ndoctest.testfile('README.md')\n") == "m");
  // What tests use for it, and what they run for it.
  const auto reached_by_helper = [&](const char* path, const char* use) {
    const Files all =
        with(files, {{path, finder + "E = find_examples('README.md')\n"}, {"test_x.py", use + kTest}});
    return selected(all, {"shop/money.py"}) == Paths{"test_x.py"} && selected(all, {"shop/stock.py"}).empty();
  };
  CHECK(reached_by_helper("helpers.py", "from helpers import E\n"));
  CHECK(reached_by_helper("tools/run.py", "run(['python', 'tools/run.py'])\n"));
  CHECK_FALSE(reached_by_helper("tools/run.py", ""));
  // Names that tests give to files of their own.
  CHECK(reached("WRITTEN = ['docs', 'README.md']\n").empty());
}

TEST_CASE("a package that attaches the modules of its stub reaches all of them") {
  const Files files = {
      {"shop/__init__.py",
       "import lazy_loader as lazy\n__getattr__, _, _ = lazy.attach_stub(__name__, __file__)\n"},
      {"shop/__init__.pyi", "from .money import price\n"},
      {"shop/money.py", ""},
      {"other/__init__.py", ""},
      {"test_x.py", "import shop\n" + kTest},
      {"test_y.py", "import other\n" + kTest}};
  CHECK(selected(files, {"shop/money.py"}) == Paths{"test_x.py"});
}

TEST_CASE("a package without __init__.py can be run") {
  CHECK(selected(
            {{"shop/__main__.py", ""}, {"test_x.py", "run(['-m', 'shop'])\n" + kTest}, {"test_y.py", kTest}},
            {"shop/__main__.py"}) == Paths{"test_x.py"});
}

TEST_CASE("examples in texts and docstrings may import anything") {
  CHECK(selected(with(shop(), {{"tests/test_usage.txt", ">>> import src.stock\n"}}), {"src/stock.py"})
            .front() == "all");
  CHECK(selected(with(shop(), {{"tests/test_usage.txt", "prose\n"}}), {"src/stock.py"}) ==
        Paths{"tests/test_stock.py"});
  CHECK(selected(with(shop(), {{"pytest.ini", "[pytest]\naddopts = --doctest-modules\n"}}), {"src/stock.py"})
            .front() == "all");
}

TEST_CASE("packages that are installed under other names are everything") {
  const auto is_all = [](const char* file, const char* text) {
    return selected(with(shop(), {{file, text}}), {"src/stock.py"}).front() == "all";
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
