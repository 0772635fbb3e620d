#include <catch2/catch.hpp>

#include "tests/engine/source/python_facts.h"

using namespace mlx;
using namespace mlx::test;

namespace {

std::string nested(int depth, const std::string& innermost) {
  std::string text;
  for (int i = 0; i < depth; ++i) text += std::string(static_cast<std::size_t>(i), ' ') + "if a:\n";
  return text + std::string(static_cast<std::size_t>(depth), ' ') + innermost;
}

std::string repeated(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

}  // namespace

TEST_CASE("an empty file says nothing") {
  CHECK(read_python_module("") == PythonModule{});
  CHECK(read_python_module("\n  \n# x\n") == PythonModule{});
  CHECK(read_python_module("\xef\xbb\xbf") == PythonModule{});
}

TEST_CASE("what Python accepts is no problem") {
  for (const char* text : {
           "x = 1 if a else 2\n",
           "print(a, file=b)\n",
           "print\n",
           "exec('a')\n",
           "def f(a, /, b, *, c): pass\n",
           "x = [*a, *b]\n",
           "x = a[1:2, ..., ::3]\n",
           "return_ = not a and not b\n",
           "raise A(b) from c\n",
           "lambda *a, **b: (yield)\n",
           "x = 'a' f'{b}' 'c'\n",
           "async def f(): return [x async for x in y]\n",
           "try: pass\nexcept A, B: pass\n",
           "try: pass\nexcept* A: pass\n",
           "class A: x: int; y = 1\n",
           "if a: pass\nelif b: pass\nelse: pass\n",
           "while a: break\nelse: pass\n",
           "global a, b\n",
           "assert a, b\n",
           "del a, (b, c)\n",
           "x = a if b else c if d else e\n",
           "print(f'{a!r:>{w}}' 'b')\n",
           "with (a as b, c as d,): pass\n",
           "@a\n\n# b\ndef f(): pass\n",
           "x = yield\n",
           "x = -1 ** ~2\n",
           "x = a @ b\n",
           "x = await a\n",
           "type X[T] = int\n",
           "*a, b = c\n",
           "x = (yield a)\n",
           "...\n",
           "x = ...\n",
           "'''a'''; b\n",
           "for x in *a, b: pass\n",
           "return a,\n",
       }) {
    CAPTURE(text);
    CHECK(problems_of(text).empty());
  }
}

TEST_CASE("a syntax error is one problem with its line") {
  for (const char* broken :
       {"x = (",   "x = )",   "x = 'a",    "x = 1 2", "x y",        "def (): pass", "def f()", "class : pass",
        "class A", "if a",    "x = ",      "x = a +", "x = a ? b",  "try",          "  x = 1", "@a\nx = 1",
        "while a", "x = `a`", "x = 1 'a'", "x = a b", "for x in y", "if a:\nb"}) {
    CAPTURE(broken);
    const Lines problems = problems_of(std::string("\n") + broken + "\n");
    REQUIRE(problems.size() == 1);
    CHECK(problems.front().starts_with("syntax-error at "));
  }
  CHECK(problems_of("a\nb\nc d\ne f\n") == Lines{"syntax-error at 3"});
  CHECK(problems_of("a\rb\rc d\r") == Lines{"syntax-error at 3"});
  CHECK(problems_of("a\r\nb\r\nc = 'x\r\n") == Lines{"syntax-error at 3"});
}

TEST_CASE("Python 2 is seen as such, and read as far as it goes") {
  const std::string text =
      "import a\nprint 'x'\ntry:\n  import b\nexcept ImportError, e:\n  raise X, 'y'\n"
      "exec 'z'\nn = 0777L\ndef f(a, (b, c)): pass\nimport d\n";
  CHECK(imports_of(text) == Lines{"import a", "import b", "import d"});
  for (const char* line : {"print x", "print 'x' % y", "exec 'x'", "raise X, 'y'", "x = 0777", "x = 10L",
                           "x <> y", "x = `y`", "x = ur'a'", "try: pass\nexcept X, e: pass"}) {
    CAPTURE(line);
    CHECK(problems_of(std::string(line) + "\n").size() == 1);
  }
  const auto problems = read_python_module("print 'x'\n").problems;
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].message == "this is Python 2");
}

TEST_CASE("what is around an error is read") {
  CHECK(imports_of("import a\nx = (1,\nimport b\n") == Lines{"import a", "import b"});
  CHECK(imports_of("import a\nx = 'y\nimport b\n") == Lines{"import a", "import b"});
  CHECK(symbols_of("def f(:\n  pass\ndef g(a): pass\n").back() == "function g(a)");
  CHECK(symbols_of("class A(:\n  x = 1\ndef g(a): pass\n").back() == "function g(a)");
  CHECK(imports_of("if a\n  import b\nimport c\n") == Lines{"import b", "import c"});
  CHECK(imports_of("  import a\nimport b\n") == Lines{"import a", "import b"});
  CHECK(imports_of("def f():\nimport a\n") == Lines{"import a"});
  CHECK(imports_of("else:\n  import a\n") == Lines{"import a"});
  CHECK(imports_of("except X:\n  import a\n") == Lines{"import a"});
  CHECK(imports_of("@\nimport a\n") == Lines{"import a"});
  CHECK(imports_of("async\nawait\nimport a\n") == Lines{"import a"});
  CHECK(imports_of("<<<<<<< ours\nimport a\n=======\nimport b\n>>>>>>> theirs\n") ==
        Lines{"import a", "import b"});
}

TEST_CASE("bytes that are no Python are no danger") {
  CHECK(problems_of(std::string(1000, '\0')) == Lines{"syntax-error at 1"});
  CHECK(imports_of(std::string("import a\n\0\nimport b\n", 20)) == Lines{"import a", "import b"});
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  CHECK(problems_of(all).size() == 1);
  CHECK(imports_of("# caf\xe9\nimport a\nx = '\xff\xfe'\n") == Lines{"import a"});
  CHECK(problems_of("# caf\xe9\nna\xefve = '\xff\xfe'\n").empty());
}

TEST_CASE("deep nesting exhausts nothing") {
  const int many = 10'000;
  CHECK(names_of("x = " + repeated("(", many) + "1" + repeated(")", many) + "\ny = 2\n") == Lines{"x", "y"});
  CHECK(names_of("x = " + repeated("[", many) + "\nimport a\ny = 2\n") == Lines{"x", "y"});
  CHECK(problems_of("x = " + repeated("f'{", many) + "\n").size() == 1);
  CHECK(names_of("x = " + repeated("lambda: ", many) + "1\n") == Lines{"x"});
  CHECK(names_of("x = " + repeated("not ", many) + "1\n") == Lines{"x"});
}

TEST_CASE("blocks deeper than Python's own limit are passed over with a problem") {
  CHECK(imports_of(nested(90, "import a\n") + "import b\n").size() == 2);
  CHECK(problems_of(nested(90, "import a\n")).empty());
  const std::string deep = nested(1000, "import a\n") + "import b\n";
  CHECK(imports_of(deep) == Lines{"import b"});
  CHECK(problems_of(deep) == Lines{"syntax-error at 102"});
  std::string functions;
  for (std::size_t i = 0; i < 1000; ++i) functions += std::string(i, ' ') + "def f():\n";
  CHECK(symbols_of(functions + "x = 1\n").size() == 2);
  CHECK(names_of(repeated("if a: pass\nelif b: pass\n", 10'000) + "x = 1\n") == Lines{"x"});
}

TEST_CASE("what is kept of a text is bounded by the text") {
  const std::string name(100'000, 'a');
  std::string methods = "class " + name + ":\n";
  for (int i = 0; i < 1000; ++i) methods += "  def f" + std::to_string(i) + "(self): pass\n";
  std::size_t kept = 0;
  for (const PythonSymbol& symbol : read_python_module(methods).symbols) kept += symbol.name.size();
  CHECK(kept < 1'000'000);

  kept = 0;
  const std::string imports = "from " + name + " import " + repeated("a, ", 1000) + "b\n";
  for (const PythonImport& import : read_python_module(imports).imports) kept += import.module.size();
  CHECK(kept < 1'000'000);

  kept = 0;
  const std::string nested_calls = repeated("app.mount('/', ", 3000) + "x" + repeated(")", 3000) + "\n";
  for (const PythonInclusion& inclusion : read_python_module(nested_calls).inclusions)
    kept += inclusion.router.size();
  CHECK(kept < 1'000'000);

  kept = 0;
  const std::string constant = "import os\nX = '" + name + "'\n" + repeated("os.getenv('A', X)\n", 1000);
  for (const EnvironmentRead& read : read_python_module(constant).environment)
    kept += read.fallback.value_or("").size();
  CHECK(kept < 1'000'000);
}
