#include "engine/component/extract/provisions.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/engine/component/extract/extracted_project.h"

using namespace mlx;

namespace {

using Files = std::map<std::string, std::string>;
using Names = std::vector<std::string>;

/// `name file function location`.
Names points(const ExtractedProject& project, const std::string& component) {
  Names list;
  for (const InjectionPoint& point : project.component(component).injection_points)
    list.push_back(point.name + " " + point.file + " " + point.function + " " + point.location);
  std::ranges::sort(list);
  return list;
}

}  // namespace

TEST_CASE("public names are provided, private ones and those of private modules are not") {
  const ExtractedProject project(Files{{"src/__init__.py", ""},
                                       {"src/api/app.py",
                                        "LIMIT: int = 3\n_hidden = 1\n__version__ = \"1\"\n"
                                        "def run(port: int = 8000) -> None: ...\ndef _help(): ...\n"
                                        "class Store(Base):\n    def __init__(self, path: str) -> None: ...\n"
                                        "    def get(self, key: str) -> bytes: ...\n    def _raw(self): ...\n"
                                        "class _Inner:\n    def get(self): ...\n"
                                        "class Point:\n    x: int\n    y: int = 0\n"},
                                       {"src/api/_private.py", "def secret(): ...\n"}});
  CHECK(project.symbols("api") == Names{"src.api.app.LIMIT int", "src.api.app.Point (x: int, y: int = 0)",
                                        "src.api.app.Store (path: str)",
                                        "src.api.app.Store.get (self, key: str) -> bytes",
                                        "src.api.app.run (port: int = 8000) -> None"});
  CHECK(project.evidence("api", "provides.symbols", "src.api.app.run (port: int = 8000) -> None") ==
        Names{"src/api/app.py:4"});
  CHECK(project.component("api").provides.modules == Names{"src.api._private", "src.api.app"});
}

TEST_CASE("__all__ decides where it is literal, and names what is passed on") {
  const ExtractedProject project(
      Files{{"src/__init__.py", ""},
            {"src/api/__init__.py",
             "from src.api.app import run as start, stop\nfrom json import dumps\n"
             "from . import app\n__all__ = [\"start\", \"_odd\", \"dumps\", \"app\"]\n"
             "def _odd(): ...\ndef left_out(): ...\n"},
            {"src/api/app.py", "def run(): ...\ndef stop(): ...\n"},
            {"src/api/other.py", "__all__ = names()\ndef seen(): ...\ndef _not(): ...\n"}});
  CHECK(project.symbols("api") == Names{"src.api._odd ()", "src.api.app src.api.app", "src.api.app.run ()",
                                        "src.api.app.stop ()", "src.api.dumps json.dumps",
                                        "src.api.other.seen ()", "src.api.start src.api.app.run"});
}

TEST_CASE("routes have the prefixes of all routers that include theirs, across files") {
  const ExtractedProject project(
      Files{{"src/__init__.py", ""},
            {"src/api/app.py",
             "from fastapi import FastAPI\nfrom src.api.routers import items as things, router\n"
             "app = FastAPI()\napp.include_router(router, prefix=\"/v1\")\n"
             "app.include_router(things.router, prefix=\"/old\")\n"
             "@app.get(\"/health\")\ndef health(): ...\n"},
            {"src/api/routers/__init__.py",
             "from fastapi import APIRouter\nfrom . import items\n"
             "router = APIRouter(prefix=\"/api\")\nrouter.include_router(items.router)\n"},
            {"src/api/routers/items.py",
             "from fastapi import APIRouter\nrouter = APIRouter(prefix=\"/items\")\n"
             "@router.get(\"/{id}\")\nasync def one(id: int): ...\n"
             "@router.post(\"\")\ndef new(): ...\n"}});
  CHECK(project.routes("api") ==
        Names{"GET /health src.api.app.health", "POST /old/items src.api.routers.items.new",
              "GET /old/items/{id} src.api.routers.items.one", "POST /v1/api/items src.api.routers.items.new",
              "GET /v1/api/items/{id} src.api.routers.items.one"});
  CHECK(project.component("api").type == ComponentType::kApplication);
  CHECK(project.evidence("api", "provides.routes", "GET /health") == Names{"src/api/app.py:7"});
}

TEST_CASE("a router may have the name of its module") {
  const ExtractedProject project(Files{
      {"src/__init__.py", ""},
      {"src/api/items.py",
       "from fastapi import APIRouter\nitems = APIRouter()\n@items.get(\"/{id}\")\ndef one(id: int): ...\n"},
      {"src/api/app.py",
       "from fastapi import FastAPI\ndef create_app():\n  from src.api.items import items\n  app = "
       "FastAPI()\n"
       "  app.include_router(items, prefix=\"/items\")\n  return app\n"}});
  CHECK(project.routes("api") == Names{"GET /items/{id} src.api.items.one"});
}

TEST_CASE("a router that is included in a circle, or by itself, comes to an end") {
  const ExtractedProject project(
      Files{{"src/api/a.py",
             "from fastapi import APIRouter\nfrom src.api import b\nrouter = APIRouter(prefix=\"/a\")\n"
             "router.include_router(b.router)\nrouter.include_router(router)\n"
             "@router.get(\"/x\")\ndef x(): ...\n"},
            {"src/api/b.py",
             "from fastapi import APIRouter\nfrom src.api import a\nrouter = APIRouter(prefix=\"/b\")\n"
             "router.include_router(a.router)\n"}});
  CHECK_FALSE(project.routes("api").empty());
  CHECK(project.routes("api").size() < 100);
}

TEST_CASE("what merely looks like a route is none") {
  const ExtractedProject project(Files{{"src/api/client.py",
                                        "import httpx\nclient = httpx.Client()\nclient.get(\"/items\")\n"
                                        "@cache.get(\"/x\")\ndef x(): ...\n"}});
  CHECK(project.routes("api").empty());
  CHECK(project.component("api").type == ComponentType::kUtility);
}

TEST_CASE("application factories, settings and registrations are injection points") {
  const ExtractedProject project(
      Files{{"src/api/app.py",
             "from fastapi import FastAPI\ndef create_app() -> FastAPI:\n    app = FastAPI()\n"
             "    app.include_router(router)\n    return app\n"
             "def add_middleware(app): ...\n"},
            {"src/core/settings.py", "class Settings(Base):\n    port: int = 1\nclass Empty(Base): ...\n"},
            {"src/core/plugins.py",
             "class Registry:\n    def register(self, plugin): ...\n"
             "def register_all(): ...\ndef _register(): ...\n"}});
  CHECK(points(project, "api") ==
        Names{"application-factory src/api/app.py create_app before-return",
              "middleware src/api/app.py add_middleware end",
              "router-registration src/api/app.py create_app after:include_router"});
  CHECK(points(project, "core") == Names{"plugin-registration src/core/plugins.py Registry.register end",
                                         "plugin-registration src/core/plugins.py register_all end",
                                         "settings src/core/settings.py Settings end"});
}

TEST_CASE("programs are entry points") {
  const ExtractedProject project(
      Files{{"pyproject.toml",
             pyproject({}, "[project.scripts]\nshop = \"shop.api.app:main\"\nother = \"x.y:z\"\n")},
            {"shop/__init__.py", ""},
            {"shop/api/__main__.py", "print()\n"},
            {"shop/api/app.py", "def main(): ...\n"}});
  CHECK(project.component("api").provides.entry_points == Names{"shop.api", "shop = shop.api.app:main"});
  CHECK(project.component("api").type == ComponentType::kApplication);
}
