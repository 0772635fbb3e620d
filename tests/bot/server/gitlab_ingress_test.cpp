// GitLab's webhook from outside: what is taken for GitLab's, and what is not.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bot/webhook_gitlab.h"
#include "tests/bot/server/raw_client.h"
#include "tests/bot/server/running_server.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::bot::test;

namespace {

constexpr const char* kToken = "the token of the webhook";
constexpr const char* kOldToken = "the token before this one";
constexpr const char* kKey = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::int64_t kNow = 1'769'860'800;  // 2026-01-31T12:00:00Z

std::string signature(const std::string& id, std::int64_t time, const std::string& body,
                      const std::string& key = kKey) {
  const std::string bytes = id + "." + std::to_string(time) + "." + body;
  const std::string secret = decode_base64(key.substr(6)).value();
  return "v1," + base64(from_hex(hmac_sha256_hex(secret, bytes)).value());
}

struct Fixture {
  RunningServer server{[](ServerOptions& options) {
    options.gitlab_secrets = {Secret(kToken), Secret(kOldToken), Secret(kKey)};
    options.clock = [] { return TimePoint(std::chrono::seconds(kNow)); };
  }};
  std::string body = R"({"object_kind":"note"})";

  /// Sends the body with these headers, as lines without their ends.
  std::string send(const std::vector<std::string>& headers, const std::string& path = "/webhooks/gitlab") {
    std::string request = "POST " + path + " HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\n";
    for (const std::string& header : headers) request += header + "\r\n";
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    return answer_to(server.port(), request);
  }
  int status(const std::vector<std::string>& headers) { return status_of(send(headers)); }
  int signed_status(std::int64_t time, const std::string& signed_as) {
    return status({"X-Gitlab-Event: Note Hook", "webhook-id: w1",
                   "webhook-timestamp: " + std::to_string(time), "webhook-signature: " + signed_as});
  }
  std::int64_t waiting() { return server.queue().stats()->waiting; }
  Delivery taken() {
    const TimePoint now{std::chrono::seconds(kNow)};
    return server.queue().claim(now, now).value().value().delivery;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a delivery with the token is stored as it came, and once") {
  const std::vector<std::string> headers = {"X-Gitlab-Event: Note Hook",
                                            "X-Gitlab-Token: " + std::string(kToken),
                                            "X-Gitlab-Event-UUID: 13792a34-cac6-4fda-95a8-c58e00a3954e",
                                            "Idempotency-Key: f5e5f430-f57b-4e6e-9fac-d9128cd7232f"};
  CHECK(status(headers) == 202);
  CHECK(status(headers) == 200);
  CHECK(waiting() == 1);
  const Delivery delivery = taken();
  CHECK(delivery.id == "f5e5f430-f57b-4e6e-9fac-d9128cd7232f");
  CHECK(delivery.forge == "gitlab");
  CHECK(delivery.event == "note_hook");
  CHECK(delivery.body == body);
}

TEST_CASE_METHOD(Fixture, "any of the tokens is taken, no other") {
  CHECK(status({"X-Gitlab-Event: Note Hook", "Idempotency-Key: a",
                "X-Gitlab-Token: " + std::string(kOldToken)}) == 202);
  for (const std::string& token : {std::string("wrong"), std::string(kToken) + "x", std::string(kKey)}) {
    const std::string answer =
        send({"X-Gitlab-Event: Note Hook", "Idempotency-Key: b", "X-Gitlab-Token: " + token});
    CHECK(status_of(answer) == 401);
    CHECK_THAT(body_of(answer), Catch::Contains("MLX_GITLAB_WEBHOOK_SECRET"));
  }
  CHECK(status({"X-Gitlab-Event: Note Hook", "Idempotency-Key: c"}) == 401);
  CHECK(waiting() == 1);
}

TEST_CASE_METHOD(Fixture, "a signed delivery is of its id, its time and its body") {
  CHECK(signed_status(kNow, signature("w1", kNow, body)) == 202);
  CHECK(taken().id == "w1");
  CHECK(signed_status(kNow, "v1,AAAA " + signature("w1", kNow, body)) == 200);
  CHECK(signed_status(kNow, signature("w2", kNow, body)) == 401);
  CHECK(signed_status(kNow, signature("w1", kNow - 1, body)) == 401);
  CHECK(signed_status(kNow, signature("w1", kNow, body + " ")) == 401);
  CHECK(signed_status(kNow, signature("w1", kNow, body, "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")) == 401);
  CHECK(signed_status(kNow, "v2" + signature("w1", kNow, body).substr(2)) == 401);
  CHECK(signed_status(kNow, "v1,") == 401);
}

TEST_CASE_METHOD(Fixture, "a signature of another time is a repetition, or of a clock that is wrong") {
  for (const std::int64_t apart : {-300, -1, 1, 300}) {
    const std::int64_t time = kNow + apart;
    CHECK(signed_status(time, signature("w1", time, body)) < 300);
  }
  for (const std::int64_t time : {kNow - 301, kNow + 301, std::int64_t{0}, std::int64_t{1} << 60}) {
    CAPTURE(time);
    CHECK(signed_status(time, signature("w1", time, body)) == 401);
  }
  CHECK(status({"X-Gitlab-Event: Note Hook", "webhook-id: w1",
                "webhook-signature: " + signature("w1", kNow, body)}) == 401);
}

TEST_CASE_METHOD(Fixture, "a wrong signature is not made good by the token") {
  CHECK(status({"X-Gitlab-Event: Note Hook", "webhook-id: w1", "webhook-timestamp: " + std::to_string(kNow),
                "webhook-signature: v1,AAAA", "X-Gitlab-Token: " + std::string(kToken)}) == 401);
}

TEST_CASE_METHOD(Fixture, "a replayed id is one delivery, whichever header has it") {
  const std::string token = "X-Gitlab-Token: " + std::string(kToken);
  CHECK(status({"X-Gitlab-Event: Note Hook", token, "webhook-id: w1"}) == 202);
  CHECK(status({"X-Gitlab-Event: Note Hook", token, "Idempotency-Key: w1"}) == 200);
  CHECK(waiting() == 1);
  // A version that names none: what it says tells it from others.
  CHECK(status({"X-Gitlab-Event: Note Hook", token}) == 202);
  CHECK(status({"X-Gitlab-Event: Note Hook", token}) == 200);
  body = R"({"object_kind":"note","object_attributes":{}})";
  CHECK(status({"X-Gitlab-Event: Note Hook", token}) == 202);
}

TEST_CASE_METHOD(Fixture, "deliveries that one event led to share its id, and are several") {
  const std::string token = "X-Gitlab-Token: " + std::string(kToken);
  const std::vector<std::string> headers = {"X-Gitlab-Event: Merge Request Hook", token,
                                            "X-Gitlab-Event-UUID: u1"};
  body = R"({"object_kind":"merge_request","object_attributes":{"iid":1}})";
  CHECK(status(headers) == 202);
  CHECK(status(headers) == 200);
  body = R"({"object_kind":"merge_request","object_attributes":{"iid":2}})";
  CHECK(status(headers) == 202);
  CHECK(waiting() == 2);
}

TEST_CASE_METHOD(Fixture, "headers that make no sense are refused") {
  const std::string token = "X-Gitlab-Token: " + std::string(kToken);
  CHECK(status({token}) == 400);
  CHECK(status({"X-Gitlab-Event: Note<script>", token}) == 400);
  CHECK(status({"X-Gitlab-Event: mlx-schedule", token}) == 400);
  CHECK(status({"X-Gitlab-Event: Note Hook", token, "webhook-id: a/b"}) == 400);
  CHECK(status({"X-Gitlab-Event: Note Hook", token, "X-Gitlab-Event-UUID: a/b"}) == 400);
  CHECK(status({"X-Gitlab-Event: Note Hook", token, "Content-Encoding: gzip"}) == 415);
  CHECK(waiting() == 0);
}

TEST_CASE_METHOD(Fixture, "each forge has its own place and its own secrets") {
  CHECK(status_of(send({"X-Gitlab-Event: Note Hook", "X-Gitlab-Token: " + std::string(kToken)},
                       "/webhooks/github")) == 401);
  WebhookRequest github;
  github.path = "/webhooks/gitlab";
  CHECK(status_of(answer_to(server.port(), github.bytes())) == 401);
  github.path = "/webhooks/github";
  CHECK(status_of(answer_to(server.port(), github.bytes())) == 202);
}

TEST_CASE("a forge that is not served has no webhook") {
  RunningServer github_only;
  CHECK(status_of(answer_to(github_only.port(),
                            "POST /webhooks/gitlab HTTP/1.1\r\nHost: bot\r\nContent-Length: 0\r\n\r\n")) ==
        404);
  RunningServer gitlab_only{[](ServerOptions& options) {
    options.webhook_secrets.clear();
    options.gitlab_secrets = {Secret(kToken)};
  }};
  CHECK(status_of(answer_to(gitlab_only.port(), WebhookRequest().bytes())) == 404);
}
