#include "engine/source/move_modules.h"

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

const ModuleMove kMove{.from = "src", .to = "shop.ml", .modules = {"src.api", "src.api.app", "src.config"}};

std::string moved_python(std::string_view text, const ModuleMove& move = kMove) {
  const SyntaxTree tree = SyntaxTree::parse(Language::kPython, text);
  return apply_edits(text, move_modules_in_python(tree, move)).value();
}

std::string moved_yaml(std::string_view text) {
  const SyntaxTree tree = SyntaxTree::parse(Language::kYaml, text);
  return apply_edits(text, move_modules_in_yaml(tree, kMove)).value();
}

}  // namespace

TEST_CASE("absolute imports of the root are rewritten") {
  CHECK(moved_python("from src.api import app\n") == "from shop.ml.api import app\n");
  CHECK(moved_python("from src import api\n") == "from shop.ml import api\n");
  CHECK(moved_python("import src.api as a, os, src.config as c\n") ==
        "import shop.ml.api as a, os, shop.ml.config as c\n");
  CHECK(moved_python("from src.api import (  # why\n    app,\n)\n") ==
        "from shop.ml.api import (  # why\n    app,\n)\n");
  CHECK(moved_python("def f():\n    from src.api import app\n") ==
        "def f():\n    from shop.ml.api import app\n");
  CHECK(moved_python("try:\n    from src.x import y\nexcept ImportError:\n    y = None\n") ==
        "try:\n    from shop.ml.x import y\nexcept ImportError:\n    y = None\n");
}

TEST_CASE("what only looks like the root is left alone") {
  for (const char* text : {
           "from . import api\n",
           "from .src import api\n",
           "from srcs.api import x\n",
           "import source\n",
           "from a.src.api import x\n",
           "x = 'src/api/app.py'\n",
           "x = 'src'\n",
           "x = 'src.unknown.thing'\n",
           "x = 'see src.api for more'\n",
           "src = open('x')\nsrc.read()\n",
           "f(src=1)\n",
           "x.src.api\n",
           "x = f'src.api.{name}'\n",
           "x = 'src.api app'\n",
           "x = 'src.api:'\n",
           "x = 'xsrc.api'\n",
       }) {
    CAPTURE(text);
    CHECK(moved_python(text) == text);
  }
}

TEST_CASE("names that a plain import binds follow it") {
  CHECK(moved_python("import src.api.app\nx = src.api.app.make(src.config)\n") ==
        "import shop.ml.api.app\nx = shop.ml.api.app.make(shop.ml.config)\n");
  CHECK(moved_python("import src\nf(src)\ng(a=src.x)\n") == "import shop.ml\nf(shop.ml)\ng(a=shop.ml.x)\n");
}

TEST_CASE("a local variable with the root's name is not the module") {
  CHECK(moved_python("import src.api\ndef f(src):\n    return src.read()\n") ==
        "import shop.ml.api\ndef f(src):\n    return src.read()\n");
  CHECK(moved_python("import src.api\ndef f():\n    for src in x:\n        src.go()\n") ==
        "import shop.ml.api\ndef f():\n    for src in x:\n        src.go()\n");
  CHECK(moved_python("import src.api\ndef f(x=src.api):\n    return x\n") ==
        "import shop.ml.api\ndef f(x=shop.ml.api):\n    return x\n");
  CHECK(moved_python("import src.api\ny = [src.a for src in x]\nz = src.api\n") ==
        "import shop.ml.api\ny = [src.a for src in x]\nz = shop.ml.api\n");
}

TEST_CASE("strings that name an injected module are rewritten") {
  CHECK(moved_python("uvicorn.run('src.api.app:create_app')\n") ==
        "uvicorn.run('shop.ml.api.app:create_app')\n");
  CHECK(moved_python("patch(\"src.config.load\")\n") == "patch(\"shop.ml.config.load\")\n");
  CHECK(moved_python("x = {'_target_': 'src.api'}\n") == "x = {'_target_': 'shop.ml.api'}\n");
}

TEST_CASE("comments and docstrings mention modules by their new names") {
  CHECK(
      moved_python(
          "\"\"\"Run `uvicorn src.api.app:app`; see src/api.\"\"\"\n# like src.config, not mysrc.api\n") ==
      "\"\"\"Run `uvicorn shop.ml.api.app:app`; see src/api.\"\"\"\n# like shop.ml.config, not mysrc.api\n");
}

TEST_CASE("a root of several segments moves as a whole") {
  const ModuleMove move{.from = "acme.platform", .to = "src", .modules = {"acme.platform.api"}};
  CHECK(moved_python("import acme.platform.api\nimport acme.other\nx = acme.platform.api.y\nz = acme.other\n",
                     move) == "import src.api\nimport acme.other\nx = src.api.y\nz = acme.other\n");
}

TEST_CASE("the same root changes nothing, and broken code is still rewritten where it can be read") {
  const ModuleMove same{.from = "src", .to = "src", .modules = {"src.api"}};
  CHECK(moved_python("import src.api\n", same) == "import src.api\n");
  CHECK(moved_python("from src.api import x\ndef broken(:\n") == "from shop.ml.api import x\ndef broken(:\n");
  CHECK(moved_python("").empty());
}

TEST_CASE("deep nesting does not exhaust the stack") {
  const std::string deep =
      "import src.api\nx = " + std::string(20000, '(') + "src.api" + std::string(20000, ')') + "\n";
  CHECK(moved_python(deep).find("(shop.ml.api)") != std::string::npos);
}

TEST_CASE("YAML scalars and comments that name an injected module are rewritten") {
  CHECK(moved_yaml(
            "# src.api reads this\na:\n  _target_: src.api.app.Check\n  b: 'src.config.X'  # not src.other\n"
            "  c: \"src.api:app\"\n  d: src/api\n  e: src.nothing\n  f: [src.api, x]\n") ==
        "# shop.ml.api reads this\na:\n  _target_: shop.ml.api.app.Check\n  b: 'shop.ml.config.X'  # not "
        "src.other\n"
        "  c: \"shop.ml.api:app\"\n  d: src/api\n  e: src.nothing\n  f: [shop.ml.api, x]\n");
}
