// Requests and refusals, against a script. Against something that behaves like GitHub: tests/bot/run.
#include <catch2/catch.hpp>

#include "bot/forge/github/api.h"
#include "tests/support/rsa_key.h"
#include "tests/support/scripted_http_client.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Contains;
using nlohmann::json;

namespace {

using Lines = std::vector<std::string>;

constexpr long kNow = 1'800'000'000;
constexpr const char* kSecret = "ghp_averysecrettoken";

struct World {
  ScriptedHttpClient http;
  long now = kNow;
  std::vector<std::pair<int, std::optional<long>>> answers;
  GithubApi::Scope shop{.repository = {.owner = "octo-team", .name = "shop"}, .installation = 51};

  GithubOptions options(decltype(GithubOptions::credentials) credentials) {
    return {
        .api_url = std::string(ScriptedHttpClient::kApi),
        .credentials = std::move(credentials),
        .now = [this] { return std::chrono::sys_seconds(std::chrono::seconds(now)); },
        .on_answer = [this](int status, std::optional<long> left) { answers.emplace_back(status, left); }};
  }
};

struct WithToken : World {
  GithubApi api{http, options(GithubToken{kSecret})};

  Error error_of(int status, std::string body = "{}", HttpHeaders headers = {}) {
    http.then(status, std::move(body), std::move(headers));
    const auto answer = api.request(shop, "GET", "/x");
    REQUIRE_FALSE(answer);
    return answer.error();
  }

  void succeed() {
    http.then(200);
    REQUIRE(api.request(shop, "GET", "/x"));
  }
};

struct WithApp : World {
  RsaKey key;
  GithubApi api{http, options(GithubApp{.id = "42", .private_key = key.private_pem()})};

  void then_token(const std::string& token, const std::string& expires_at = "2027-01-15T09:00:00Z") {
    http.then(201, json{{"token", token}, {"expires_at", expires_at}}.dump());
  }
  std::string authorization(std::size_t request) {
    return http.requests.at(request).headers.at("Authorization");
  }
};

}  // namespace

TEST_CASE_METHOD(WithToken, "a request says who asks, and for which version of the API") {
  http.then(200, R"({"a": 1})");
  const auto answer = api.request(shop, "GET", "/repos/octo-team/shop?x=y");
  REQUIRE(answer);
  CHECK(*answer == json{{"a", 1}});
  REQUIRE(http.requests.size() == 1);
  const HttpRequest& request = http.requests.front();
  CHECK(request.method == "GET");
  CHECK(request.url == "https://api.test/repos/octo-team/shop?x=y");
  CHECK(request.body.empty());
  CHECK(request.headers == HttpHeaders{{"Accept", "application/vnd.github+json"},
                                       {"Authorization", std::string("Bearer ") + kSecret},
                                       {"User-Agent", "mlx-bot"},
                                       {"X-GitHub-Api-Version", "2022-11-28"}});
}

TEST_CASE_METHOD(WithToken, "a body is sent as JSON") {
  http.then(201, "{}");
  REQUIRE(api.request(shop, "POST", "/x", {{"title", "ä → \"b\""}}));
  CHECK(http.requests.front().headers.at("content-type") == "application/json");
  CHECK(json::parse(http.requests.front().body) == json{{"title", "ä → \"b\""}});
}

TEST_CASE_METHOD(WithToken, "bytes that are no UTF-8 are replaced, since JSON cannot hold them") {
  http.then(201, "{}");
  REQUIRE(api.request(shop, "POST", "/x", {{"body", "caf\xE9!"}}));
  CHECK(json::parse(http.requests.front().body) == json{{"body", "caf\xEF\xBF\xBD!"}});
}

TEST_CASE_METHOD(WithToken, "an answer without content is null") {
  http.then(204, "");
  CHECK(api.request(shop, "DELETE", "/x") == json(nullptr));
}

TEST_CASE_METHOD(WithToken, "refusals by their status") {
  using enum ErrorCode;
  for (const auto& [status, code] : std::vector<std::pair<int, ErrorCode>>{{301, kRefused},
                                                                           {400, kRefused},
                                                                           {401, kUnauthorized},
                                                                           {403, kRefused},
                                                                           {404, kNotFound},
                                                                           {409, kConflict},
                                                                           {410, kRefused},
                                                                           {422, kInvalidInput},
                                                                           {429, kRateLimited},
                                                                           {451, kRefused},
                                                                           {500, kUnavailable},
                                                                           {502, kUnavailable},
                                                                           {503, kUnavailable},
                                                                           {504, kUnavailable}}) {
    INFO(status);
    const Error error = error_of(status, R"({"message": "Said by GitHub"})");
    CHECK(error.code == code);
    CHECK_THAT(error.message, Contains("GET /x") && Contains("Said by GitHub"));
  }
}

TEST_CASE_METHOD(WithToken, "when to come back after a limit") {
  const std::string plain = R"({"message": "Resource not accessible by integration"})";
  const std::string secondary = R"({"message": "You have exceeded a secondary rate limit. Please wait."})";
  const std::string reset = std::to_string(kNow + 90);
  struct Case {
    int status;
    HttpHeaders headers;
    std::string body;
    ErrorCode code;
    long seconds;
  };
  using enum ErrorCode;
  const std::vector<Case> cases = {
      {403, {{"Retry-After", "120"}}, plain, kRateLimited, 120},
      {429, {{"Retry-After", "7"}}, plain, kRateLimited, 7},
      {429, {{"Retry-After", "0"}}, plain, kRateLimited, 1},
      {403, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", reset}}, plain, kRateLimited, 90},
      {429, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", reset}}, plain, kRateLimited, 90},
      {403, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "17"}}, plain, kRateLimited, 1},
      {403,
       {{"Retry-After", "5"}, {"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", reset}},
       plain,
       kRateLimited,
       5},
      {403, {{"X-RateLimit-Remaining", "17"}, {"X-RateLimit-Reset", reset}}, plain, kRefused, 0},
      {403, {{"X-RateLimit-Remaining", "17"}, {"X-RateLimit-Reset", reset}}, secondary, kRateLimited, 60},
      {403, {}, secondary, kRateLimited, 60},
      {429, {}, plain, kRateLimited, 60},
      {429, {}, "<html>", kRateLimited, 60},
      {403, {}, plain, kRefused, 0},
      {403, {{"Retry-After", "soon"}}, secondary, kRateLimited, 60},
      {403, {{"Retry-After", "99999999999999999999"}}, secondary, kRateLimited, 60},
  };
  for (const Case& c : cases) {
    CAPTURE(c.status, c.body, c.seconds);
    const Error error = error_of(c.status, c.body, c.headers);
    CHECK(error.code == c.code);
    CHECK(error.retry_after_seconds == c.seconds);
    succeed();
  }
}

TEST_CASE_METHOD(WithToken, "a limit that does not say how long is waited for longer each time") {
  for (const long seconds : {60, 120, 240, 480, 960, 1920, 1920}) {
    CHECK(error_of(429).retry_after_seconds == seconds);
  }
  CHECK(error_of(429, "{}", {{"Retry-After", "7"}}).retry_after_seconds == 7);
  succeed();
  CHECK(error_of(429).retry_after_seconds == 60);
}

TEST_CASE_METHOD(WithToken, "GitHub's details are part of the message") {
  const Error error = error_of(422, R"({"message": "Validation Failed", "errors": [
      {"resource": "PullRequest", "code": "custom", "message": "A pull request already exists for a:b."},
      {"resource": "PullRequest", "field": "base", "code": "invalid"}, "text", 7]})");
  CHECK(error.code == ErrorCode::kInvalidInput);
  CHECK_THAT(error.message, Contains("Validation Failed; A pull request already exists for a:b."));
}

TEST_CASE_METHOD(WithToken, "a refusal in whatever form is understood as far as it goes") {
  for (const char* body : {"", "<html>Bad gateway</html>", "[]", "null", "7", R"({"message": 7})",
                           R"({"message": null, "errors": "x"})", R"({"errors": {"a": 1}})"}) {
    INFO(body);
    const Error error = error_of(404, body);
    CHECK(error.code == ErrorCode::kNotFound);
    CHECK_THAT(error.message, Contains("404"));
  }
}

TEST_CASE_METHOD(WithToken, "an answer that is no JSON means that something is broken") {
  CHECK(error_of(200, "<html>").code == ErrorCode::kUnavailable);
  CHECK(error_of(201, "{\"a\":").code == ErrorCode::kUnavailable);
}

TEST_CASE_METHOD(WithToken, "no answer is passed on") {
  http.then_no_answer();
  const auto answer = api.request(shop, "GET", "/x");
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == ErrorCode::kUnavailable);
  CHECK(answers == std::vector<std::pair<int, std::optional<long>>>{{0, std::nullopt}});
}

TEST_CASE_METHOD(WithToken, "whoever counts is told of every answer and of what is left") {
  http.then(200, "{}", {{"x-ratelimit-remaining", "4999"}});
  http.then(500, "{}");
  CHECK(api.request(shop, "GET", "/x"));
  CHECK_FALSE(api.request(shop, "GET", "/x"));
  CHECK(answers == std::vector<std::pair<int, std::optional<long>>>{{200, 4999}, {500, std::nullopt}});
}

TEST_CASE_METHOD(WithToken, "the token is in no error") {
  for (const int status : {400, 401, 403, 404, 409, 422, 429, 500}) {
    CHECK(to_string(error_of(status)).find(kSecret) == std::string::npos);
  }
}

TEST_CASE_METHOD(WithToken, "a token that is refused is not tried again") {
  CHECK(error_of(401, R"({"message": "Bad credentials"})").code == ErrorCode::kUnauthorized);
  CHECK(http.requests.size() == 1);
}

TEST_CASE_METHOD(WithToken, "the own login is asked for once") {
  http.then(200, R"({"login": "mlx-machine"})");
  CHECK(api.own_login(shop) == "mlx-machine");
  CHECK(api.own_login(shop) == "mlx-machine");
  CHECK(http.lines() == Lines{"GET /user"});
}

TEST_CASE_METHOD(WithToken, "An App's token, such as a job's, has no user: GraphQL knows its login") {
  http.then(403, R"({"message": "Resource not accessible by integration"})");
  http.then(200, R"({"data": {"viewer": {"login": "shop-bot[bot]"}}})");
  CHECK(api.own_login(shop) == "shop-bot[bot]");
  CHECK(api.own_login(shop) == "shop-bot[bot]");
  CHECK(http.lines() == Lines{"GET /user", "POST /graphql"});
}

TEST_CASE_METHOD(WithToken, "A token whose login nobody tells is that of GitHub's jobs") {
  http.then(403, R"({"message": "Resource not accessible by integration"})");
  http.then(404, "");
  CHECK(api.own_login(shop) == "github-actions[bot]");
}

TEST_CASE_METHOD(WithToken, "A failure to tell the login of an App's token makes it nobody else's") {
  const int status = GENERATE(429, 500, 502);
  http.then(403, R"({"message": "Resource not accessible by integration"})");
  http.then(status, "");
  CHECK_FALSE(api.own_login(shop));
  http.then(403, R"({"message": "Resource not accessible by integration"})");
  http.then(200, R"({"data": {"viewer": {"login": "shop-bot"}}})");
  CHECK(api.own_login(shop) == "shop-bot[bot]");
}

TEST_CASE_METHOD(World, "An Enterprise server has GraphQL beside its REST API") {
  GithubOptions enterprise = options(GithubToken{kSecret});
  enterprise.api_url += "/api/v3";
  GithubApi api(http, std::move(enterprise));
  http.then(403, R"({"message": "Resource not accessible by integration"})");
  http.then(200, R"({"data": {"viewer": {"login": "shop-bot"}}})");
  CHECK(api.own_login(shop) == "shop-bot[bot]");
  CHECK(http.lines() == Lines{"GET /api/v3/user", "POST /api/graphql"});
}

TEST_CASE_METHOD(WithToken, "a failure to learn the own login is not remembered") {
  http.then(500);
  http.then(200, R"({"login": "mlx-machine"})");
  CHECK_FALSE(api.own_login(shop));
  CHECK(api.own_login(shop) == "mlx-machine");
}

TEST_CASE_METHOD(WithApp, "an installation's token is asked for the one repository, and kept") {
  then_token("ghs_one");
  http.then(200);
  http.then(200);
  REQUIRE(api.request(shop, "GET", "/x"));
  REQUIRE(api.request(shop, "GET", "/y"));
  CHECK(http.lines() == Lines{"POST /app/installations/51/access_tokens", "GET /x", "GET /y"});
  CHECK(json::parse(http.requests[0].body) == json{{"repositories", {"shop"}},
                                                   {"permissions",
                                                    {{"checks", "write"},
                                                     {"contents", "write"},
                                                     {"issues", "write"},
                                                     {"metadata", "read"},
                                                     {"pull_requests", "write"}}}});
  // By a token of the App, which has three parts.
  CHECK(std::ranges::count(authorization(0), '.') == 2);
  CHECK(authorization(1) == "Bearer ghs_one");
  CHECK(authorization(2) == "Bearer ghs_one");
}

TEST_CASE_METHOD(WithApp, "an installation's token is replaced five minutes before it ends") {
  then_token("ghs_one", "2027-01-15T09:00:00Z");  // an hour from now
  http.then(200);
  http.then(200);
  then_token("ghs_two", "2027-01-15T10:00:00Z");
  http.then(200);
  REQUIRE(api.request(shop, "GET", "/x"));
  now += 55 * 60 - 1;
  REQUIRE(api.request(shop, "GET", "/x"));
  CHECK(authorization(2) == "Bearer ghs_one");
  now += 1;
  REQUIRE(api.request(shop, "GET", "/x"));
  CHECK(authorization(4) == "Bearer ghs_two");
}

TEST_CASE_METHOD(WithApp, "each repository has its own token") {
  then_token("ghs_shop");
  http.then(200);
  then_token("ghs_blog");
  http.then(200);
  http.then(200);
  REQUIRE(api.request(shop, "GET", "/x"));
  REQUIRE(
      api.request({.repository = {.owner = "octo-team", .name = "blog"}, .installation = 51}, "GET", "/x"));
  REQUIRE(api.request(shop, "GET", "/x"));
  CHECK(authorization(1) == "Bearer ghs_shop");
  CHECK(authorization(3) == "Bearer ghs_blog");
  CHECK(authorization(4) == "Bearer ghs_shop");
  CHECK(json::parse(http.requests[2].body)["repositories"] == json{"blog"});
}

TEST_CASE_METHOD(WithApp, "an installation that the event did not name is looked up") {
  http.then(200, R"({"id": 77})");
  then_token("ghs_one");
  http.then(200);
  shop.installation = 0;
  REQUIRE(api.request(shop, "GET", "/x"));
  CHECK(http.lines() == Lines{"GET /repos/octo-team/shop/installation",
                              "POST /app/installations/77/access_tokens", "GET /x"});
}

TEST_CASE_METHOD(WithApp, "a token that is refused is replaced once") {
  then_token("ghs_revoked");
  http.then(401, R"({"message": "Bad credentials"})");
  then_token("ghs_new");
  SECTION("and the new one is good") {
    http.then(200, R"({"a": 1})");
    CHECK(api.request(shop, "GET", "/x") == json{{"a", 1}});
    CHECK(authorization(3) == "Bearer ghs_new");
  }
  SECTION("and the new one is refused, too") {
    http.then(401, R"({"message": "Bad credentials"})");
    const auto answer = api.request(shop, "GET", "/x");
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == ErrorCode::kUnauthorized);
    CHECK(http.requests.size() == 4);
  }
}

TEST_CASE_METHOD(WithApp, "no token, no request") {
  using enum ErrorCode;
  for (const auto& [status, code] : std::vector<std::pair<int, ErrorCode>>{{401, kUnauthorized},
                                                                           {403, kRefused},
                                                                           {404, kNotFound},
                                                                           {422, kInvalidInput},
                                                                           {500, kUnavailable}}) {
    http.requests.clear();
    http.then(status);
    const auto answer = api.request(shop, "POST", "/x", json::object());
    REQUIRE_FALSE(answer);
    CHECK(answer.error().code == code);
    CHECK(http.lines() == Lines{"POST /app/installations/51/access_tokens"});
  }
}

TEST_CASE_METHOD(WithApp, "an owner who has not granted check runs has none, and all the rest") {
  http.then(422, R"({"message": "The permissions requested are not granted to this installation."})");
  SECTION("and nothing else is missing") {
    then_token("ghs_one");
    http.then(200);
    REQUIRE(api.request(shop, "GET", "/x"));
    CHECK(authorization(2) == "Bearer ghs_one");
  }
  SECTION("but more is missing") {
    http.then(422, R"({"message": "The permissions requested are not granted to this installation."})");
    CHECK(api.request(shop, "GET", "/x").error().code == ErrorCode::kInvalidInput);
    CHECK(http.requests.size() == 2);
  }
  json wanted = json::parse(http.requests[0].body);
  CHECK(wanted["permissions"].erase("checks") == 1);
  CHECK(json::parse(http.requests[1].body) == wanted);
}

TEST_CASE_METHOD(WithApp, "a token's answer of another shape is an error that names the field") {
  for (const char* body : {"[]", "{}", R"({"token": 7, "expires_at": "2027-01-15T09:00:00Z"})",
                           R"({"token": "ghs_one", "expires_at": "soon"})", R"({"token": "ghs_one"})"}) {
    INFO(body);
    http.then(201, body);
    const auto answer = api.request(shop, "GET", "/x");
    REQUIRE_FALSE(answer);
    CHECK(to_string(answer.error()).find("ghs_one") == std::string::npos);
  }
  CHECK(http.requests.size() == 5);
}

TEST_CASE_METHOD(WithApp, "an App acts as its bot") {
  http.then(200, R"({"slug": "mlx"})");
  CHECK(api.own_login(shop) == "mlx[bot]");
  CHECK(http.lines() == Lines{"GET /app"});
}

TEST_CASE("a key that cannot be read is known at the start") {
  ScriptedHttpClient http;
  const auto forge = make_github(http, {.credentials = GithubApp{.id = "1", .private_key = "no key"},
                                        .now = [] { return std::chrono::sys_seconds(); }});
  REQUIRE_FALSE(forge);
  CHECK(forge.error().code == ErrorCode::kInvalidInput);
}

namespace {

const std::string kRedirect = "GET /repos/octo-team/shop/tarball/abc";
const std::string kElsewhere = "https://elsewhere.test/archive?token=passing";

/// What a download gives.
struct Download {
  std::string bytes;
  Result<void> result;
};
Download download(GithubApi& api, const GithubApi::Scope& scope) {
  std::string bytes;
  auto result = api.download(scope, "/repos/octo-team/shop/tarball/abc", [&](std::string_view piece) {
    bytes += piece;
    return true;
  });
  return {.bytes = bytes, .result = result};
}

}  // namespace

TEST_CASE_METHOD(WithToken, "a download is followed to another host, without credentials") {
  http.always(kRedirect, 302, "", {{"Location", kElsewhere}});
  http.always("GET " + kElsewhere, 200, "packed");
  const Download found = download(api, shop);
  CHECK(found.result);
  CHECK(found.bytes == "packed");
  REQUIRE(http.requests.size() == 2);
  CHECK(http.requests[0].headers.contains("Authorization"));
  CHECK(http.requests[1].url == kElsewhere);
  CHECK(http.requests[1].headers.size() == 1);
  CHECK(http.requests[1].headers.contains("User-Agent"));
}

TEST_CASE_METHOD(WithToken, "a download is followed over https or to the API's own address only") {
  const auto [address, is_followed] = GENERATE(table<std::string, bool>({{"https://elsewhere.test/a", true},
                                                                         {"https://api.test/a", true},
                                                                         {"http://elsewhere.test/a", false},
                                                                         {"http://api.test/a", false},
                                                                         {"ftp://api.test/a", false},
                                                                         {"file:///etc/passwd", false},
                                                                         {"//elsewhere.test/a", false},
                                                                         {"/a", false},
                                                                         {"", false}}));
  CAPTURE(address);
  http.then(302, "", {{"Location", address}});
  http.then(200, "packed");
  const Download found = download(api, shop);
  CHECK(found.result.has_value() == is_followed);
  CHECK(http.requests.size() == (is_followed ? 2 : 1));
}

TEST_CASE("a download is followed over http to the API's own address, to no other port of it") {
  ScriptedHttpClient http;
  GithubApi api(http, {.api_url = "http://127.0.0.1:80", .credentials = GithubToken{kSecret}, .now = [] {
                         return std::chrono::sys_seconds();
                       }});
  const auto [address, is_followed] =
      GENERATE(table<std::string, bool>({{"http://127.0.0.1:80/a", true},
                                         {"http://127.0.0.1:8080/a", false},
                                         {"http://127.0.0.1:80@elsewhere.test/a", false}}));
  CAPTURE(address);
  http.then(302, "", {{"Location", address}});
  http.then(200, "packed");
  const GithubApi::Scope scope{.repository = {.owner = "o", .name = "r"}, .installation = 0};
  CHECK(download(api, scope).result.has_value() == is_followed);
}

TEST_CASE_METHOD(WithToken, "a download that fails is an error without the address that it was at") {
  http.always(kRedirect, 302, "", {{"Location", kElsewhere}});
  SECTION("refused") { http.always("GET " + kElsewhere, 404, "gone"); }
  SECTION("not answered") {}
  SECTION("sent in a circle") { http.always("GET " + kElsewhere, 302, "", {{"Location", kElsewhere}}); }
  const Download found = download(api, shop);
  REQUIRE_FALSE(found.result);
  CHECK(found.bytes.empty());
  CHECK_THAT(to_string(found.result.error()), !Contains("passing") || Contains("nobody answered"));
  CHECK(http.requests.size() <= 4);
}

TEST_CASE_METHOD(WithApp, "a token that GitHub no longer takes is replaced for a download, too") {
  then_token("old");
  http.then(401);
  then_token("new");
  http.then(302, "", {{"Location", kElsewhere}});
  http.then(200, "packed");
  CHECK(download(api, shop).bytes == "packed");
}
