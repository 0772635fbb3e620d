#include <catch2/catch.hpp>

#include "engine/source/python_module.h"

using namespace mlx;

namespace {

using Words = std::vector<std::string>;

Words words_of(std::string_view text) { return read_python_module(text).mentions.words; }

/// `pattern at line`, with `own` where the module's own name is in it.
Words computed_in(std::string_view text) {
  Words lines;
  for (const PythonComputedImport& import : read_python_module(text).mentions.computed_imports) {
    const std::string own = import.is_in_own_package ? "own " : "";
    lines.push_back(own + import.pattern + " at " + std::to_string(import.line));
  }
  return lines;
}

}  // namespace

TEST_CASE("a text of one word is kept, whatever it is") {
  CHECK(words_of("x = 'conf'\ny = \"src.api.app\"\nz = 'data/a.csv'\n") ==
        Words{"conf", "data/a.csv", "src.api.app"});
  CHECK(words_of("f(b'a.bin', r'b.txt')\n") == Words{"a.bin", "b.txt"});
  CHECK(words_of("x = './a/b/'\ny = '/c'\nz = '../../d.py'\n") == Words{"a/b", "c", "d.py"});
  CHECK(words_of("x = '12'\ny = '--'\nz = ''\nw = '*'\n").empty());
  CHECK(words_of("x = 'src.'\n") == Words{"src."});
}

TEST_CASE("of several words joined by signs, each is kept") {
  CHECK(words_of("x = 'src.api.app:create'\n") == Words{"create", "src.api.app"});
  CHECK(words_of("x = 'model=tree'\n") == Words{"model", "tree"});
}

TEST_CASE("of prose only what looks like a name of a file or a module is kept") {
  CHECK(words_of("x = 'see data/a.csv, and src.api.app.'\n") == Words{"data/a.csv", "see", "src.api.app"});
  CHECK(words_of("x = 'shop-cli to see here'\n") == Words{"shop-cli"});
  CHECK(words_of("'''A docstring, data/a.csv.'''\ndef f():\n    'another.one'\n").empty());
}

TEST_CASE("code in a text says what it imports") {
  CHECK(words_of("run('import a, b.c\\nfrom d.e import f, g')\n") ==
        Words{"a", "b.c", "d.e", "d.e.f", "d.e.g", "import"});
  CHECK(words_of("x = '''\nimport shop\nprint(1)\n'''\n") == Words{"import", "shop"});
  CHECK(words_of("x = 'python -m shop serve'\n") == Words{"python", "shop"});
  CHECK(words_of("x = '''\nfrom shop import (\n    money,\n    stock,\n)\nother\n'''\n") ==
        Words{"from", "shop", "shop.money", "shop.stock"});
  CHECK(words_of("x = 'uv run --quiet shopcli serve'\n") == Words{"run", "shopcli", "uv"});
}

TEST_CASE("what is filled in is a star") {
  CHECK(words_of("x = f'data/{name}.csv'\n") == Words{"data/*.csv"});
  CHECK(words_of("x = 'data/%s.csv' % name\ny = '{}/b.csv'.format(z)\n") == Words{"*/b.csv", "data/*.csv"});
  CHECK(words_of("x = f'{a[\"b\"]}.json'\n") == Words{"*.json", "b"});
  CHECK(words_of("x = '{\"a\": \"src.api\"}'\n") == Words{"a", "src.api"});
  CHECK(words_of("x = f'{{\"a\": \"src.api\"}}'\n") == Words{"a", "src.api"});
  CHECK(words_of("x = 'data/?.csv'\n") == Words{"data/*.csv"});
}

TEST_CASE("texts that end early or go deep are read to their end") {
  CHECK_NOTHROW(words_of("x = '\\"));
  CHECK_NOTHROW(words_of("x = '%("));
  CHECK_NOTHROW(words_of("x = f'{'"));
  CHECK_NOTHROW(words_of(std::string("x = '") + std::string(100'000, '{') + "'"));
}

TEST_CASE("an import whose name is put together is kept with what stands of it") {
  CHECK(computed_in("import importlib\nimportlib.import_module(name)\n") == Words{"* at 2"});
  CHECK(computed_in("from importlib import import_module as load\nload(f'src.plugins.{name}')\n") ==
        Words{"src.plugins.* at 2"});
  CHECK(computed_in("import importlib\nimportlib.import_module('src.' + name)\n") == Words{"src.* at 2"});
  CHECK(computed_in("import importlib\nBASE = 'src.plugins'\nimportlib.import_module(BASE + '.' + name)\n") ==
        Words{"src.plugins.* at 3"});
  CHECK(computed_in("__import__('%s_plugin' % name)\n") == Words{"*_plugin at 1"});
  CHECK(computed_in("import importlib\nimportlib.import_module('.' + x, package=__name__)\n") ==
        Words{"own .* at 2"});
  CHECK(computed_in("import importlib\nimportlib.import_module(f'{__package__}.{x}')\n") ==
        Words{"own *.* at 2"});
  CHECK(computed_in("import importlib\nimportlib.import_module(names[x], __package__)\n") ==
        Words{"own * at 2"});
  CHECK(computed_in("import importlib\nimportlib.import_module(names[x], package)\n") == Words{"* at 2"});
  CHECK(computed_in("from hydra.utils import instantiate\ninstantiate(cfg)\n") == Words{"* at 2"});
  CHECK(computed_in("import importlib\nimportlib.import_module('src.api')\n").empty());
}

TEST_CASE("who looks for files or modules is known") {
  const auto mentions = [](std::string_view text) { return read_python_module(text).mentions; };
  CHECK(mentions("import os\nos.listdir(x)\n").lists_files);
  CHECK(mentions("for p in Path('a').parent.glob('*.py'): pass\n").lists_files);
  CHECK(mentions("import pkgutil\npkgutil.iter_modules(p.__path__)\n").lists_modules);
  CHECK(mentions("import pkgutil\npkgutil.iter_modules(p.__path__)\n").names_itself);
  CHECK(
      mentions("from importlib.metadata import entry_points\nentry_points(group='x')\n").lists_entry_points);
  CHECK(
      mentions("import lazy_loader as lazy\na, b, c = lazy.attach_stub(__name__, __file__)\n").attaches_stub);
  CHECK(mentions("x = __file__.rsplit('/')\n").names_itself);
  CHECK(mentions("print(1)\n") == PythonMentions{});
}
