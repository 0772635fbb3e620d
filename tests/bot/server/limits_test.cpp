// Clients that are large, slow, many, or leaving.

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include <catch2/catch.hpp>
#include <sys/wait.h>

#include "tests/bot/server/raw_client.h"
#include "tests/bot/server/running_server.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::bot::test;

namespace {

constexpr std::size_t kLimit = 25UL * 1024 * 1024;

// Sanitizers need memory of their own for every byte.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kMemoryIsOurs = false;
#else
constexpr bool kMemoryIsOurs = true;
#endif

/// A server in a process of its own, so that its memory can be measured.
class ServerProcess {
 public:
  ServerProcess() {
    int pipe[2] = {};
    REQUIRE(::pipe(pipe) == 0);
    process_ = ::fork();
    REQUIRE(process_ >= 0);
    if (process_ == 0) {
      RunningServer server;
      const int port = server.port();
      if (::write(pipe[1], &port, sizeof port) < 0) ::_exit(1);
      while (true) ::pause();
    }
    REQUIRE(::read(pipe[0], &port_, sizeof port_) == sizeof port_);
    ::close(pipe[0]);
    ::close(pipe[1]);
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ~ServerProcess() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

  [[nodiscard]] int port() const { return port_; }
  /// The most memory that it has had, in MB.
  [[nodiscard]] double peak_memory() const {
    std::ifstream status("/proc/" + std::to_string(process_) + "/status");
    std::string word;
    double kilobytes = 0;
    while (status >> word) {
      if (word == "VmHWM:") status >> kilobytes;
    }
    return kMemoryIsOurs ? kilobytes / 1024 : 0;
  }

 private:
  pid_t process_ = 0;
  int port_ = 0;
};

WebhookRequest large_request(std::size_t size) {
  WebhookRequest request;
  request.body = std::string(size, 'x');
  request.signature = "sha256=" + hmac_sha256_hex(kSecret, request.body);
  return request;
}

}  // namespace

TEST_CASE("a body of 25 MB is taken, and one byte more is refused before it is sent") {
  const ServerProcess server;
  CHECK(status_of(answer_to(server.port(), WebhookRequest().bytes())) == 202);
  const double before = server.peak_memory();

  WebhookRequest request = large_request(kLimit + 1);
  request.delivery = "too-large";
  SECTION("whether or not the client waits") {
    RawClient client(server.port());
    client.send(request.head());
    CHECK(status_of(client.read_answer()) == 413);
    CHECK(server.peak_memory() - before < 1);
  }
  SECTION("and a client that sends it nevertheless can read why") {
    RawClient client(server.port());
    client.send(request.bytes());
    const std::string answer = client.read_answer();
    CHECK(status_of(answer) == 413);
    CHECK_THAT(body_of(answer), Catch::Contains("26214400"));
    CHECK(server.peak_memory() - before < 1);
  }
  SECTION("also to a client that asks first") {
    request.other_headers = "Expect: 100-continue\r\n";
    RawClient client(server.port());
    client.send(request.head());
    CHECK(status_of(client.read_answer()) == 413);
    CHECK(client.is_closed_by_server());
  }
  SECTION("the limit itself is inclusive") {
    CHECK(status_of(answer_to(server.port(), large_request(kLimit).bytes())) ==
          200);  // the delivery above, again
    WebhookRequest fits = large_request(kLimit);
    fits.delivery = "fits";
    CHECK(status_of(answer_to(server.port(), fits.bytes())) == 202);
  }
}

TEST_CASE("a body in chunks is refused when it crosses 25 MB, and not held beyond that") {
  const ServerProcess server;
  CHECK(status_of(answer_to(server.port(), WebhookRequest().bytes())) == 202);
  const double before = server.peak_memory();
  WebhookRequest request;
  request.other_headers = "Transfer-Encoding: chunked\r\n";
  RawClient client(server.port());
  REQUIRE(client.try_send(request.head()));
  const std::string chunk = "100000\r\n" + std::string(0x100000, 'x') + "\r\n";
  // Eight times the limit, unless the server ends it.
  for (int i = 0; i < 200 && client.try_send(chunk); ++i) continue;
  CHECK(status_of(client.read_answer()) == 413);
  CHECK(server.peak_memory() - before < 2.1 * 25);
}

TEST_CASE("a chunk header without an end is not held either") {
  const ServerProcess server;
  CHECK(status_of(answer_to(server.port(), WebhookRequest().bytes())) == 202);
  const double before = server.peak_memory();
  WebhookRequest request;
  request.other_headers = "Transfer-Encoding: chunked\r\n";
  RawClient client(server.port());
  REQUIRE(client.try_send(request.head()));
  const std::string endless(1024UL * 1024, '1');
  for (int i = 0; i < 200 && client.try_send(endless); ++i) continue;
  CHECK(server.peak_memory() - before < 4 * 25);
}

TEST_CASE("headers are limited in size and number") {
  RunningServer server;
  SECTION("one long line") {
    CHECK(status_of(answer_to(server.port(), "GET /healthz HTTP/1.1\r\nX: " + std::string(100'000, 'x'))) ==
          431);
  }
  SECTION("many short ones") {
    std::string request = "GET /healthz HTTP/1.1\r\n";
    for (int i = 0; i < 20'000; ++i) request += "X: y\r\n";
    CHECK(status_of(answer_to(server.port(), request + "\r\n")) == 431);
  }
  SECTION("a long address") { CHECK(status_of(get(server.port(), "/" + std::string(10'000, 'x'))) == 414); }
}

TEST_CASE("slow and idle clients hold up nobody, on one thread") {
  RunningServer server([](ServerOptions& options) {
    options.limits.threads = 1;
    options.limits.connections = 64;
  });
  std::vector<std::unique_ptr<RawClient>> clients;
  const WebhookRequest request;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));  // sends nothing
    clients.push_back(std::make_unique<RawClient>(server.port()));  // a part of its headers
    clients.back()->send(request.head().substr(0, 60));
    clients.push_back(std::make_unique<RawClient>(server.port()));  // a part of its body
    clients.back()->send(request.bytes().substr(0, request.head().size() + 5));
    clients.push_back(std::make_unique<RawClient>(server.port()));  // between two requests
    clients.back()->send("GET /healthz HTTP/1.1\r\n\r\n");
    CHECK(status_of(clients.back()->read_answer()) == 200);
  }
  CHECK(status_of(answer_to(server.port(), request.bytes())) == 202);
  // The slow ones are served when they come to an end.
  clients[1]->send(request.bytes().substr(60));
  CHECK(status_of(clients[1]->read_answer()) == 200);
}

TEST_CASE("a request that does not come in time is given up") {
  RunningServer server(
      [](ServerOptions& options) { options.limits.request = std::chrono::milliseconds(100); });
  RawClient client(server.port());
  SECTION("in its headers") {
    client.send("POST /webhooks/github HTTP/1.1\r\nHo");
    CHECK(status_of(client.read_answer()) == 408);
  }
  SECTION("in a small body") {
    client.send(WebhookRequest().bytes().substr(0, WebhookRequest().bytes().size() - 1));
    CHECK(status_of(client.read_answer()) == 408);
  }
  SECTION("in a large body") {
    const WebhookRequest request = large_request(200'000);
    client.send(request.bytes().substr(0, 150'000));
    CHECK(status_of(client.read_answer()) == 408);
  }
  SECTION("in a chunk") {
    WebhookRequest request;
    request.other_headers = "Transfer-Encoding: chunked\r\n";
    client.send(request.head() + "5\r\nab");
    CHECK(status_of(client.read_answer()) == 408);
  }
  CHECK(client.is_closed_by_server());
  CHECK(server.queue().stats()->waiting == 0);
}

namespace {

/// Opens a fourth connection where three are allowed, and tells which of the others were closed for it.
std::vector<bool> closed_for_a_fourth(int port) {
  std::vector<std::unique_ptr<RawClient>> clients;
  const auto answers = [](RawClient& client) {
    client.send("GET /healthz HTTP/1.1\r\n\r\n");
    return status_of(client.read_answer()) == 200;
  };
  clients.reserve(4);
  for (int i = 0; i < 4; ++i) {
    clients.push_back(std::make_unique<RawClient>(port));
    CHECK(answers(*clients.back()));
  }
  CHECK(answers(*clients.back()));
  std::vector<bool> is_closed;
  is_closed.reserve(3);
  for (int i = 0; i < 3; ++i) is_closed.push_back(!answers(*clients.at(static_cast<std::size_t>(i))));
  return is_closed;
}

}  // namespace

TEST_CASE("beyond the number of connections, the longest idle one makes room") {
  // A client has its answer a moment before the server is done with the connection, which is not idle
  // until then: on a busy machine that may be the first one's case. Exactly one makes room in any case.
  bool was_the_first = false;
  for (int attempt = 0; attempt < 20 && !was_the_first; ++attempt) {
    RunningServer server([](ServerOptions& options) { options.limits.connections = 3; });
    const auto is_closed = closed_for_a_fourth(server.port());
    REQUIRE(std::ranges::count(is_closed, true) == 1);
    was_the_first = is_closed.front();
  }
  CHECK(was_the_first);
}

TEST_CASE("a connection carries one request after another, also sent at once") {
  RunningServer server;
  RawClient client(server.port());
  WebhookRequest first;
  WebhookRequest second;
  second.delivery = "second";
  client.send(first.bytes() + second.bytes() + first.bytes());
  CHECK(status_of(client.read_answer()) == 202);
  CHECK(status_of(client.read_answer()) == 202);
  CHECK(status_of(client.read_answer()) == 200);
  first.other_headers = "Connection: close\r\n";
  client.send(first.bytes());
  CHECK(status_of(client.read_answer()) == 200);
  CHECK(client.is_closed_by_server());
}

TEST_CASE("a client may ask before it sends its body") {
  RunningServer server;
  RawClient client(server.port());
  WebhookRequest request;
  request.other_headers = "Expect: 100-continue\r\n";
  client.send(request.head());
  CHECK(status_of(client.read_answer()) == 100);
  client.send(request.body);
  CHECK(status_of(client.read_answer()) == 202);
}

TEST_CASE("a draining server says that it is not ready, and goes on storing") {
  RunningServer server;
  CHECK(status_of(get(server.port(), "/readyz")) == 200);
  server.server().drain();
  CHECK(body_of(get(server.port(), "/readyz")) == "{\"failed\":[\"draining\"],\"ready\":false}\n");
  CHECK(status_of(get(server.port(), "/healthz")) == 200);
  CHECK(status_of(answer_to(server.port(), WebhookRequest().bytes())) == 202);
}

TEST_CASE("a server that stops answers what had begun, and nothing more") {
  RunningServer server;
  const WebhookRequest request;
  RawClient client(server.port());
  RawClient idle(server.port());
  for (RawClient* each : {&client, &idle}) {
    each->send("GET /healthz HTTP/1.1\r\n\r\n");
    CHECK(status_of(each->read_answer()) == 200);
  }
  client.send(request.bytes().substr(0, 100));
  server.server().stop();
  CHECK(idle.is_closed_by_server());
  CHECK_THROWS(RawClient(server.port()));
  client.send(request.bytes().substr(100));
  const std::string answer = client.read_answer();
  CHECK(status_of(answer) == 202);
  CHECK(header_of(answer, "Connection") == "close");
  server.stop();
  CHECK(server.queue().stats()->waiting == 1);
}

TEST_CASE("two servers do not share a port") {
  RunningServer first;
  Metrics metrics("1.2.3");
  Server second(first.queue(), metrics, Log::to_nowhere(), {});
  const auto bound = second.bind("127.0.0.1", first.port());
  REQUIRE_FALSE(bound);
  CHECK(bound.error().code == ErrorCode::kIo);
}
