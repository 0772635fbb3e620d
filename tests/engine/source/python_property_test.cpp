// What holds for any bytes: reading them ends, gives the same twice, and its tokens tile the text.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include <catch2/catch.hpp>

#include "engine/source/python_tokens.h"
#include "tests/engine/source/python_facts.h"

using namespace mlx;

namespace {

constexpr std::array<std::string_view, 72> kParts = {"import ",     "from ",
                                                     "as ",         "a",
                                                     "b.c",         "os.environ",
                                                     "getenv(",     "get(",
                                                     "'x'",         R"("y")",
                                                     "'''",         R"(""")",
                                                     "f'",          "{",
                                                     "}",           "(",
                                                     ")",           "[",
                                                     "]",           ":",
                                                     ",",           ";",
                                                     "=",           ":=",
                                                     "==",          "+",
                                                     "->",          ".",
                                                     "...",         "@",
                                                     "\n",          "\n  ",
                                                     "\n    ",      "\r\n",
                                                     "\r",          "\t",
                                                     " ",           "\\\n",
                                                     "#c\n",        "def f",
                                                     "class A",     "if ",
                                                     "elif ",       "else:",
                                                     "try:",        "except ",
                                                     "with ",       "for ",
                                                     "in ",         "match ",
                                                     "case ",       "lambda ",
                                                     "async ",      "await ",
                                                     "return",      "yield ",
                                                     "raise ",      "print ",
                                                     "__all__",     "Field(",
                                                     "FastAPI(",    "app.get('/')",
                                                     "type X",      "not ",
                                                     "and ",        "TYPE_CHECKING",
                                                     "ImportError", "0777",
                                                     "1.e5j",       "\xff",
                                                     "\\",          "!r"};

const std::string kRealistic = R"(# A bit of everything that is read.
"""Settings and routes."""
from __future__ import annotations
import os, typing as t
from fastapi import APIRouter, FastAPI
from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict
try:
    import torch
except ImportError as error:
    torch = None
else:
    import torchvision
if t.TYPE_CHECKING:
    from .models import Model
__all__ = ["create_app", 'Settings'] + ["router"]
__all__ += ("x",)
PREFIX: str = "/v1"
router = APIRouter(prefix=PREFIX)
class Settings(BaseSettings):
    """What it is set to."""
    model_config = SettingsConfigDict(env_prefix="APP_")
    url: str = Field("redis://cache:6379/0", validation_alias=AliasChoices("URL", "REDIS_URL"))
    debug: t.Annotated[bool, Field(description='d')] = False
@router.get("/items/{id}", tags=['a', f"{PREFIX!r:>{10}}"])
async def item(id: int, *, q: list[str] | None = None) -> dict[str, t.Any]:
    match id:
        case 1 | 2: return {"a": os.environ["A"], **{}}
        case [x, *rest] if (n := len(rest)): pass
        case _:
            import json
            raise KeyError(os.getenv("B", '''c
d''')) from None
def create_app[T](settings: Settings = Settings()) -> FastAPI:
    app = FastAPI(title="x")
    app.include_router(router, prefix='/api')
    app.add_api_route("/z", lambda: 1, methods=["GET"])
    with suppress(KeyError) as a, open(f"{a}") as (b, c):
        pass
    return app
if __name__ == "__main__":
    print(create_app())
)";

void check_any(const std::string& text) {
  CAPTURE(text);
  const PythonTokens lexed = tokenize_python(text);
  REQUIRE(!lexed.tokens.empty());
  CHECK(lexed.tokens.back().kind == TokenKind::kEnd);
  std::size_t depth = 0;
  std::size_t begin = 0;
  for (const PythonToken& token : lexed.tokens) {
    REQUIRE(token.begin <= token.end);
    REQUIRE(token.end <= text.size());
    REQUIRE(token.begin >= begin);
    begin = token.begin;
    if (token.kind == TokenKind::kIndent) ++depth;
    if (token.kind == TokenKind::kDedent) REQUIRE(depth-- > 0);
  }
  CHECK(depth == 0);
  const PythonModule module = read_python_module(text);
  CHECK(module == read_python_module(text));
  const auto lines = static_cast<std::uint32_t>(text.size() + 1);
  for (const SourceProblem& problem : module.problems) CHECK((problem.line >= 1 && problem.line <= lines));
  if (!lexed.errors.empty()) CHECK(!module.problems.empty());
}

class Randomness {
 public:
  explicit Randomness(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : engine_() % limit; }

 private:
  std::minstd_rand engine_;
};

/// One change as an editor, a bad merge or a broken disk would make it.
void mutate(std::string& text, Randomness& random) {
  const std::size_t at = random.below(text.size());
  switch (random.below(5)) {
    case 0: text.erase(at, 1 + random.below(20)); break;
    case 1: text.insert(at, kParts.at(random.below(kParts.size()))); break;
    case 2: text.resize(at); break;
    case 3: text.insert(at, text.substr(random.below(text.size()), random.below(40))); break;
    default:
      if (!text.empty()) text[at] = static_cast<char>(random.below(256));
  }
}

/// Small files of the standard library, if there is one.
std::vector<std::string> real_files() {
  std::vector<std::string> texts;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(MLX_PYTHON_LIBRARY, error)) {
    if (entry.path().extension() != ".py" || entry.file_size() > 40'000) continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  std::ranges::sort(texts);
  return texts;
}

}  // namespace

TEST_CASE("any row of tokens can be read") {
  for (unsigned seed = 1; seed <= 1500; ++seed) {
    Randomness random(seed);
    std::string text;
    for (std::size_t i = random.below(80); i > 0; --i) text += kParts.at(random.below(kParts.size()));
    check_any(text);
  }
}

TEST_CASE("any bytes can be read") {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    Randomness random(seed);
    std::string text;
    for (std::size_t i = random.below(200); i > 0; --i) text += static_cast<char>(random.below(256));
    check_any(text);
  }
}

TEST_CASE("a file can be cut off anywhere") {
  CHECK(read_python_module(kRealistic).problems.empty());
  for (std::size_t size = 0; size < kRealistic.size(); ++size) check_any(kRealistic.substr(0, size));
}

TEST_CASE("a file can be damaged anywhere") {
  for (unsigned seed = 1; seed <= 600; ++seed) {
    Randomness random(seed);
    std::string text = kRealistic;
    for (std::size_t i = 1 + random.below(6); i > 0; --i) mutate(text, random);
    check_any(text);
  }
}

TEST_CASE("files of the standard library can be damaged and cut off") {
  unsigned seed = 1;
  for (std::string text : real_files()) {
    if (seed > 150) break;
    Randomness random(seed++);
    for (std::size_t i = 1 + random.below(4); i > 0; --i) mutate(text, random);
    check_any(text);
  }
}

TEST_CASE("damage below a function leaves what is above it as it is") {
  const std::size_t end = kRealistic.find("@router.get");
  const PythonModule whole = read_python_module(kRealistic.substr(0, end));
  for (unsigned seed = 1; seed <= 300; ++seed) {
    Randomness random(seed);
    std::string below = kRealistic.substr(end);
    mutate(below, random);
    const PythonModule module = read_python_module(kRealistic.substr(0, end) + below);
    CAPTURE(below);
    REQUIRE(module.imports.size() >= whole.imports.size());
    CHECK(std::equal(whole.imports.begin(), whole.imports.end(), module.imports.begin()));
    REQUIRE_FALSE(module.classes.empty());
    // A line that is now part of the class may add to it.
    CHECK(module.classes[0].environment_prefix == "APP_");
    CHECK(module.classes[0].fields.size() >= 2);
  }
}
