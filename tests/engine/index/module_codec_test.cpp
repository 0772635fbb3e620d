#include "engine/index/module_codec.h"

#include <catch2/catch.hpp>

#include "engine/index/facts_version.h"

using namespace mlx;

namespace {

/// A module with something in every list.
PythonModule sample() {
  return read_python_module(
      "\"\"\"Serves.\"\"\"\nimport importlib, os\nfrom ..a import b as c\nfrom fastapi import FastAPI, "
      "APIRouter\n"
      "from pydantic_settings import BaseSettings\n__all__ = [\"run\"]\nrouter = APIRouter(prefix=\"/x\")\n"
      "URL = \"redis://cache:6379\"\nA = os.getenv(\"A\", \"1\")\n"
      "class Settings(BaseSettings):\n    port: int = 8000\n    name: str\n"
      "@router.get(\"/y\")\ndef run(a: int) -> None:\n    \"\"\"Runs.\"\"\"\n"
      "def create() -> FastAPI:\n    app = FastAPI()\n    app.include_router(router)\n    return app\n"
      "@REGISTRY.register(\"a\", \"b\")\nclass A: pass\nuvicorn.run(app, port=8000)\n"
      "importlib.import_module(f'a.{b}')\nfor p in Path(__file__).glob('*.csv'): pass\ndef broken(:\n    "
      "pass\nif __name__ == \"__main__\":\n    run(1)\n");
}

}  // namespace

TEST_CASE("a module that is encoded and decoded is the same") {
  const PythonModule module = sample();
  CHECK_FALSE(module.imports.empty());
  CHECK_FALSE(module.routes.empty());
  CHECK_FALSE(module.factories.empty());
  CHECK_FALSE(module.uses.empty());
  CHECK_FALSE(module.classes.empty());
  CHECK_FALSE(module.registrations.empty());
  CHECK_FALSE(module.listeners.empty());
  CHECK_FALSE(module.services.empty());
  CHECK_FALSE(module.problems.empty());
  CHECK_FALSE(module.mentions.words.empty());
  CHECK_FALSE(module.mentions.computed_imports.empty());
  CHECK(decode_module(encode_module(module)) == module);
  CHECK(decode_module(encode_module(PythonModule{})) == PythonModule{});
}

TEST_CASE("bytes that end early are rejected, wherever they end") {
  const std::string bytes = encode_module(sample());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    if (decode_module(std::string_view(bytes).substr(0, size))) FAIL("accepted " << size << " bytes");
  }
  CHECK_FALSE(decode_module(bytes + '\0').has_value());
}

TEST_CASE("bytes with any bit turned are rejected") {
  const std::string bytes = encode_module(sample());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string turned = bytes;
    turned[bit / 8] = static_cast<char>(static_cast<unsigned char>(turned[bit / 8]) ^ (1U << (bit % 8)));
    if (decode_module(turned)) FAIL("accepted with bit " << bit << " turned");
  }
}

TEST_CASE("other bytes are no module") {
  CHECK_FALSE(decode_module("").has_value());
  CHECK_FALSE(decode_module("{}").has_value());
  CHECK_FALSE(decode_module(std::string(1000, '\0')).has_value());
  CHECK_FALSE(decode_module(std::string(1000, '\xff')).has_value());
}

TEST_CASE("the version of the code that read a module stands before everything else") {
  const std::string bytes = encode_module(sample());
  std::uint64_t version = 0;
  for (std::size_t i = 0; i < 8; ++i)
    version |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  CHECK(version == facts_version());
}
