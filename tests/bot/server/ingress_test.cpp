// The server from outside: what it takes, what it refuses, and what it says.

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "tests/bot/server/raw_client.h"
#include "tests/bot/server/running_server.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::bot::test;

namespace {

constexpr const char* kOldSecret = "the secret before this one";

struct Fixture {
  RunningServer server{[](ServerOptions& options) {
    options.webhook_secrets.emplace_back(kOldSecret);
    options.pages["/r/"] = [](std::string_view path) -> std::optional<Content> {
      if (path != "/r/api-serving.json") return std::nullopt;
      return Content{"application/json", "{}"};
    };
  }};

  std::string send(const WebhookRequest& request) const { return answer_to(server.port(), request.bytes()); }
  /// Refused with the status, and an error of one line that holds `word`. Nothing was stored.
  void check_refused(const WebhookRequest& request, int status, const std::string& word) {
    const std::string answer = send(request);
    CHECK(status_of(answer) == status);
    CHECK(header_of(answer, "Content-Type") == "application/json");
    const auto error = nlohmann::json::parse(body_of(answer), nullptr, false);
    REQUIRE(error.contains("error"));
    CHECK_THAT(error["error"].get<std::string>(), Catch::Contains(word) && !Catch::Contains("\n"));
    CHECK(server.queue().stats()->waiting == 0);
  }
};

/// Answers nothing but errors, like a database on a full disk.
class BrokenQueue final : public JobQueue {
 public:
  Result<EnqueueResult> enqueue(const Delivery&, TimePoint) override { return broken(); }
  Result<std::optional<Job>> claim(TimePoint, TimePoint) override { return broken(); }
  Result<bool> hold_repository(const Job&, std::string_view) override { return broken(); }
  Result<void> extend(const Job&, TimePoint) override { return broken(); }
  Result<void> complete(const Job&, std::string_view, TimePoint) override { return broken(); }
  Result<void> retry(const Job&, TimePoint, std::string_view) override { return broken(); }
  Result<void> postpone(const Job&, TimePoint, std::string_view) override { return broken(); }
  Result<void> bury(const Job&, std::string_view, TimePoint) override { return broken(); }
  Result<QueueStats> stats() override { return broken(); }
  Result<std::int64_t> prune(TimePoint) override { return broken(); }

 private:
  static std::unexpected<Error> broken() {
    return fail(ErrorCode::kIo, "the disk is full", {.file = "/secret/place/mlx.db"});
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a signed delivery is stored as it came") {
  WebhookRequest request;
  request.body = "{\"text\":\"caf\xc3\xa9\"}\n";
  request.signature = "sha256=" + hmac_sha256_hex(kSecret, request.body);
  const std::string answer = send(request);
  CHECK(status_of(answer) == 202);
  CHECK(body_of(answer) == R"({"delivery":"72d3162e-cc78-11e3-81ab-4c9367dc0958"})");
  CHECK(server.stored() == 1);

  const auto now = std::chrono::floor<std::chrono::milliseconds>(Clock::now());
  const auto job = server.queue().claim(now, now);
  REQUIRE(job);
  REQUIRE(*job);
  CHECK((*job)->delivery.id == request.delivery);
  CHECK((*job)->delivery.forge == "github");
  CHECK((*job)->delivery.event == "issue_comment");
  CHECK((*job)->delivery.body == request.body);
}

TEST_CASE_METHOD(Fixture, "a repeated delivery is stored once") {
  CHECK(status_of(send({})) == 202);
  const std::string answer = send({});
  CHECK(status_of(answer) == 200);
  CHECK(body_of(answer) == R"({"delivery":"72d3162e-cc78-11e3-81ab-4c9367dc0958","duplicate":true})");
  CHECK(server.stored() == 1);
  CHECK(server.queue().stats()->waiting == 1);
}

TEST_CASE_METHOD(Fixture, "any of the secrets may sign, in digits of either case") {
  WebhookRequest request;
  request.signature = "sha256=" + hmac_sha256_hex(kOldSecret, request.body);
  CHECK(status_of(send(request)) == 202);
  std::string upper = hmac_sha256_hex(kSecret, request.body);
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  request.signature = "sha256=" + upper;
  CHECK(status_of(send(request)) == 200);
}

TEST_CASE_METHOD(Fixture, "a delivery without a good signature is refused with 401") {
  WebhookRequest request;
  SECTION("none") {
    request.signature = "";
    check_refused(request, 401, "MLX_WEBHOOK_SECRET");
  }
  SECTION("only SHA-1") {
    request.signature = "";
    request.other_headers = "X-Hub-Signature: sha1=0123456789012345678901234567890123456789\r\n";
    check_refused(request, 401, "SHA-1");
  }
  SECTION("of another secret") {
    request.signature = "sha256=" + hmac_sha256_hex("another secret, as long", request.body);
    check_refused(request, 401, "MLX_WEBHOOK_SECRET");
  }
  SECTION("of other bytes") {
    request.body += " ";
    check_refused(request, 401, "does not fit");
  }
  SECTION("malformed") {
    const auto signature =
        GENERATE(as<std::string>(), "sha256=", "sha256=abc", "abc",
                 "sha1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
                 "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1z",
                 "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e1700");
    request.signature = signature;
    check_refused(request, 401, "64 hexadecimal digits");
  }
}

TEST_CASE_METHOD(Fixture, "headers that are missing or not plain words are refused with 400") {
  const auto value =
      GENERATE(as<std::string>(), "", "a b", "a;DROP", "..%2F..", "%0aX", "\xc3\xa9", std::string(129, 'a'));
  SECTION("X-GitHub-Delivery") {
    WebhookRequest request;
    request.delivery = value;
    check_refused(request, 400, "X-GitHub-Delivery");
  }
  SECTION("X-GitHub-Event") {
    WebhookRequest request;
    request.event = value;
    check_refused(request, 400, "X-GitHub-Event");
  }
}

TEST_CASE_METHOD(Fixture, "no webhook brings an event of the bot's own") {
  WebhookRequest request;
  request.event = GENERATE(as<std::string>(), "mlx-schedule", "MLX-Schedule", "mlx-");
  check_refused(request, 400, "X-GitHub-Event");
}

TEST_CASE_METHOD(Fixture, "only JSON is taken, as it is") {
  WebhookRequest request;
  SECTION("with parameters") {
    request.content_type = "Application/JSON; charset=utf-8";
    CHECK(status_of(send(request)) == 202);
  }
  SECTION("not a form") {
    request.content_type = "application/x-www-form-urlencoded";
    check_refused(request, 415, "application/json");
  }
  SECTION("not a form of several parts") {
    request.content_type = "multipart/form-data; boundary=x";
    check_refused(request, 415, "application/json");
  }
  SECTION("not unnamed") {
    request.content_type = "";
    check_refused(request, 415, "application/json");
  }
  SECTION("not compressed") {
    request.other_headers = "Content-Encoding: gzip\r\n";
    check_refused(request, 415, "compressed");
  }
}

TEST_CASE_METHOD(Fixture, "a request whose end is in doubt is refused") {
  WebhookRequest request;
  SECTION("two lengths") {
    request.other_headers = "Content-Length: 5\r\n";
    check_refused(request, 400, "length");
  }
  SECTION("no length") {
    const std::string head = "POST /webhooks/github HTTP/1.1\r\nHost: x\r\n\r\n";
    CHECK(status_of(answer_to(server.port(), head)) == 411);
  }
  SECTION("a length that is no number") {
    const std::string head = "POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello";
    CHECK(status_of(answer_to(server.port(), head)) == 400);
  }
  SECTION("a length and chunks") {
    const std::string head =
        "POST /webhooks/github HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: "
        "chunked\r\n\r\n0\r\n\r\n";
    CHECK(status_of(answer_to(server.port(), head)) == 400);
  }
  SECTION("another encoding") {
    request.other_headers = "Transfer-Encoding: gzip, chunked\r\n";
    check_refused(request, 400, "chunked");
  }
  SECTION("a body where none belongs") {
    RawClient client(server.port());
    client.send(
        "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 25\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n");
    CHECK(status_of(client.read_answer()) == 400);
    CHECK(client.is_closed_by_server());
  }
}

TEST_CASE_METHOD(Fixture, "a body may come in chunks") {
  WebhookRequest request;
  request.other_headers = "Transfer-Encoding: chunked\r\n";
  const std::string half = request.body.substr(0, 10);
  const std::string rest = request.body.substr(10);
  CHECK(rest.size() == 10);
  CHECK(status_of(answer_to(server.port(),
                            request.head() + "a\r\n" + half + "\r\nA\r\n" + rest + "\r\n0\r\n\r\n")) == 202);
}

TEST_CASE_METHOD(Fixture, "other methods and paths are refused") {
  WebhookRequest request;
  SECTION("methods of the webhook") {
    for (const auto* method : {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"}) {
      request.method = method;
      CHECK(status_of(send(request)) == 405);
    }
    const std::string answer = get(server.port(), "/webhooks/github");
    CHECK(status_of(answer) == 405);
    CHECK(header_of(answer, "Allow") == "POST");
  }
  SECTION("methods of the rest") {
    for (const auto* path : {"/healthz", "/readyz", "/metrics", "/r/api-serving.json"}) {
      const std::string answer =
          answer_to(server.port(), "POST " + std::string(path) + " HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
      CHECK(status_of(answer) == 405);
      CHECK(header_of(answer, "Allow") == "GET, HEAD");
    }
  }
  SECTION("paths") {
    for (const auto* path :
         {"/", "/webhooks", "/webhooks/github/", "/webhooks/gitlab", "/r/../healthz", "/r/none"}) {
      CHECK(status_of(get(server.port(), path)) == 404);
    }
  }
  SECTION("no HTTP") { CHECK(status_of(answer_to(server.port(), "hello there\r\n\r\n")) == 400); }
  CHECK(server.queue().stats()->waiting == 0);
}

TEST_CASE_METHOD(Fixture, "pages are served, and to HEAD without a body") {
  CHECK(body_of(get(server.port(), "/r/api-serving.json")) == "{}");
  CHECK(body_of(get(server.port(), "/r/api-serving.json?x=y")) == "{}");
  CHECK(status_of(get(server.port(), "/healthz")) == 200);
  RawClient client(server.port());
  client.send("HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  CHECK(client.read_answer().empty());
}

TEST_CASE("a queue that fails is answered with 503 and is not ready, without telling strangers why") {
  RunningServer server([](ServerOptions&) {}, std::make_unique<BrokenQueue>());
  const std::string answer = answer_to(server.port(), WebhookRequest().bytes());
  CHECK(status_of(answer) == 503);
  CHECK_FALSE(header_of(answer, "Retry-After").empty());
  CHECK_THAT(answer, !Catch::Contains("/secret/place"));
  CHECK(server.stored() == 0);
  const std::string readiness = get(server.port(), "/readyz");
  CHECK(status_of(readiness) == 503);
  CHECK(body_of(readiness) == "{\"failed\":[\"queue\"],\"ready\":false}\n");
  CHECK(status_of(get(server.port(), "/healthz")) == 200);
  CHECK(status_of(get(server.port(), "/metrics")) == 200);
  server.stop();
  CHECK_THAT(server.log(), Catch::Contains("/secret/place/mlx.db: the disk is full"));
}

TEST_CASE("readiness asks the checks that it was given") {
  std::atomic<bool> is_good = true;
  RunningServer server([&](ServerOptions& options) {
    options.readiness.push_back({"github", [&]() -> Result<void> {
                                   if (is_good) return {};
                                   return fail(ErrorCode::kUnavailable, "no answer");
                                 }});
  });
  CHECK(status_of(get(server.port(), "/readyz")) == 200);
  is_good = false;
  CHECK(body_of(get(server.port(), "/readyz")) == "{\"failed\":[\"github\"],\"ready\":false}\n");
}

TEST_CASE_METHOD(Fixture, "metrics count deliveries by what became of them") {
  send({});
  send({});
  WebhookRequest unsigned_request;
  unsigned_request.signature = "";
  unsigned_request.event = "made_up_by_a_stranger";
  send(unsigned_request);
  const std::string answer = get(server.port(), "/metrics");
  CHECK(header_of(answer, "Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  const std::string text = body_of(answer);
  for (const auto* line :
       {R"(mlx_deliveries_total{forge="github",event="issue_comment",result="stored"} 1)",
        R"(mlx_deliveries_total{forge="github",event="issue_comment",result="duplicate"} 1)",
        R"(mlx_deliveries_total{forge="github",event="other",result="refused"} 1)",
        R"(mlx_queue_jobs{state="waiting"} 1)", R"(mlx_build_info{version="1.2.3"} 1)"}) {
    CHECK_THAT(text, Catch::Contains(line));
  }
  CHECK_THAT(text, !Catch::Contains("made_up"));
}

TEST_CASE_METHOD(Fixture, "compression and parts of answers are not offered") {
  RawClient client(server.port());
  client.send("GET /metrics HTTP/1.1\r\nAccept-Encoding: br, gzip\r\nRange: bytes=0-1,2-3,4-5\r\n\r\n");
  const std::string answer = client.read_answer();
  CHECK(status_of(answer) == 200);
  CHECK(header_of(answer, "Content-Encoding").empty());
  CHECK_THAT(body_of(answer), Catch::StartsWith("# HELP"));
}
