#include <catch2/catch.hpp>

#include "tests/engine/source/python_facts.h"

using namespace mlx;
using namespace mlx::test;

TEST_CASE("absolute imports are read as they are written") {
  CHECK(imports_of("import a\n") == Lines{"import a"});
  CHECK(imports_of("import a.b.c, d as e, f . g\n") == Lines{"import a.b.c", "import d as e", "import f.g"});
  CHECK(imports_of("from a.b import c, d as e\n") == Lines{"from a.b import c", "from a.b import d as e"});
  CHECK(imports_of("from a import (  # why\n    b,\n    c as d,  # so\n)\n") ==
        Lines{"from a import b", "from a import c as d"});
  CHECK(imports_of("from a import b, \\\n    c\n") == Lines{"from a import b", "from a import c"});
  CHECK(imports_of("from a import *\n") == Lines{"from a import *"});
  CHECK(imports_of("from __future__ import annotations\n") == Lines{"from __future__ import annotations"});
}

TEST_CASE("relative imports keep their dots apart") {
  CHECK(imports_of("from . import a\n") == Lines{"from . import a"});
  CHECK(imports_of("from .a import b\n") == Lines{"from .a import b"});
  CHECK(imports_of("from ...a.b import c\n") == Lines{"from ...a.b import c"});
  CHECK(imports_of("from .... import a\n") == Lines{"from .... import a"});
  CHECK(imports_of("from . . a import b\n") == Lines{"from ..a import b"});
  const auto import = read_python_module("from ..a import b\n").imports.at(0);
  CHECK(import.level == 2);
  CHECK(import.module == "a");
}

TEST_CASE("several statements on one line are all read") {
  CHECK(imports_of("import a; import b; x = 1; from c import d\n") ==
        Lines{"import a", "import b", "from c import d"});
  CHECK(imports_of("if x: import a; import b\n") == Lines{"import a conditional", "import b conditional"});
  CHECK(imports_of("class A: import b\n") == Lines{"import b inner"});
}

TEST_CASE("an import's line is that of its statement") {
  const auto imports =
      read_python_module("\n\nimport a\r\nfrom b import (\r\n    c,\r\n    d)\r\nimport e").imports;
  REQUIRE(imports.size() == 4);
  CHECK(imports[0].line == 3);
  CHECK(imports[1].line == 4);
  CHECK(imports[2].line == 4);
  CHECK(imports[3].line == 7);
  CHECK(read_python_module("import a\rimport b\rimport c").imports.at(2).line == 3);
}

TEST_CASE("the name that an import binds") {
  const auto bound = [](std::string_view text) {
    return std::string(read_python_module(text).imports.at(0).bound_name());
  };
  CHECK(bound("import a.b\n") == "a");
  CHECK(bound("import a.b as c\n") == "c");
  CHECK(bound("from a import b\n") == "b");
  CHECK(bound("from a import b as c\n") == "c");
  CHECK(bound("from a import *\n").empty());
  CHECK(bound("__import__('a')\n").empty());
}

TEST_CASE("imports for type checkers only are marked") {
  CHECK(imports_of("if TYPE_CHECKING:\n  import a\n") == Lines{"import a checking"});
  CHECK(imports_of("import typing\nif typing.TYPE_CHECKING:\n  import a\n").at(1) == "import a checking");
  CHECK(imports_of("import typing as t\nif t.TYPE_CHECKING: import a\n").at(1) == "import a checking");
  CHECK(imports_of("from typing import TYPE_CHECKING as TC\nif TC:\n  import a\n").at(1) ==
        "import a checking");
  CHECK(imports_of("if TYPE_CHECKING and x:\n  import a\n") == Lines{"import a checking"});
  CHECK(imports_of("if x and TYPE_CHECKING:\n  import a\n") == Lines{"import a checking"});
  CHECK(imports_of("if TYPE_CHECKING or x:\n  import a\n") == Lines{"import a conditional"});
  CHECK(imports_of("if f(TYPE_CHECKING):\n  import a\n") == Lines{"import a conditional"});
  CHECK(imports_of("if TYPE_CHECKING:\n  if x:\n    import a\n") == Lines{"import a checking conditional"});
}

TEST_CASE("the other side of a type checker's condition always runs") {
  CHECK(imports_of("if TYPE_CHECKING:\n  import a\nelse:\n  import b\n") ==
        Lines{"import a checking", "import b"});
  CHECK(imports_of("if not TYPE_CHECKING:\n  import a\n") == Lines{"import a"});
  CHECK(imports_of("if not typing.TYPE_CHECKING:\n  import a\nelse:\n  import b\n") ==
        Lines{"import a", "import b checking"});
  CHECK(imports_of("if TYPE_CHECKING:\n  import a\nelif x:\n  import b\nelse:\n  import c\n") ==
        Lines{"import a checking", "import b conditional", "import c"});
}

TEST_CASE("imports below other conditions are marked") {
  CHECK(imports_of("if x:\n  import a\nelif y:\n  import b\nelse:\n  import c\n") ==
        Lines{"import a conditional", "import b conditional", "import c conditional"});
  CHECK(imports_of("match x:\n  case 1:\n    import a\n") == Lines{"import a conditional"});
  CHECK(imports_of("for x in y:\n  import a\nelse:\n  import b\n") == Lines{"import a", "import b"});
  CHECK(imports_of("while x:\n  import a\n") == Lines{"import a"});
  CHECK(imports_of("with x:\n  import a\n") == Lines{"import a"});
  CHECK(imports_of("if x:\n  import a\nimport b\n") == Lines{"import a conditional", "import b"});
}

TEST_CASE("a try that survives a missing module makes its imports optional") {
  CHECK(imports_of("try:\n  import a\nexcept ImportError:\n  a = None\nimport b\n") ==
        Lines{"import a optional", "import b"});
  CHECK(imports_of("try:\n  import a\nexcept ModuleNotFoundError as e:\n  import b as a\n") ==
        Lines{"import a optional", "import b as a optional"});
  CHECK(imports_of("try:\n  import a\nexcept (ImportError, AttributeError):\n  pass\n") ==
        Lines{"import a optional"});
  CHECK(imports_of("try:\n  import a\nexcept Exception: pass\n") == Lines{"import a optional"});
  CHECK(imports_of("try:\n  import a\nexcept: pass\n") == Lines{"import a optional"});
  CHECK(imports_of("try: import a\nexcept KeyError: pass\nexcept ImportError: pass\n") ==
        Lines{"import a optional"});
  CHECK(imports_of(
            "try:\n  import a\nexcept ImportError:\n  pass\nelse:\n  import b\nfinally:\n  import c\n") ==
        Lines{"import a optional", "import b optional", "import c"});
  CHECK(imports_of("try:\n  import a\nexcept ImportError:\n  try:\n    import b\n  except ImportError:\n    "
                   "import c\n") == Lines{"import a optional", "import b optional", "import c optional"});
}

TEST_CASE("a try that does not survive it leaves them required") {
  CHECK(imports_of("try:\n  import a\nfinally:\n  pass\n") == Lines{"import a"});
  CHECK(imports_of("try:\n  import a\nexcept KeyError:\n  pass\n") == Lines{"import a"});
  CHECK(imports_of("try:\n  import a\nexcept ImportError as e:\n  raise X('install a') from e\n") ==
        Lines{"import a"});
  CHECK(imports_of("try:\n  import a\nexcept ImportError: print(1); raise\n") == Lines{"import a"});
  CHECK(imports_of("try:\n  import a\nexcept ImportError: raise\nexcept Exception: pass\n") ==
        Lines{"import a"});
  CHECK(imports_of("try:\n  import a\nexcept ImportError:\n  if strict:\n    raise\n") ==
        Lines{"import a optional"});
}

TEST_CASE("an import may be optional by contextlib") {
  CHECK(imports_of("with suppress(ImportError):\n  import a\n") == Lines{"import a optional"});
  CHECK(imports_of("with contextlib.suppress(ImportError, KeyError):\n  import a\n") ==
        Lines{"import a optional"});
  CHECK(imports_of("with suppress(KeyError):\n  import a\n") == Lines{"import a"});
}

TEST_CASE("imports in functions and classes are deferred, or not the module's") {
  CHECK(imports_of("def f():\n  import a\n") == Lines{"import a inner deferred"});
  CHECK(imports_of("async def f():\n  def g():\n    from a import b\n") ==
        Lines{"from a import b inner deferred"});
  CHECK(imports_of("class A:\n  import b\n  def f(self):\n    import c\n") ==
        Lines{"import b inner", "import c inner deferred"});
  CHECK(imports_of("def f(): import a; import b\nimport c\n") ==
        Lines{"import a inner deferred", "import b inner deferred", "import c"});
}

TEST_CASE("modules that are imported by a call") {
  CHECK(imports_of("import importlib\nx = importlib.import_module('a.b')\n").at(1) == "dynamic a.b");
  CHECK(imports_of("from importlib import import_module as im\nim('a')\n").at(1) == "dynamic a");
  CHECK(imports_of("import importlib as il\ndef f():\n  return il.import_module(name='a')\n").at(1) ==
        "dynamic a deferred");
  CHECK(imports_of("import importlib\nimportlib.import_module('..a', package=__package__)\n").at(1) ==
        "dynamic ..a");
  CHECK(imports_of("__import__('a')\n") == Lines{"dynamic a"});
  CHECK(imports_of("NAME = 'a'\n__import__(NAME)\n") == Lines{"dynamic a"});
  CHECK(imports_of("x.import_module('a')\n").empty());
}

TEST_CASE("a module that is only known at run time is a problem, with its line") {
  CHECK(problems_of("import importlib\n\nimportlib.import_module(name)\n") == Lines{"dynamic-import at 3"});
  CHECK(problems_of("__import__(f'a.{b}')\n") == Lines{"dynamic-import at 1"});
  CHECK(problems_of("__import__('a' + b)\n") == Lines{"dynamic-import at 1"});
}

TEST_CASE("an import that cannot be read is a problem, and those around it are read") {
  for (const char* broken :
       {"import", "import 1", "import a b", "import a as", "from a", "from a import", "from import a",
        "from a import b c", "from a import 1", "from a import b as", "import a.", "import (a)"}) {
    CAPTURE(broken);
    const std::string text = std::string("import x\n") + broken + "\nimport y\n";
    CHECK(problems_of(text) == Lines{"syntax-error at 2"});
    const Lines imports = imports_of(text);
    CHECK(imports.front() == "import x");
    CHECK(imports.back() == "import y");
  }
  CHECK(problems_of("import " + std::string(1000, 'a') + "\n").empty());
  CHECK(problems_of("from " + std::string(1000, 'a') + " import b\n") == Lines{"syntax-error at 1"});
}

TEST_CASE("what only looks like an import is none") {
  CHECK(imports_of("x = 'import a'\n'''\nimport b\n'''\n# import c\nraise x from y\n").empty());
  CHECK(imports_of("def f():\n  yield from a\n").empty());
}
