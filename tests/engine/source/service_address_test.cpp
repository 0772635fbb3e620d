#include <catch2/catch.hpp>

#include "engine/source/python_calls.h"
#include "engine/source/python_module.h"

using namespace mlx;

namespace {

/// `scheme|host|port`, or nothing.
std::string recognized(std::string_view text) {
  const auto service = recognize_service(text);
  return service ? service->scheme + "|" + service->host + "|" + service->port : "";
}

}  // namespace

TEST_CASE("addresses of servers that one runs are recognised") {
  CHECK(recognized("redis://localhost:6379/0") == "redis|localhost|6379");
  CHECK(recognized("REDIS://cache") == "redis|cache|");
  CHECK(recognized("postgresql+asyncpg://db:5432/app?ssl=1") == "postgresql|db|5432");
  CHECK(recognized("amqp://guest@mq.example.com:5672//") == "amqp|mq.example.com|5672");
  CHECK(recognized("mongodb://a:27017,b:27017/x") == "mongodb|a|27017");
  CHECK(recognized("redis://[::1]:6379") == "redis|[::1]|6379");
  CHECK(recognized("kafka://") == "kafka||");
}

TEST_CASE("secrets are left out") {
  CHECK(recognized("postgres://user:p@ss@db:5432/app") == "postgres|db|5432");
  CHECK(recognized("redis://:secret@cache:6379") == "redis|cache|6379");
}

TEST_CASE("what is filled in at run time is not guessed") {
  CHECK(recognized("redis://{host}:{port}/0") == "redis||");
  CHECK(recognized("redis://%s:6379") == "redis||6379");
  CHECK(recognized("redis://cache:123456") == "redis|cache|");
}

TEST_CASE("a web address is a service if it is near and names its port") {
  CHECK(recognized("http://mlflow:5000") == "http|mlflow|5000");
  CHECK(recognized("http://127.0.0.1:8000/x") == "http|127.0.0.1|8000");
  CHECK(recognized("http://[::1]:8000") == "http|[::1]|8000");
  CHECK(recognized("grpc://triton:8001") == "grpc|triton|8001");
  CHECK(recognized("http://mlflow").empty());
  CHECK(recognized("https://example.com:8443").empty());
  CHECK(recognized("https://docs.python.org/3/").empty());
}

TEST_CASE("other texts are no addresses") {
  for (const char* text : {"", "://", "redis", "see redis://localhost", "sqlite:///x.db", "s3://bucket/key",
                           "file:///tmp", "git+https://host/x", "://redis", "redis:/x"}) {
    CAPTURE(text);
    CHECK(recognized(text).empty());
  }
}

TEST_CASE("addresses are found in every string of a file, with their line") {
  const auto services = read_python_module(
                            "URL = 'redis://cache:6379'\n"
                            "def f(x='http://mlflow:5000'):\n"
                            "    return g(f'postgresql://{user}@db/{name}')\n"
                            "'''redis://in-a-docstring:1'''\n")
                            .services;
  REQUIRE(services.size() == 3);
  CHECK(services[0] == ServiceAddress{.scheme = "redis", .host = "cache", .port = "6379", .line = 1});
  CHECK(services[1] == ServiceAddress{.scheme = "http", .host = "mlflow", .port = "5000", .line = 2});
  CHECK(services[2] == ServiceAddress{.scheme = "postgresql", .host = "db", .port = "", .line = 3});
}
