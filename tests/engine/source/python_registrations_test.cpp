#include <catch2/catch.hpp>

#include "tests/engine/source/python_facts.h"

using namespace mlx;
using namespace mlx::test;

TEST_CASE("what is registered under a literal name is kept with what registers it") {
  CHECK(registrations_of("from .core import MODELS\n@MODELS.register('tree')\nclass A: pass\n") ==
        Lines{"@.core.MODELS.register: tree of 1"});
  CHECK(registrations_of("registry = {}\nregistry.register('a', b)\n") == Lines{"registry.register: a of 2"});
  CHECK(
      registrations_of("from p import plugin as mark\n@mark('kind', 'name', version='2')\ndef f(): pass\n") ==
      Lines{"@p.plugin: kind name of 3"});
  CHECK(registrations_of("import reg\n@reg.register_model(name='a')\ndef f(): pass\n") ==
        Lines{"@reg.register_model: a of 1"});
  CHECK(registrations_of("NAME = 'a'\nR.register(NAME)\n") == Lines{"R.register: a of 1"});
  CHECK(registrations_of("R.register('a', 'b', 'c')\n") == Lines{"R.register: a b of 3"});
}

TEST_CASE("what has no literal name, or does not register in any case, is left out") {
  CHECK(registrations_of("import atexit\natexit.register(stop)\n@R.register()\ndef f(): pass\n").empty());
  CHECK(registrations_of("R.register(f'{x}', A)\nR.register('')\n").empty());
  CHECK(registrations_of("def setup():\n  R.register('a')\nif x:\n  R.register('b')\n").empty());
  CHECK(registrations_of("try:\n  import x\nexcept ImportError:\n  R.register('a')\n").empty());
  CHECK(registrations_of("R.register('a', A, force=True)\nR.register('b', B, override=True)\n").empty());
  CHECK(registrations_of("app.unregister('a')\nx = register\n").empty());
}
