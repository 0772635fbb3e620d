#include <catch2/catch.hpp>

#include "tests/engine/source/python_facts.h"

using namespace mlx;
using namespace mlx::test;

namespace {

/// `variable = type at prefix in function`.
Lines routers_of(std::string_view text) {
  Lines lines;
  for (const PythonRouter& router : read_python_module(text).routers) {
    std::string line = router.variable + " = " + router.type;
    if (!router.prefix.empty()) line += " at " + router.prefix;
    if (!router.is_prefix_known) line += " at ?";
    if (!router.function.empty()) line += " in " + router.function;
    lines.push_back(line);
  }
  return lines;
}

/// `function: variable = type; call, call`.
Lines factories_of(std::string_view text) {
  Lines lines;
  for (const ApplicationFactory& factory : read_python_module(text).factories) {
    std::string line = factory.function + ": " + factory.variable + " = " + factory.type + ";";
    for (const std::string& call : factory.calls) line += " " + call;
    lines.push_back(line);
  }
  return lines;
}

const std::string kFastApi = "from fastapi import APIRouter, FastAPI\n";
const std::string kFactory = kFastApi + "def create_app():\n";

}  // namespace

TEST_CASE("applications and routers are known by what makes them") {
  CHECK(routers_of(kFastApi + "app = FastAPI(title='x')\nr = APIRouter(prefix='/v1')\n") ==
        Lines{"app = fastapi.FastAPI", "r = fastapi.APIRouter at /v1"});
  CHECK(routers_of("import fastapi as fa\napp: fa.FastAPI = fa.FastAPI()\n") ==
        Lines{"app = fastapi.FastAPI"});
  CHECK(routers_of("from flask import Flask, Blueprint\na = Flask(__name__)\nb = Blueprint('b', __name__, "
                   "url_prefix='/b')\n") == Lines{"a = flask.Flask", "b = flask.Blueprint at /b"});
  CHECK(routers_of("from starlette.applications import Starlette\na = Starlette(routes=[])\n") ==
        Lines{"a = starlette.applications.Starlette"});
  CHECK(routers_of(kFastApi + "P = '/p'\nr = APIRouter(prefix=P)\n") == Lines{"r = fastapi.APIRouter at /p"});
  CHECK(routers_of(kFastApi + "r = APIRouter(prefix=settings.prefix)\nb = APIRouter(prefix=f'/{x}')\n") ==
        Lines{"r = fastapi.APIRouter at ?", "b = fastapi.APIRouter at ?"});
  CHECK(routers_of(kFastApi + "class A:\n  def f(self):\n    self.app = FastAPI()\n") ==
        Lines{"self.app = fastapi.FastAPI in A.f"});
  CHECK(routers_of("app = FastAPI()\n").empty());
  CHECK(routers_of(kFastApi + "x = f(FastAPI())\ny = FastAPI().z\n").empty());
}

TEST_CASE("decorators make routes") {
  CHECK(routes_of("@app.get('/a')\ndef f(): pass\n") == Lines{"GET /a -> f on app"});
  CHECK(routes_of("@r.post('/a', status_code=201)\n@r.put(path='/b')\nasync def f(): pass\n") ==
        Lines{"POST /a -> f on r", "PUT /b -> f on r"});
  CHECK(routes_of(
            "@r.patch('')\ndef f(): pass\n@r.delete('/{id}')\ndef g(): pass\n@r.head('/')\ndef h(): pass\n"
            "@r.options('/')\ndef i(): pass\n@r.trace('/')\ndef j(): pass\n") ==
        Lines{"PATCH  -> f on r", "DELETE /{id} -> g on r", "HEAD / -> h on r", "OPTIONS / -> i on r",
              "TRACE / -> j on r"});
  CHECK(routes_of("@app.websocket('/ws')\nasync def f(s): pass\n@app.websocket_route('/wt')\nasync def g(s): "
                  "pass\n") == Lines{"WEBSOCKET /ws -> f on app", "WEBSOCKET /wt -> g on app"});
  CHECK(routes_of("@app.api_route('/a', methods=['GET', 'post'])\ndef f(): pass\n") ==
        Lines{"GET,POST /a -> f on app"});
  CHECK(
      routes_of("@bp.route('/a')\ndef f(): pass\n@bp.route(rule='/b', methods=('POST',))\ndef g(): pass\n") ==
      Lines{"GET /a -> f on bp", "POST /b -> g on bp"});
  CHECK(routes_of("A = '/a'\n@app.get(A)\ndef f(): pass\n") == Lines{"GET /a -> f on app"});
  CHECK(routes_of("@self.router.get(\n  '/a',  # why\n)\ndef f(): pass\n") ==
        Lines{"GET /a -> f on self.router"});
}

TEST_CASE("a handler is named with what it stands in") {
  CHECK(routes_of("def create_app():\n  @app.get('/a')\n  async def f(): pass\n") ==
        Lines{"GET /a -> create_app.f on app"});
  CHECK(routes_of("class A:\n  @app.get('/a')\n  def f(self): pass\n") == Lines{"GET /a -> A.f on app"});
  CHECK(read_python_module("\n@app.get('/a')\n@x\ndef f(): pass\n").routes.at(0).line == 4);
}

TEST_CASE("other decorators make none") {
  for (const char* decorator : {"@get('/a')", "@app.get(f'/{x}')", "@app.get(x)", "@app.get", "@app.get()",
                                "@mock.patch('a.b')", "@app.middleware('/http')", "@app.get('a')"}) {
    CAPTURE(decorator);
    CHECK(routes_of(std::string(decorator) + "\ndef f(): pass\n").empty());
  }
  CHECK(routes_of("requests.get('/a')\nx.delete('/b')\n").empty());
}

TEST_CASE("calls make routes") {
  CHECK(routes_of("app.add_api_route('/a', f, methods=['POST'])\n") == Lines{"POST /a -> f on app"});
  CHECK(routes_of("app.add_api_route(path='/a', endpoint=m.f)\n") == Lines{"GET /a -> m.f on app"});
  CHECK(routes_of("app.add_route('/a', f)\n") == Lines{"GET /a -> f on app"});
  CHECK(routes_of("app.add_url_rule('/a', 'name', f)\n") == Lines{"GET /a -> f on app"});
  CHECK(routes_of("app.add_url_rule('/a', view_func=V.as_view('v'), methods=['PUT'])\n") ==
        Lines{"PUT /a -> V.as_view('v') on app"});
  CHECK(routes_of("app.add_api_websocket_route('/a', f)\napp.add_websocket_route('/b', g)\n") ==
        Lines{"WEBSOCKET /a -> f on app", "WEBSOCKET /b -> g on app"});
  CHECK(routes_of("def f(app):\n  for x in y:\n    app.add_api_route('/a', x)\n") ==
        Lines{"GET /a -> x on app"});
  CHECK(routes_of("add_route('/a', f)\napp.add_route(x, f)\n").empty());
}

TEST_CASE("Starlette's route objects") {
  const std::string starlette = "from starlette.routing import Mount, Route, WebSocketRoute\n";
  const std::string text =
      starlette +
      "routes = [\n  Route('/a', f),\n  Route('/b', endpoint=g, methods=['POST']),\n"
      "  WebSocketRoute('/ws', h),\n  Mount('/static', app=StaticFiles(), name='s'),\n]\n";
  CHECK(routes_of(text) == Lines{"GET /a -> f", "POST /b -> g", "WEBSOCKET /ws -> h"});
  CHECK(inclusions_of(text) == Lines{" <- StaticFiles() at /static"});
  CHECK(routes_of("from starlette.routing import Route as R\nx = [R('/a', f)]\n") == Lines{"GET /a -> f"});
  CHECK(routes_of("from fastapi.routing import APIRoute, APIWebSocketRoute\n"
                  "x = [APIRoute('/a', f), APIWebSocketRoute('/b', g)]\n") ==
        Lines{"GET /a -> f", "WEBSOCKET /b -> g"});
  CHECK(routes_of("x = Route('/a', f)\n").empty());
}

TEST_CASE("routers are included by call") {
  CHECK(inclusions_of("app.include_router(r)\n") == Lines{"app <- r"});
  CHECK(inclusions_of(
            "from app.api import items, users as u\napp.include_router(items.router, prefix='/items')\n"
            "app.include_router(router=u, tags=['x'])\n") ==
        Lines{"app <- app.api.items.router at /items", "app <- app.api.users"});
  CHECK(inclusions_of(
            "from .v1 import router\nP = '/v1'\ndef f():\n  self.app.include_router(router, prefix=P)\n") ==
        Lines{"self.app <- .v1.router at /v1"});
  CHECK(inclusions_of("app.register_blueprint(bp, url_prefix='/b')\n") == Lines{"app <- bp at /b"});
  CHECK(inclusions_of("app.mount('/static', StaticFiles(directory='s'), name='static')\n") ==
        Lines{"app <- StaticFiles(directory='s') at /static"});
  CHECK(inclusions_of("app.mount('/x', app=other)\n") == Lines{"app <- other at /x"});
  CHECK(inclusions_of("include_router(r)\napp.include_router()\nmount('/x', y)\nos.mount('x', y)\n").empty());
}

TEST_CASE("a function that makes an application and returns it is a factory") {
  CHECK(factories_of(kFactory + "  app = FastAPI()\n  setup(app)\n  app.include_router(r)\n  return app\n") ==
        Lines{"create_app: app = fastapi.FastAPI; setup app.include_router"});
  CHECK(factories_of("from flask import Flask\ndef make(config=None):\n  app: Flask = Flask(__name__)\n"
                     "  if config:\n    app.config.update(config)\n  with app.app_context():\n    db.init()\n"
                     "  return app\n") == Lines{"make: app = flask.Flask; app.config.update db.init"});
  CHECK(factories_of(kFastApi + "async def f():\n  x = FastAPI()\n  return x\n") ==
        Lines{"f: x = fastapi.FastAPI;"});
  CHECK(read_python_module(kFactory + "  app = FastAPI()\n  return app\n").factories.at(0).line == 2);
}

TEST_CASE("what is in a factory's inner functions is not its own") {
  CHECK(factories_of(kFactory +
                     "  app = FastAPI()\n  @app.get('/')\n  def f():\n    call()\n    return 1\n"
                     "  def g():\n    other = FastAPI()\n    return other\n  done()\n  return app\n") ==
        Lines{"create_app: app = fastapi.FastAPI; done"});
}

TEST_CASE("other functions are no factories") {
  CHECK(factories_of(kFactory + "  app = FastAPI()\n  return other\n").empty());
  CHECK(factories_of(kFactory + "  app = FastAPI()\n").empty());
  CHECK(factories_of(kFactory + "  r = APIRouter()\n  return r\n").empty());
  CHECK(factories_of(kFactory + "  return app\n").empty());
  CHECK(factories_of(kFastApi + "class A:\n  def f(self):\n    app = FastAPI()\n    return app\n").empty());
}
