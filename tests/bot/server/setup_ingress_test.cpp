// The set-up pages over a real connection, and the webhook that opens when they are done.
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "engine/base/digest.h"
#include "tests/bot/server/raw_client.h"
#include "tests/bot/server/running_server.h"
#include "tests/bot/setup/visitor.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::bot::test;

namespace {

struct Setup {
  testing::SetupWorld world;
  RunningServer server{[this](ServerOptions& options) {
    options.webhook_secrets.clear();
    options.setup = &world.site;
    options.limits.request = std::chrono::milliseconds(300);
  }};

  [[nodiscard]] std::string ask(const std::string& request) const {
    RawClient client(server.port());
    client.send(request);
    return client.read_answer();
  }
  [[nodiscard]] std::string post(const std::string& headers, const std::string& body) const {
    return ask(
        "POST /setup/code HTTP/1.1\r\nHost: localhost\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n" +
        headers + "\r\n" + body);
  }
  [[nodiscard]] std::string deliver() const {
    const std::string body = "{}";
    return ask(
        fmt::format("POST /webhooks/github HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\n"
                    "X-GitHub-Delivery: one\r\nX-GitHub-Event: ping\r\nX-Hub-Signature-256: sha256={}\r\n"
                    "Content-Length: {}\r\n\r\n{}",
                    hmac_sha256_hex(kSecret, body), body.size(), body));
  }
};

}  // namespace

TEST_CASE("the pages are served with what the connection says, not with what headers claim") {
  const Setup setup;
  CHECK(status_of(setup.ask("GET /setup HTTP/1.1\r\nHost: localhost\r\n\r\n")) == 200);
  CHECK(status_of(setup.ask("GET /setup?a=1 HTTP/1.1\r\nHost: localhost\r\n\r\n")) == 200);
  CHECK(status_of(setup.ask("GET /setup HTTP/1.1\r\nHost: bot.example.com\r\n\r\n")) == 403);
  CHECK(status_of(setup.ask(
            "GET /setup HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 127.0.0.1\r\n\r\n")) == 403);
  CHECK(status_of(setup.ask(
            "GET /setup HTTP/1.1\r\nHost: localhost\r\nREMOTE_ADDR: x\r\nvia: 1.1 proxy\r\n\r\n")) == 403);
  CHECK(status_of(setup.ask("GET /setup HTTP/1.0\r\nHost: localhost\r\n\r\n")) == 403);
  CHECK(status_of(setup.ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")) == 303);
}

TEST_CASE("forms are small, whole and in time") {
  const Setup setup;
  const std::string large(setup::Site::kLargestBody + 1, 'a');
  CHECK(status_of(setup.post("Content-Length: 6\r\n", "code=x")) == 403);
  CHECK(status_of(setup.post("", "")) == 411);
  CHECK(status_of(setup.post(fmt::format("Content-Length: {}\r\n", large.size()), large)) == 413);
  CHECK(status_of(setup.post("Transfer-Encoding: chunked\r\n",
                             fmt::format("{:x}\r\n{}\r\n0\r\n\r\n", large.size(), large))) == 413);
  CHECK(status_of(setup.post("Content-Length: 6\r\nContent-Length: 7\r\n", "code=x")) == 400);
  CHECK(status_of(setup.post("Content-Length: 60\r\n", "code=x")) == 408);
  CHECK(status_of(setup.ask("PUT /setup HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx")) == 405);
  CHECK(status_of(setup.ask("GET /setup HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx")) == 400);
}

TEST_CASE("the webhook opens when the pages close, on the same connection even") {
  Setup setup;
  CHECK(status_of(setup.deliver()) == 404);
  CHECK(body_of(setup.ask("GET /readyz HTTP/1.1\r\nHost: bot\r\n\r\n")).contains("setup"));
  setup.world.http.then(201, testing::conversion().dump());
  REQUIRE(setup.world.come_home(setup.world.begin().state).status == 200);
  setup.server.server().serve_github({Secret(kSecret)});
  CHECK(status_of(setup.deliver()) == 202);
  CHECK(setup.server.stored() == 1);
  CHECK(status_of(setup.ask("GET /readyz HTTP/1.1\r\nHost: bot\r\n\r\n")) == 200);
  for (const char* path : {"/", "/setup", "/setup/created"}) {
    CHECK(status_of(setup.ask(fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\n\r\n", path))) == 404);
  }
  CHECK(status_of(setup.post("Content-Length: 6\r\n", "code=x")) == 404);
}
