#include <catch2/catch.hpp>

#include "tests/engine/source/python_facts.h"

using namespace mlx;
using namespace mlx::test;

TEST_CASE("a loop that tries again after an exception is a retry loop") {
  CHECK(practices_of("import time, requests\n"
                     "def fetch(url):\n"
                     "    for attempt in range(3):\n"
                     "        try:\n"
                     "            return requests.get(url)\n"
                     "        except requests.RequestException:\n"
                     "            time.sleep(2 ** attempt)\n"
                     "    raise RuntimeError(url)\n") == Lines{"retry fetch 3-7"});
  CHECK(practices_of("class A:\n"
                     "    async def get(self):\n"
                     "        while True:\n"
                     "            try:\n"
                     "                return await self.call()\n"
                     "            except Exception:\n"
                     "                await asyncio.sleep(1)\n") == Lines{"retry A.get 3-7"});
  CHECK(practices_of("def f():\n"
                     "  retries = 0\n"
                     "  while retries < 5:\n"
                     "    try:\n"
                     "      connect()\n"
                     "      break\n"
                     "    except OSError as e:\n"
                     "      retries += 1\n") == Lines{"retry f 3-8"});
  CHECK(practices_of("def f():\n"
                     "  for _ in range(5):\n"
                     "    try:\n"
                     "      r = get()\n"
                     "      if r.ok: return r\n"
                     "    except OSError:\n"
                     "      pass\n"
                     "    time.sleep(1)\n") == Lines{"retry f 2-8"});
  CHECK(practices_of("def f():\n"
                     "  for i in range(5):\n"
                     "    try:\n"
                     "      x = get()\n"
                     "    except OSError:\n"
                     "      if i == 4: raise\n"
                     "      time.sleep(1)\n"
                     "    else:\n"
                     "      return x\n") == Lines{"retry f 2-9"});
}

TEST_CASE("other loops around a try are no retry loops") {
  // Something else each time round.
  CHECK(practices_of("def f(paths):\n  for path in paths:\n    try:\n      return read(path)\n"
                     "    except OSError:\n      time.sleep(1)\n")
            .empty());
  CHECK(practices_of(
            "def f():\n  for port in range(8000, 9000):\n    try:\n      bind(port)\n      return port\n"
            "    except OSError:\n      time.sleep(1)\n")
            .empty());
  // A worker that goes on after a failed job.
  CHECK(practices_of("def f():\n  while True:\n    try:\n      work()\n    except Exception:\n      log()\n"
                     "      time.sleep(1)\n")
            .empty());
  // A person who is asked again.
  CHECK(practices_of("def f():\n  while True:\n    try:\n      return int(input())\n    except ValueError:\n"
                     "      print('?')\n")
            .empty());
  // A program that was just started.
  CHECK(practices_of("def f():\n  for _ in range(9):\n    try:\n      if get(url + '/healthz').ok: break\n"
                     "    except OSError:\n      time.sleep(1)\n")
            .empty());
  // A queue that is polled.
  CHECK(
      practices_of("def f():\n  while True:\n    try:\n      return q.get_nowait()\n    except queue.Empty:\n"
                   "      time.sleep(1)\n")
          .empty());
  // A handler that gives up.
  CHECK(
      practices_of("def f():\n  for attempt in range(3):\n    try:\n      return get()\n    except OSError:\n"
                   "      raise\n")
          .empty());
  CHECK(practices_of("def f():\n  try:\n    return get()\n  except OSError:\n    time.sleep(1)\n").empty());
}

TEST_CASE("a dict that a function looks into and fills is a cache") {
  CHECK(practices_of("_cache = {}\ndef load(key):\n    if key in _cache:\n        return _cache[key]\n"
                     "    value = compute(key)\n    _cache[key] = value\n    return value\n") ==
        Lines{"cache load 2-7"});
  CHECK(practices_of("class A:\n  def get(self, k):\n    v = self._cache.get(k)\n    if v is None:\n"
                     "      v = self._cache[k] = f(k)\n    return v\n")
            .empty());
  CHECK(practices_of("class A:\n  def get(self, k):\n    v = self._cache.get(k)\n    if v is None:\n"
                     "      self._cache[k] = f(k)\n    return v\n") == Lines{"cache A.get 2-6"});
  CHECK(practices_of("def memoize(f):\n  memo = {}\n  def inner(*a):\n    if a not in memo:\n"
                     "      memo[a] = f(*a)\n    return memo[a]\n  return inner\n") ==
        Lines{"cache memoize.inner 3-6"});
}

TEST_CASE("other dicts are no caches") {
  CHECK(practices_of("groups = {}\ndef f(k):\n  if k not in groups:\n    groups[k] = []\n").empty());
  CHECK(practices_of("_cache = {}\ndef put(k, v):\n  _cache[k] = v\n").empty());
  CHECK(practices_of("def f(items):\n  cache = {}\n  for k in items:\n    if k in cache: continue\n"
                     "    cache[k] = 1\n")
            .empty());
  CHECK(
      practices_of("def f(self, layer):\n  if layer not in self.kv_cache:\n    self.kv_cache[layer] = g()\n")
          .empty());
  CHECK(practices_of("from functools import lru_cache\n@lru_cache\ndef f(x): return x\n").empty());
}

TEST_CASE("times or tokens that are compared with a limit are a rate limit") {
  CHECK(practices_of("import time\n"
                     "class Limiter:\n"
                     "  def allow(self, key):\n"
                     "    now = time.monotonic()\n"
                     "    times = self.times[key]\n"
                     "    while times and now - times[0] > self.window:\n"
                     "      times.popleft()\n"
                     "    if len(times) >= self.limit:\n"
                     "      return False\n"
                     "    times.append(now)\n"
                     "    return True\n") == Lines{"limit Limiter 3-11"});
  CHECK(
      practices_of("import time\n"
                   "def take(bucket):\n"
                   "  now = time.time()\n"
                   "  bucket.tokens = min(bucket.capacity, bucket.tokens + (now - bucket.at) * bucket.rate)\n"
                   "  if bucket.tokens < 1:\n"
                   "    raise TooMany()\n"
                   "  bucket.tokens -= 1\n") == Lines{"limit take 2-7"});
}

TEST_CASE("other looks at the clock are no rate limits") {
  CHECK(
      practices_of("import time\ndef f():\n  start = time.time()\n  g()\n  if time.time() - start > limit:\n"
                   "    raise Slow()\n")
          .empty());
  // Frames for each second: nothing is refused.
  CHECK(practices_of(
            "import time\ndef fps(times, window):\n  times.append(time.time())\n"
            "  if len(times) > window: times.popleft()\n  return len(times) / (times[-1] - times[0])\n")
            .empty());
  // What is counted is not what ages.
  CHECK(
      practices_of(
          "import time\ndef f(rows, limit):\n  now = time.time()\n  old = [t for t in times if now - t > 5]\n"
          "  if len(rows) > limit:\n    raise X()\n")
          .empty());
  // Times of one call.
  CHECK(practices_of("import time\ndef f(limit):\n  times = []\n  while True:\n    now = time.time()\n"
                     "    times = [t for t in times if now - t < 60]\n    if len(times) > limit: raise X()\n")
            .empty());
  // Tokens of a language model.
  CHECK(practices_of("import time\ndef f(tokens):\n  t = time.time()\n  if tokens > 5: raise X()\n").empty());
}

TEST_CASE("variables that are read and converted one by one are parsed by hand") {
  CHECK(practices_of("import os\n"
                     "PORT = int(os.environ.get('PORT', '8000'))\n"
                     "DEBUG = os.getenv('DEBUG', '').lower() == 'true'\n"
                     "HOSTS = os.environ['HOSTS'].split(',')\n") == Lines{"environment  2-4"});
  CHECK(practices_of(
            "import os\n"
            "def load():\n"
            "  return Config(os.getenv('A'), float(os.getenv('B', '1')), os.getenv('C') in ('1', 'on'))\n") ==
        Lines{"environment load 3-3"});
  // A question about the terminal.
  CHECK(practices_of("import os\ndef f():\n  return os.getenv('A') == '1' or os.getenv('B') == 'x' or "
                     "os.getenv('C') in D\n")
            .empty());
  CHECK(practices_of("import os\nA = os.getenv('A')\nB = os.getenv('B')\nC = os.getenv('C')\n").empty());
  CHECK(practices_of("import os\nA = int(os.getenv('A'))\nB = int(os.getenv('B'))\n").empty());
  CHECK(practices_of("import os\ndef f(): return int(os.getenv('A'))\ndef g(): return int(os.getenv('B'))\n"
                     "def h(): return int(os.getenv('C'))\n")
            .empty());
  CHECK(
      practices_of("import os\nfrom pydantic_settings import BaseSettings\nclass S(BaseSettings):\n  a: int\n"
                   "A = int(os.getenv('A'))\nB = int(os.getenv('B'))\nC = int(os.getenv('C'))\n")
          .empty());
}

TEST_CASE("models that are loaded from pickles") {
  CHECK(practices_of(
            "import pickle\ndef load():\n  with open('model.pkl', 'rb') as f:\n    model = pickle.load(f)\n"
            "  return model\n") == Lines{"model load 4-4"});
  CHECK(practices_of("import joblib\nclf = joblib.load('models/churn.joblib')\n") == Lines{"model  2-2"});
  CHECK(practices_of("import torch\ndef load_model(path):\n  return torch.load(path)\n") ==
        Lines{"model load_model 3-3"});
  CHECK(practices_of("import pickle\nsession = pickle.load(f)\n").empty());
  CHECK(practices_of("import torch\nbatch = torch.load('batch.pt')\n").empty());
  CHECK(practices_of("import json\nmodel = json.load(f)\n").empty());
}

TEST_CASE("tables whose columns are checked") {
  CHECK(practices_of("import pandas as pd\n"
                     "def load(path):\n"
                     "  df = pd.read_csv(path)\n"
                     "  missing = REQUIRED - set(df.columns)\n"
                     "  if missing:\n"
                     "    raise ValueError(missing)\n"
                     "  return df\n") == Lines{"csv load 2-7"});
  CHECK(practices_of("import csv\n"
                     "def load(f):\n"
                     "  rows = csv.DictReader(f)\n"
                     "  for name in REQUIRED:\n"
                     "    if name not in rows.fieldnames: raise KeyError(name)\n") == Lines{"csv load 2-5"});
  CHECK(practices_of("import pandas as pd\ndef f(path):\n  return pd.read_csv(path).columns\n").empty());
  CHECK(practices_of("def f(df):\n  if missing(df.columns): raise ValueError()\n").empty());
}

TEST_CASE("web applications that are made with their routes") {
  CHECK(practices_of("from fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\ndef x(): pass\n") ==
        Lines{"application  2-2"});
  CHECK(
      practices_of("from fastapi import FastAPI\ndef create():\n  app = FastAPI()\n  app.include_router(r)\n"
                   "  return app\n") == Lines{"application create 2-5"});
  CHECK(practices_of("from fastapi import FastAPI\napp = FastAPI()\n").empty());
  CHECK(
      practices_of("from fastapi import FastAPI\napp = FastAPI()\n@app.get('/{path:path}')\ndef x(): pass\n")
          .empty());
  CHECK(practices_of(
            "from starlette.applications import Starlette\nfrom prometheus_client import make_asgi_app\n"
            "app = Starlette()\napp.mount('/metrics', make_asgi_app())\n")
            .empty());
  CHECK(
      practices_of("from fastapi import APIRouter\nr = APIRouter()\n@r.get('/x')\ndef x(): pass\n").empty());
}

TEST_CASE("things that register themselves") {
  CHECK(practices_of(
            "MODELS = {}\ndef register(name):\n  def wrap(cls):\n    MODELS[name] = cls\n    return cls\n"
            "  return wrap\n") == Lines{"registry register 2-6"});
  CHECK(
      practices_of(
          "class Registry:\n  def add(self, cls):\n    self._items[cls.__name__] = cls\n    return cls\n") ==
      Lines{"registry Registry.add 2-4"});
  CHECK(practices_of("import importlib, pkgutil\ndef load():\n  for m in pkgutil.iter_modules(path):\n"
                     "    importlib.import_module(m.name)\n") == Lines{"registry load 3-4"});
  CHECK(practices_of(
            "X = {}\ndef register(kind, name=None):\n  def wrap(f):\n    X[(kind, name)] = f\n    return f\n"
            "  return wrap\n") == Lines{"registry register 2-6"});
  CHECK(practices_of("X = {}\ndef put(k, v):\n  X[k] = v\n  return v\n").empty());
  CHECK(practices_of("def wrap(f):\n  return f\n").empty());
  CHECK(
      practices_of("class A:\n  def put(self, value):\n    self.headers['type'] = value\n    return value\n")
          .empty());
  CHECK(practices_of("class A:\n  def see(self, sha):\n    self.seen[sha] = sha\n    return sha\n").empty());
  CHECK(practices_of("import importlib\nfor m in ['a', 'b']:\n  importlib.import_module(m)\n").empty());
}

TEST_CASE("secrets in plain text") {
  // Put together here, so that nobody takes this file for a leak.
  const std::string body = "q7ZkR2mX9vT4bN8wL1cJ5hG6pD3sF0aYeUiO";
  CHECK(practices_of("API_KEY = \"sk-" + body + "\"\n") == Lines{"secret API_KEY 1-1"});
  CHECK(practices_of("def f():\n  client('ghp_" + body + "')\n") == Lines{"secret f 2-2"});
  CHECK(practices_of("c = connect(password=\"tr0ub4dor&3\")\n") == Lines{"secret password 1-1"});
  CHECK(practices_of("config = {'db_password': 'Kx9#mPq2vL'}\n") == Lines{"secret db_password 1-1"});
  CHECK(practices_of("class S:\n  secret_key: str = '" + body + "'\n") == Lines{"secret secret_key 2-2"});
  CHECK(practices_of("os.environ['API_KEY'] = '" + body + "'\n") == Lines{"secret API_KEY 1-1"});
}

TEST_CASE("the secret itself is not repeated") {
  const auto practices = read_python_module("password = 'tr0ub4dor&3'\n").practices;
  REQUIRE(practices.size() == 1);
  CHECK(practices[0].detail.find("tr0ub4dor") == std::string::npos);
}

TEST_CASE("placeholders and other strings are no secrets") {
  for (const char* value :
       {"'changeme'", "'your-key-here'", "'test'", "''", "'sk-...'", "'password123'", "'<token>'",
        "'${API_KEY}'", "'OPENAI_API_KEY_2'", "os.environ['X']", "'xxxxxxxxxxxxxxxxxxxxxxxx1'",
        "'my-dev-key-0000000000001'", "'AKIAIOSFODNN7EXAMPLE'", "None", "f'{a}{b}'"}) {
    CAPTURE(value);
    CHECK(
        practices_of("import os\nAPI_KEY = " + std::string(value) + "\npassword = " + value + "\n").empty());
  }
  CHECK(practices_of("token_url = 'https://a.b/q7ZkR2mX9vT4bN8wL1cJ5hG6'\n").empty());
  CHECK(practices_of("password_field = 'Kx9#mPq2vL'\n").empty());
  CHECK(practices_of("sha = 'q7ZkR2mX9vT4bN8wL1cJ5hG6pD3sF0aY'\n").empty());
  CHECK(practices_of("if token == 'q7ZkR2mX9vT4bN8wL1cJ5hG6pD3sF0aY': pass\n").empty());
}
