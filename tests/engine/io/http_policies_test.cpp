#include "engine/io/http_policies.h"

#include <catch2/catch.hpp>

#include "tests/support/scripted_http_client.h"

using namespace mlx;
using mlx::testing::ScriptedHttpClient;
using std::chrono::milliseconds;

namespace {

const std::string kApi(ScriptedHttpClient::kApi);
const HttpHeaders kSecret = {
    {"Authorization", "Bearer x"}, {"Private-Token", "y"}, {"Accept", "a"}, {"User-Agent", "u"}};

struct Retried {
  ScriptedHttpClient http;
  std::vector<milliseconds> pauses;
  std::unique_ptr<HttpClient> client = retry_reads(
      http, {.wait = [this](milliseconds time) { pauses.push_back(time); }, .random = [] { return 1.0; }});
};

}  // namespace

TEST_CASE("a redirect is followed with credentials on the same host only") {
  ScriptedHttpClient http;
  const auto client = follow_redirects(http);
  http.then(301, "", {{"Location", "/repositories/1"}});
  http.then(302, "", {{"Location", "https://elsewhere.test/x"}});
  http.then(302, "", {{"Location", kApi + "/back"}});
  http.then(200, "there");
  const auto response = client->send({.url = kApi + "/repos/a/b", .headers = kSecret});
  REQUIRE(response);
  CHECK(response->body == "there");
  REQUIRE(http.requests.size() == 4);
  CHECK(http.requests[1].url == kApi + "/repositories/1");
  CHECK(http.requests[1].headers == kSecret);
  CHECK(http.requests[2].headers == HttpHeaders{{"Accept", "a"}, {"User-Agent", "u"}});
  CHECK(http.requests[3].headers == HttpHeaders{{"Accept", "a"}, {"User-Agent", "u"}});
}

TEST_CASE("a change is sent on only where the answer says so, on the same host") {
  const auto sent = [](int status, const std::string& location) {
    ScriptedHttpClient http;
    http.then(status, "", {{"Location", location}});
    http.then(201);
    const auto response = follow_redirects(http)->send(
        {.method = "POST", .url = kApi + "/x", .headers = kSecret, .body = "{}"});
    return std::pair(http.requests.size(), response.value().status);
  };
  CHECK(sent(307, "/y") == std::pair<std::size_t, int>(2, 201));
  CHECK(sent(308, kApi + "/y") == std::pair<std::size_t, int>(2, 201));
  CHECK(sent(301, "/y") == std::pair<std::size_t, int>(1, 301));
  CHECK(sent(302, "/y") == std::pair<std::size_t, int>(1, 302));
  CHECK(sent(307, "https://elsewhere.test/y") == std::pair<std::size_t, int>(1, 307));
}

TEST_CASE("redirects lead neither to plain HTTP, nor elsewhere than to the web, nor in circles") {
  for (const char* location : {"http://api.test/x", "file:///etc/passwd", "javascript:x", ""}) {
    ScriptedHttpClient http;
    http.then(302, "", {{"Location", location}});
    http.then(200);
    const auto response = follow_redirects(http)->send({.url = kApi + "/x"});
    INFO(location);
    CHECK(response.value().status == 302);
  }
  ScriptedHttpClient http;
  for (int i = 0; i < 20; ++i) http.then(302, "", {{"Location", "/x"}});
  CHECK(follow_redirects(http)->send({.url = kApi + "/x"})->status == 302);
  CHECK(http.requests.size() == 6);
}

TEST_CASE("what reads is sent again, with growing pauses") {
  Retried retried;
  retried.http.then_no_answer();
  retried.http.then(502);
  retried.http.then(200, "there");
  CHECK(retried.client->send({.url = kApi + "/x"})->body == "there");
  CHECK(retried.pauses == std::vector<milliseconds>{milliseconds(250), milliseconds(500)});
}

TEST_CASE("it is not sent for ever") {
  Retried retried;
  for (int i = 0; i < 9; ++i) retried.http.then(503);
  CHECK(retried.client->send({.url = kApi + "/x"})->status == 503);
  CHECK(retried.http.requests.size() == 3);
}

TEST_CASE("part of each pause is by chance") {
  ScriptedHttpClient http;
  std::vector<milliseconds> pauses;
  const auto client = retry_reads(
      http, {.wait = [&](milliseconds time) { pauses.push_back(time); }, .random = [] { return 0.0; }});
  CHECK_FALSE(client->send({.url = kApi + "/x"}));
  CHECK(pauses == std::vector<milliseconds>{milliseconds(125), milliseconds(250)});
}

TEST_CASE("what may have been carried out, and what says when to come back, is sent once") {
  const auto times = [](const std::string& method, int status, const HttpHeaders& headers = {}) {
    Retried retried;
    if (status == 0) retried.http.then_no_answer();
    if (status != 0) retried.http.then(status, "", headers);
    retried.http.then(200);
    static_cast<void>(retried.client->send({.method = method, .url = kApi + "/x"}));
    return retried.http.requests.size();
  };
  for (const char* method : {"POST", "PUT", "PATCH", "DELETE"}) {
    CHECK(times(method, 0) == 1);
    CHECK(times(method, 502) == 1);
  }
  CHECK(times("GET", 503, {{"Retry-After", "5"}}) == 1);
  CHECK(times("GET", 500) == 1);
  CHECK(times("GET", 429) == 1);
  CHECK(times("GET", 404) == 1);
  CHECK(times("HEAD", 504) == 2);
}

TEST_CASE_METHOD(Retried, "an answer that began to be taken is not asked for again") {
  std::string taken;
  bool is_enough = true;
  HttpRequest request{.url = kApi + "/archive"};
  request.take_body = [&](std::string_view bytes) {
    taken += bytes;
    return !is_enough;
  };
  http.then_no_answer();
  http.then(503);
  http.then(200, "bytes");
  SECTION("as it is enough") { CHECK_FALSE(client->send(request)); }
  SECTION("as it is all") {
    is_enough = false;
    CHECK(client->send(request));
  }
  CHECK(taken == "bytes");
  CHECK(http.requests.size() == 3);
}

TEST_CASE("what a redirect leads to is taken like any answer") {
  ScriptedHttpClient http;
  http.then(302, "moved", {{"Location", "https://elsewhere.test/x"}});
  http.then(200, "bytes");
  std::string taken;
  HttpRequest request{.url = kApi + "/archive"};
  request.take_body = [&](std::string_view bytes) {
    taken += bytes;
    return true;
  };
  CHECK(follow_redirects(http)->send(request));
  CHECK(taken == "bytes");
}
