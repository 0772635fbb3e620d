#include <catch2/catch.hpp>

#include "tests/engine/source/python_facts.h"

using namespace mlx;
using namespace mlx::test;

TEST_CASE("a server on a literal port is kept with its application") {
  CHECK(listeners_of("import uvicorn\nuvicorn.run(app, host='x', port=8000)\n") == Lines{"app on 8000"});
  CHECK(listeners_of("import uvicorn\nfrom .api import app\nuvicorn.run(app, port=80)\n") ==
        Lines{".api.app on 80"});
  CHECK(listeners_of("from uvicorn import run as serve\nserve('shop.api:app', port=8000)\n") ==
        Lines{"shop.api:app on 8000"});
  CHECK(listeners_of("from flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n"
                     "  app.run('0.0.0.0', 5000)\n") == Lines{"app on 5000 conditional"});
  CHECK(listeners_of("from aiohttp import web\ndef main():\n  web.run_app(create(), port=9000)\n") ==
        Lines{"create() on 9000 deferred"});
}

TEST_CASE("so is the server of metrics that runs beside the program") {
  CHECK(listeners_of("from prometheus_client import start_http_server\nstart_http_server(9100)\n") ==
        Lines{"metrics on 9100"});
  CHECK(listeners_of("import prometheus_client as p\np.start_http_server(addr='x', port=9100)\n") ==
        Lines{"metrics on 9100"});
}

TEST_CASE("a port that is not known, or any free one, is left out") {
  CHECK(listeners_of("import uvicorn\nuvicorn.run(app)\nuvicorn.run(app, port=settings.port)\n").empty());
  CHECK(listeners_of("import uvicorn\nuvicorn.run(app, port=0)\nuvicorn.run(app, port=-1)\n").empty());
  CHECK(listeners_of("import subprocess\nsubprocess.run('x', 8000)\njob.run(1, port=8000)\n").empty());
}
