#include <catch2/catch.hpp>

#include "tests/engine/source/python_facts.h"

using namespace mlx;
using namespace mlx::test;

TEST_CASE("variables are read by every spelling") {
  CHECK(environment_of("import os\nos.environ['A']\n") == Lines{"A!"});
  CHECK(environment_of("import os\nos.environ.get('A')\nos.getenv('B')\n") == Lines{"A", "B"});
  CHECK(environment_of("import os as o\no.environ['A']\no.getenv('B')\n") == Lines{"A!", "B"});
  CHECK(environment_of("from os import environ, getenv\nenviron['A']\nenviron.get('B')\ngetenv('C')\n") ==
        Lines{"A!", "B", "C"});
  CHECK(environment_of("from os import environ as e, getenv as g\ne['A']\ne.get('B')\ng('C')\n'D' in e\n") ==
        Lines{"A!", "B", "C", "D"});
  CHECK(
      environment_of("import os\nenv = os.environ\nread = os.getenv\nenv['A']\nenv.get('B')\nread('C')\n") ==
      Lines{"A!", "B", "C"});
  CHECK(environment_of("import os\nos.getenv(key='A', default='b')\n") == Lines{"A=b"});
  CHECK(environment_of("import os\nx = int(os.environ.get('A', 5)) + f(g[os.environ['B']])\n") ==
        Lines{"A=5", "B!"});
  CHECK(environment_of("import os\nx = f'{os.environ[\"A\"]}/{os.getenv(\"B\")}'\n") == Lines{"A!", "B"});
  CHECK(environment_of("import os\nif 'A' in os.environ: pass\nx = 'B' not in os.environ\n") ==
        Lines{"A", "B"});
  CHECK(environment_of("import os\nx = os.environ.pop('A')\ny = os.environ.pop('B', None)\n") ==
        Lines{"A!", "B"});
  CHECK(environment_of("import os\nos.environ.setdefault('A', 'b')\n") == Lines{"A=b"});
  CHECK(environment_of("import os\nos.environ[  # why\n  'A'\n]\n") == Lines{"A!"});
  CHECK(environment_of("import os\nos.getenv('A', os.getenv('B', 'c'))\n") == Lines{"A", "B=c"});
}

TEST_CASE("they are found wherever an expression stands") {
  const std::string os = "import os\n";
  for (const char* text :
       {"def f(x=os.environ['A']): pass\n", "@f(os.environ['A'])\ndef g(): pass\n",
        "class A(f(os.environ['A'])): pass\n", "for x in os.environ['A']: pass\n",
        "with open(os.environ['A']) as f: pass\n", "while os.environ['A']: pass\n",
        "match os.environ['A']:\n  case 1: pass\n", "assert os.environ['A']\n", "x: int = os.environ['A']\n",
        "x[os.environ['A']] = 1\n", "os.environ['A'] += 'x'\n", "del x[os.environ['A']]\n",
        "f(a=os.environ['A'])\n", "(x := os.environ['A'])\n"}) {
    CAPTURE(text);
    CHECK(environment_of(os + text) == Lines{"A!"});
  }
}

TEST_CASE("setting and deleting is not reading") {
  const std::string os = "import os\n";
  for (const char* text :
       {"os.environ['A'] = 'b'\n", "del os.environ['A']\n", "del os.environ['A'], os.environ['B']\n",
        "os.environ['A'], os.environ['B'] = 1, 2\n", "os.environ['A'] = os.environ['B'] = 'c'\n",
        "(os.environ['A'], x) = y\n", "os.environ.pop('A', None)\n", "os.environ.update(A='b')\n",
        "os.putenv('A', 'b')\n", "os.environ.copy()\n", "os.environ.clear()\n"}) {
    CAPTURE(text);
    CHECK(environment_of(os + text).empty());
  }
  CHECK(environment_of(os + "os.environ['A'] = os.environ['B']\n") == Lines{"B!"});
}

TEST_CASE("a default is known if it is a literal") {
  const auto with = [](const std::string& value) {
    return environment_of("import os\nD = 'd'\nos.getenv('A', " + value + ")\n");
  };
  CHECK(with("'b'") == Lines{"A=b"});
  CHECK(with("''") == Lines{"A="});
  CHECK(with("'a' 'b'") == Lines{"A=ab"});
  CHECK(with("5") == Lines{"A=5"});
  CHECK(with("-1.5") == Lines{"A=-1.5"});
  CHECK(with("True") == Lines{"A=True"});
  CHECK(with("D") == Lines{"A=d"});
  CHECK(with("None") == Lines{"A"});
  CHECK(with("f(x)") == Lines{"A"});
  CHECK(with("f'{x}'") == Lines{"A"});
  CHECK(with("'a' + x") == Lines{"A"});
}

TEST_CASE("a variable's name may be a constant of the module") {
  CHECK(environment_of("import os\nNAME = 'A'\nos.environ[NAME]\nos.getenv(NAME)\n") == Lines{"A!", "A"});
  CHECK(environment_of("import os\nos.environ[name]\nos.getenv(f'A_{x}')\nos.getenv('a' + b)\n").empty());
  CHECK(environment_of("import os\nos.getenv('not a name')\nos.getenv('')\n").empty());
}

TEST_CASE("other objects with such methods are left alone") {
  CHECK(environment_of(
            "environ['A']\nrequest.environ['B']\nd.get('C')\nself.os.environ['D']\nx().os.environ['E']\n")
            .empty());
  CHECK(environment_of("from wsgi import environ\nenviron['A']\n").empty());
  CHECK(environment_of("config('A')\n").empty());
}

TEST_CASE("decouple fails without a default") {
  CHECK(environment_of(
            "from decouple import config\nconfig('A')\nconfig('B', default='c')\nconfig('D', cast=int)\n") ==
        Lines{"A!", "B=c", "D!"});
  CHECK(environment_of("from decouple import config as c\nc('A', default=5, cast=int)\n") == Lines{"A=5"});
}

TEST_CASE("reads have a line and the circumstances") {
  const auto read =
      read_python_module("import os\n\ndef f():\n  if x:\n    return g(\n      os.environ['A'])\n")
          .environment.at(0);
  CHECK(read.line == 6);
  CHECK(read.context.is_deferred);
  CHECK(read.context.is_conditional);
}
