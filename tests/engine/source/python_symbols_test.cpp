#include <catch2/catch.hpp>

#include "tests/engine/source/python_facts.h"

using namespace mlx;
using namespace mlx::test;

namespace {

/// `__all__` as one line: its names, `?` if it is not known, `-` if there is none.
std::string all_of(std::string_view text) {
  const PythonModule module = read_python_module(text);
  if (!module.has_all) return "-";
  if (!module.is_all_known) return "?";
  std::string line;
  for (const std::string& name : module.all) line += (line.empty() ? "" : " ") + name;
  return line;
}

}  // namespace

TEST_CASE("functions and classes have signatures") {
  CHECK(symbols_of("def f(): pass\n") == Lines{"function f()"});
  CHECK(symbols_of("async def f(a, *, b: int = 1, **c) -> list[int]:\n  pass\n") ==
        Lines{"function f(a, *, b: int = 1, **c) -> list[int]"});
  CHECK(symbols_of("class A: pass\nclass B(A, metaclass=M): pass\nclass C(): pass\n") ==
        Lines{"class A", "class B(A, metaclass=M)", "class C()"});
  CHECK(symbols_of("class A:\n  def f(self): pass\n  async def g(self, x): pass\n") ==
        Lines{"class A", "method A.f(self)", "method A.g(self, x)"});
}

TEST_CASE("a signature is one line without comments, however it is laid out") {
  CHECK(symbols_of("def f(\n    a,  # first\n    b = (1,\n      2),\n) -> int: pass\n") ==
        Lines{"function f(a, b = (1, 2)) -> int"});
  CHECK(symbols_of("def f(a, b,): pass\n") == Lines{"function f(a, b)"});
  CHECK(symbols_of("def f(\r\n  a,\r\n): pass\r\n") == Lines{"function f(a)"});
  CHECK(symbols_of("def f(a=(1,), b=[1,], c=g(1,), d: X[int,] = 1): pass\n") ==
        Lines{"function f(a=(1,), b=[1], c=g(1), d: X[int,] = 1)"});
  CHECK(symbols_of("def f(a='''x\ny'''): pass\n") == Lines{"function f(a='''x\\ny''')"});
  CHECK(symbols_of("def f(a=f'{b}, {c}', d=1): pass\n") == Lines{"function f(a=f'{b}, {c}', d=1)"});
  CHECK(symbols_of("def f \\\n  (a): pass\n") == Lines{"function f(a)"});
  CHECK(symbols_of("def f(a=lambda x: {1: 2}) -> {1: 2}: pass\n") ==
        Lines{"function f(a=lambda x: {1: 2}) -> {1: 2}"});
}

TEST_CASE("type parameters and aliases") {
  CHECK(symbols_of("def f[T: (int, str) = int, *Ts](x: T) -> T: pass\n") == Lines{"function f(x: T) -> T"});
  CHECK(symbols_of("class A[T](B[T]): pass\n") == Lines{"class A(B[T])"});
  CHECK(symbols_of("class A[T]: pass\n") == Lines{"class A"});
  CHECK(names_of("type X = int\ntype Y[T] = list[T]\ntype = 1\ntype(x).y = 2\n") == Lines{"X", "Y", "type"});
  CHECK(problems_of("type X[T] = list[T]\ntype = 5\nprint(type)\n").empty());
}

TEST_CASE("decorators belong to what is below them") {
  CHECK(symbols_of("@a\n@b.c(1)\n\n# why\n@(d := e)\ndef f(): pass\n") ==
        Lines{"variable d", "function f()"});
  CHECK(symbols_of("@a\nclass A: pass\n") == Lines{"class A"});
  CHECK(symbols_of("@a\nasync def f(): pass\n") == Lines{"function f()"});
}

TEST_CASE("what is in functions and deeper classes is not the module's") {
  CHECK(symbols_of("def f():\n  x = 1\n  def g(): pass\n  class A:\n    def h(self): pass\n") ==
        Lines{"function f()"});
  CHECK(symbols_of("class A:\n  x = 1\n  class B:\n    def f(self): pass\n") == Lines{"class A"});
  CHECK(symbols_of("class A:\n  if x:\n    def f(self): pass\n  else:\n    def g(self): pass\n") ==
        Lines{"class A", "method A.f(self)", "method A.g(self)"});
}

TEST_CASE("what is bound more than once is listed once") {
  CHECK(symbols_of("x = 1\nx = 2\nx: int = 3\n") == Lines{"variable x"});
  CHECK(symbols_of("try:\n  def f(a): pass\nexcept X:\n  def f(b): pass\n") == Lines{"function f(a)"});
  CHECK(symbols_of("class A:\n  @property\n  def x(self): pass\n  @x.setter\n  def x(self, v): pass\n"
                   "class B:\n  def x(self): pass\n") ==
        Lines{"class A", "method A.x(self)", "class B", "method B.x(self)"});
}

TEST_CASE("every kind of assignment binds") {
  CHECK(names_of("a = b = 1\n") == Lines{"a", "b"});
  CHECK(names_of("a, (b, *c), [d] = x\n") == Lines{"a", "b", "c", "d"});
  CHECK(names_of("(a) = 1\n[b, c] = x\n*d, = y\n") == Lines{"a", "b", "c", "d"});
  CHECK(names_of("a.b = c[0] = d().e = f[g].h = 1\n").empty());
  CHECK(names_of("a += 1\nb //= 2\n") == Lines{"a", "b"});
  CHECK(symbols_of("a: int\nb: list[int] = []\nc.d: int = 1\n(e): int = 1\n") ==
        Lines{"variable a int", "variable b list[int]", "variable e int"});
  CHECK(names_of("f(a=1)\nx == 1\nlambda a=1: a\n").empty());
  CHECK(names_of("a = lambda b=1: b\nc = {1: 2}[1]\n") == Lines{"a", "c"});
  CHECK(names_of("a = b if c else d\n") == Lines{"a"});
}

TEST_CASE("statements bind their targets") {
  CHECK(names_of("for a, (b, c) in x: pass\nfor d.e in x: pass\nfor f[0] in x: pass\n") ==
        Lines{"a", "b", "c"});
  CHECK(names_of("with a as b, c() as (d, e): pass\nwith (f as g, h as i): pass\nwith (j): pass\n") ==
        Lines{"b", "d", "e", "g", "i"});
  CHECK(names_of("with a as b.c, d as e[0]: pass\n").empty());
  CHECK(names_of("try: pass\nexcept A as b: pass\nexcept (C, D) as e: pass\n") == Lines{"b", "e"});
  CHECK(names_of("try: pass\nexcept* A as b: pass\n") == Lines{"b"});
  CHECK(names_of("if (a := 1) and (b := 2): pass\nwhile c := d: pass\nprint(e := 1)\n") ==
        Lines{"a", "b", "c", "e"});
  CHECK(names_of("[a for a in b if (c := a)]\n{d: e for d, e in f}\n") == Lines{"c"});
  CHECK(names_of("async with a as b: pass\nasync for c in d: pass\n") == Lines{"b", "c"});
}

TEST_CASE("match is a statement where it is one, and a name elsewhere") {
  CHECK(names_of("match x:\n  case A(b, c=d): pass\n  case [e, *f]: pass\n  case {'k': g, **h}: pass\n"
                 "  case (1 | 2) as i: pass\n  case j.k: pass\n  case _: y = 1\n  case l if m: pass\n") ==
        Lines{"b", "d", "e", "f", "g", "h", "i", "y", "l"});
  CHECK(names_of("match a, *b:\n  case c: pass\n") == Lines{"c"});
  CHECK(names_of("match (a):\n  case b, c: pass\n") == Lines{"b", "c"});
  CHECK(names_of("match -a:\n  case b: pass\n") == Lines{"b"});
  CHECK(names_of("match = 1\nmatch.x = 2\nmatch(x)\ncase = 3\nmatch: int = 4\nmatch[a:b] = 5\n") ==
        Lines{"match", "case"});
  CHECK(
      problems_of("match = re.match(a)\nprint(match)\nmatch(x)[a:b]\ncase(x)\nmatch, case = 1, 2\n").empty());
}

TEST_CASE("__all__ in every form that is written out") {
  CHECK(all_of("x = 1\n") == "-");
  CHECK(all_of("__all__ = []\n").empty());
  CHECK(all_of("__all__ = ()\n").empty());
  CHECK(all_of("__all__ = ['a', \"b\" 'c',]\n") == "a bc");
  CHECK(all_of("__all__ = ('a',\n  # why\n  'b')\n") == "a b");
  CHECK(all_of("__all__ = 'a', 'b'\n") == "a b");
  CHECK(all_of("__all__: list[str] = ['a']\n") == "a");
  CHECK(all_of("__all__ = ['a'] + ['b'] + ['c']\n") == "a b c");
  CHECK(all_of("__all__ = ['a']\n__all__ += ['b']\n__all__ += ('c', 'd')\n") == "a b c d");
  CHECK(all_of("__all__ = ['a']\n__all__.append('b')\n__all__.extend(['c', 'd'])\n__all__.remove('a')\n") ==
        "b c d");
  CHECK(all_of("__all__ = ['a']\nif x:\n  __all__ += ['b']\n") == "a b");
  CHECK(all_of("__all__ = ['a']\n__all__ = ['b']\n") == "b");
}

TEST_CASE("__all__ that is made at run time is not guessed") {
  for (const char* text :
       {"__all__ = x\n", "__all__ = x.__all__\n", "__all__ = ['a'] + x.__all__\n", "__all__ = [*x, 'a']\n",
        "__all__ = [a for a in b]\n", "__all__ = list(x)\n", "__all__ = ('a')\n",
        "__all__ = ['a']\n__all__ += x\n", "__all__ = ['a']\n__all__.extend(x)\n",
        "__all__ = ['a']\n__all__.sort()\n", "__all__ = ['a', b]\n", "__all__ = ['a'] if x else []\n",
        "__all__ = [f'{a}']\n"}) {
    CAPTURE(text);
    CHECK(all_of(text) == "?");
  }
  CHECK(all_of("def f():\n  __all__ = ['a']\n") == "-");
  CHECK(all_of("class A:\n  __all__ = ['a']\n") == "-");
}

TEST_CASE("a summary is the first line of a docstring") {
  CHECK(read_python_module("'''What it is.\n\nMore.\n'''\n").summary == "What it is.");
  CHECK(read_python_module("#!/bin/sh\n# c\n\n\"\"\"\n  What it is.  \n\"\"\"\n").summary == "What it is.");
  CHECK(read_python_module("'''A.\r\nB.'''\r\n").summary == "A.");
  CHECK(read_python_module("'''A.\rB.'''\r").summary == "A.");
  CHECK(read_python_module("'a' 'b'\n").summary == "ab");
  CHECK(read_python_module("\xef\xbb\xbf'a'\n").summary == "a");
  for (const char* text : {"b'a'\n", "f'a'\n", "'a'.b\n", "'a' + 'b'\n", "'a', 'b'\n", "x = 1\n'a'\n", ""}) {
    CAPTURE(text);
    CHECK(read_python_module(text).summary.empty());
  }
  const auto symbols = read_python_module(
                           "def f():\n  '''F.'''\ndef g(): 'G.'; x\nclass A:\n  'A.'\n\n"
                           "  def h(self):\n    # c\n\n    'H.'\ndef f():\n  'Again.'\n")
                           .symbols;
  REQUIRE(symbols.size() == 4);
  CHECK(symbols[0].summary == "F.");
  CHECK(symbols[1].summary == "G.");
  CHECK(symbols[2].summary == "A.");
  CHECK(symbols[3].summary == "H.");
}

TEST_CASE("symbols have the line of their statement") {
  const auto symbols =
      read_python_module("\n@a\n@b\ndef f(): pass\nx = (\n  1)\nclass A(\n  B): pass\n").symbols;
  REQUIRE(symbols.size() == 3);
  CHECK(symbols[0].line == 4);
  CHECK(symbols[1].line == 5);
  CHECK(symbols[2].line == 7);
}

TEST_CASE("a script is known by its last lines") {
  CHECK(read_python_module("if __name__ == '__main__':\n  f()\n").is_script);
  CHECK(read_python_module("if __name__ == \"__main__\": f()\n").is_script);
  CHECK_FALSE(read_python_module("if __name__ == 'x':\n  f()\n").is_script);
  CHECK_FALSE(read_python_module("def f():\n  if __name__ == '__main__': pass\n").is_script);
}
