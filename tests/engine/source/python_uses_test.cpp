#include <catch2/catch.hpp>

#include "tests/engine/source/python_facts.h"

using namespace mlx;
using namespace mlx::test;

TEST_CASE("uses of imported names have their full names") {
  CHECK(uses_of("import requests\nrequests.get(u)\n") == Lines{"requests.get()"});
  CHECK(uses_of("import requests as r\nr.get(u).json()\n") == Lines{"requests.get()"});
  CHECK(uses_of("from requests import get as fetch\nfetch(u)\n") == Lines{"requests.get()"});
  CHECK(uses_of("import os.path\nos.path.join(a)\n") == Lines{"os.path.join()"});
  CHECK(uses_of("import os.path as p\np.join(a)\n") == Lines{"os.path.join()"});
  CHECK(uses_of("from .models import User\nUser.get(1)\n") == Lines{".models.User.get()"});
  CHECK(uses_of("from .. import db\ndb.connect()\n") == Lines{"..db.connect()"});
  CHECK(uses_of("from sqlalchemy.orm import Query\nclass A(Query): pass\n") == Lines{"sqlalchemy.orm.Query"});
  CHECK(uses_of("from a import *\nb()\n").empty());
  CHECK(uses_of("b()\nx.get()\n").empty());
}

TEST_CASE("the kind of a use is told by what stands around it") {
  CHECK(uses_of("from p import v\n@v\ndef f(): pass\n") == Lines{"@p.v"});
  CHECK(uses_of("from p import v\n@v('a', pre=True)\ndef f(): pass\n") == Lines{"@p.v(pre)"});
  CHECK(uses_of("import p, q\n@p.v(q.r)\nclass A: pass\n") == Lines{"@p.v", "q.r"});
  CHECK(uses_of("from p import T\ndef f(x: T = T()) -> T: pass\n") == Lines{"p.T", "p.T()"});
  CHECK(uses_of("import p\nx = p.a + p.b[p.c]\n") == Lines{"p.a", "p.b", "p.c"});
  CHECK(uses_of("import p\nx = f'{p.a}'\n") == Lines{"p.a"});
}

TEST_CASE("what a function refers to again is kept once, calls each time") {
  CHECK(uses_of("import p\ndef f():\n  a = p.x\n  b = p.x\n  p.g()\n  p.g()\ndef h():\n  c = p.x\n") ==
        Lines{"p.x in f", "p.g() in f", "p.g() in f", "p.x in h"});
}

TEST_CASE("what is only for types is no use") {
  CHECK(uses_of("import typing as t\nfrom typing import Any\nx: t.List[Any] = y\n").empty());
  CHECK(uses_of("from collections.abc import Sequence\ndef f(x: Sequence): pass\n").empty());
  CHECK(uses_of("import collections\ncollections.OrderedDict()\n") == Lines{"collections.OrderedDict()"});
}

TEST_CASE("the names of keyword arguments are kept, those of inner calls apart") {
  CHECK(uses_of("import p\np.f(1, a=2, b=p.g(c=3), **d)\n") == Lines{"p.f(a,b)", "p.g(c)"});
  CHECK(uses_of("import p\np.f({'a': x == y}, key=lambda z: z)\n") == Lines{"p.f(key)"});
  CHECK(uses_of("import json\nf(json=1)\n").empty());
  CHECK(uses_of("import p\np.f(\n    a=1,\n    # why\n    b=2,\n)\n") == Lines{"p.f(a,b)"});
}

TEST_CASE("the function around a use is named, and whether it is async") {
  CHECK(uses_of("import p\ndef f():\n  p.g()\n") == Lines{"p.g() in f"});
  CHECK(uses_of("import p\nclass A:\n  x = p.y\n  def f(self):\n    p.g()\n") ==
        Lines{"p.y", "p.g() in A.f"});
  CHECK(uses_of("import p\nasync def f():\n  p.g()\n  await p.h()\n") ==
        Lines{"p.g() in f async", "p.h() in f async awaited"});
  CHECK(uses_of("import p\nasync def f():\n  def g():\n    p.h()\n  p.i()\n") ==
        Lines{"p.h() in f.g", "p.i() in f async"});
  CHECK(uses_of("import p\ndef f():\n  async def g():\n    p.h()\n") == Lines{"p.h() in f.g async"});
  CHECK(uses_of("import p\nasync def f(x=p.a): pass\n") == Lines{"p.a"});
}

TEST_CASE("what a lambda says does not run in the async function around it") {
  CHECK(uses_of("import p\nasync def f():\n  await run(None, lambda: p.g(1), p.h())\n") ==
        Lines{"p.g() in f", "p.h() in f async"});
  CHECK(uses_of("import p\nasync def f():\n  g(lambda x, y=[1, 2]: (x, p.g()))\n  p.h()\n") ==
        Lines{"p.g() in f", "p.h() in f async"});
}

TEST_CASE("names that functions import are theirs") {
  CHECK(uses_of("def f():\n  import p as q\n  q.g()\ndef h(q):\n  q.g()\n") == Lines{"p.g() in f"});
  CHECK(uses_of("import a as q\ndef f():\n  import p as q\n  q.g()\ndef h():\n  q.g()\n") ==
        Lines{"p.g() in f", "a.g() in h"});
}

TEST_CASE("parameters and local variables hide imported names") {
  CHECK(uses_of("import p\ndef f(p): p.g()\np.h()\n") == Lines{"p.h()"});
  CHECK(uses_of("import p\ndef f(*p): p.g()\ndef g(**p): p.g()\ndef h(a, *, p=1): p.g()\n").empty());
  CHECK(uses_of("import p\ndef f():\n  p = g()\n  p.h()\ndef i(): p.j()\n") == Lines{"p.j() in i"});
  CHECK(uses_of("import p\ndef f():\n  a, (p, b) = g()\n  p.h()\n").empty());
  CHECK(uses_of("import p\ndef f():\n  for p in g():\n    p.h()\n").empty());
  CHECK(uses_of("import p\ndef f():\n  with g() as p:\n    p.h()\n").empty());
  CHECK(uses_of("import p\ndef f():\n  try:\n    import t\n  except ImportError:\n    t = None\n  t.u()\n") ==
        Lines{"t.u() in f"});
  CHECK(uses_of("import p\ndef f():\n  p.x = 1\n  p.h()\n") == Lines{"p.x in f", "p.h() in f"});
}

TEST_CASE("methods of the module's own classes are uses, their mere names are not") {
  CHECK(uses_of("class M(B): pass\nM.parse_obj(x)\nM()\nM.x\n") == Lines{"M.parse_obj()"});
  CHECK(uses_of("class M:\n  class N: pass\nN.make()\n").empty());
}

TEST_CASE("built-in functions that wait are uses") {
  CHECK(uses_of("async def f():\n  with open(p) as g: pass\n") == Lines{"open() in f async"});
  CHECK(uses_of("input('?')\nprint(1)\n") == Lines{"input()"});
  CHECK(uses_of("def f(open): open()\nx = open\nopen.x()\na.open()\n").empty());
  CHECK(uses_of("from io import open\nopen(p)\n") == Lines{"io.open()"});
}

TEST_CASE("the line of a use is that of its name") {
  const auto uses = read_python_module("import p\nf(\n  p.g(\n    a=1))\n").uses;
  REQUIRE(uses.size() == 1);
  CHECK(uses[0].line == 3);
}

TEST_CASE("a path without end is cut") {
  std::string text = "import p\np";
  for (int i = 0; i < 1000; ++i) text += ".abc";
  const auto uses = read_python_module(text + "\n").uses;
  REQUIRE(uses.size() == 1);
  CHECK(uses[0].name.size() == 200);
}
