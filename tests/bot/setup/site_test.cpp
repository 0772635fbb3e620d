// From the first page to the App, and whatever may go wrong on the way.
#include "bot/setup/site.h"

#include <catch2/catch.hpp>

#include "tests/bot/setup/visitor.h"

using namespace mlx;
using namespace mlx::bot::setup;
using namespace mlx::testing;
using nlohmann::json;

TEST_CASE("the first page leads to a bot that is set up") {
  SetupWorld world;
  const auto posted = world.begin();
  CHECK(posted.action == "https://github.com/settings/apps/new?state=" + posted.state);
  CHECK(posted.manifest["hook_attributes"]["url"] == "https://bot.example.com/webhooks/github");
  CHECK(posted.manifest["redirect_url"] == "http://127.0.0.1:8080/setup/created");
  CHECK(posted.manifest["public"] == false);

  world.http.then(201, conversion().dump());
  const Response done = world.come_home(posted.state);
  CHECK(done.status == 200);
  REQUIRE(world.http.requests.size() == 1);
  CHECK(world.http.requests[0].method == "POST");
  CHECK(world.http.requests[0].url == "https://api.github.com/app-manifests/code-1/conversions");
  REQUIRE(world.taken.size() == 1);
  CHECK(world.taken[0].id == "4711");
  CHECK(world.taken[0].api == "https://api.github.com");
  CHECK(world.taken[0].private_key == kKey);
  CHECK(world.taken[0].webhook_secret == kWebhookSecret);
  CHECK(done.body.contains("https://github.com/apps/mlx-bot-example-com/installations/new"));
  CHECK(done.body.contains("/var/lib/mlx/github-app.env"));
  for (const std::string secret : {kWebhookSecret, "MIIEkey", "client-secret-of-it", "code-1"}) {
    CHECK_FALSE(done.body.contains(secret));
    CHECK_FALSE(world.log.contains(secret));
  }
}

TEST_CASE("once it is set up, no path is there any more") {
  SetupWorld world;
  for (const char* path : {"/", "/setup", "/setup/created"}) CHECK(world.site.owns(path));
  CHECK_FALSE(world.site.owns("/setups"));
  CHECK_FALSE(world.site.owns("/webhooks/github"));
  world.http.then(201, conversion().dump());
  REQUIRE(world.come_home(world.begin().state).status == 200);
  for (const char* path : {"/", "/setup", "/setup/created", "/setup/code"})
    CHECK_FALSE(world.site.owns(path));
}

TEST_CASE("an organisation and a GitHub Enterprise have pages of their own") {
  SetupWorld world;
  const std::string token = SetupWorld::form_token(world.get("/setup").body);
  const Response page =
      world.post("/setup", "form_token=" + token +
                               "&address=https%3A%2F%2Fbot.example.com%2F&organization=octo-team"
                               "&github=https%3A%2F%2Fghe.example.com");
  CHECK(page.status == 200);
  const std::string action = "https://ghe.example.com/organizations/octo-team/settings/apps/new?state=";
  const auto at = page.body.find(action);
  REQUIRE(at != std::string::npos);
  CHECK(header_of(page, "Content-Security-Policy").contains("form-action 'self' https://ghe.example.com;"));
  const std::string state = page.body.substr(at + action.size(), 40);
  world.http.then(201, conversion().dump());
  CHECK(world.come_home(state).status == 200);
  CHECK(world.http.requests.at(0).url == "https://ghe.example.com/api/v3/app-manifests/code-1/conversions");
  CHECK(world.taken.at(0).api == "https://ghe.example.com/api/v3");
  // A link that GitHub Enterprise did not give leads nowhere else.
  CHECK(world.taken.at(0).page == "https://ghe.example.com/apps/mlx-bot-example-com");
}

TEST_CASE("the page lets its form go where the form goes, however GitHub was written") {
  SetupWorld world;
  const std::string token = SetupWorld::form_token(world.get("/setup").body);
  const std::string written = GENERATE(as<std::string>{}, "https%3A%2F%2Fwww.github.com",
                                       "https%3A%2F%2Fapi.github.com", "https%3A%2F%2FGitHub.com%2F");
  const Response page =
      world.post("/setup", "form_token=" + token +
                               "&address=https%3A%2F%2Fbot.example.com&organization=&github=" + written);
  CHECK(page.status == 200);
  CHECK(page.body.contains("\"https://github.com/settings/apps/new?state="));
  CHECK(header_of(page, "Content-Security-Policy").contains("form-action 'self' https://github.com;"));
}

TEST_CASE("what a person writes wrongly is told, and registers nothing") {
  SetupWorld world;
  const std::string token = SetupWorld::form_token(world.get("/setup").body);
  const std::string form =
      GENERATE(as<std::string>{}, "address=bot.example.com&github=https://github.com",
               "address=https://bot.example.com&github=ftp://github.com",
               "address=https://u:p@bot.example.com&github=https://github.com",
               "address=https://bot.example.com?x=1&github=https://github.com",
               "address=https://%22onload%3D&github=https://github.com",
               "address=https://bot.example.com&github=https://github.com&organization=a/b",
               "address=https://bot.example.com&github=http://ghe.example.com", "");
  const Response page = world.post("/setup", "form_token=" + token + "&" + form);
  CHECK(page.status == 422);
  CHECK(page.body.contains("note wrong"));
  CHECK_FALSE(page.body.contains("name=\"manifest\""));
}

TEST_CASE("what a person writes is text on the page") {
  SetupWorld world;
  const std::string token = SetupWorld::form_token(world.get("/setup").body);
  const Response page =
      world.post("/setup", "form_token=" + token +
                               "&github=https://github.com&address=%22%3E%3Cscript%3Ealert(1)%3C/script%3E");
  CHECK_FALSE(page.body.contains("<script"));
  CHECK(page.body.contains("&lt;script&gt;"));
}

TEST_CASE("an address that GitHub cannot reach is explained, and not registered") {
  SetupWorld world;
  const std::string token = SetupWorld::form_token(world.get("/setup").body);
  const std::string address =
      GENERATE(as<std::string>{}, "http://127.0.0.1:8080", "http://localhost", "http://[::1]:8080");
  const Response page = world.post(
      "/setup", "form_token=" + token + "&github=https://github.com&address=" + percent_encode(address));
  CHECK(page.body.contains("GitHub cannot reach " + address));
  CHECK_FALSE(page.body.contains("name=\"manifest\""));
  CHECK_FALSE(world.get("/setup").body.contains("name=\"manifest\""));
}

TEST_CASE("with the public address set, the first page has the button") {
  SetupWorld world([](SiteOptions& options) { options.public_url = "http://127.0.0.1:9000"; });
  CHECK_FALSE(world.get("/setup").body.contains("name=\"manifest\""));
  SetupWorld beside([](SiteOptions& options) {
    options.github = {.web = "http://127.0.0.1:1", .api = "http://127.0.0.1:1/api/v3"};
  });
  const Response page = beside.get("/setup");
  CHECK(json::parse(hidden(page.body, "manifest"))["url"] == "http://127.0.0.1:8080");
}

TEST_CASE("a state is for one answer, of one browser, within an hour") {
  SetupWorld world;
  const auto posted = world.begin();
  const std::string cookie = world.cookie;
  const auto check_refused = [&](const Response& response) {
    CHECK(response.status == 403);
    CHECK(world.http.requests.empty());
    CHECK(world.taken.empty());
  };
  SECTION("missing or wrong") {
    check_refused(world.get("/setup/created", "code=code-1"));
    check_refused(world.come_home("0000000000000000000000000000000000000000"));
    check_refused(world.come_home(""));
  }
  SECTION("no code, or no code of GitHub's") {
    check_refused(world.get("/setup/created", "state=" + posted.state));
    check_refused(world.come_home(posted.state, ""));
    check_refused(world.come_home(posted.state, "../../user"));
    check_refused(world.come_home(posted.state, std::string(201, 'a')));
  }
  SECTION("another browser") {
    world.cookie = "";
    check_refused(world.come_home(posted.state));
    world.cookie = std::string(40, 'b');
    check_refused(world.come_home(posted.state));
  }
  SECTION("too late") {
    world.now += std::chrono::hours(1);
    check_refused(world.come_home(posted.state));
    return;
  }
  // None of that used up the real one.
  world.cookie = cookie;
  world.http.then(404);
  CHECK(world.come_home(posted.state).status == 502);
  CHECK(world.http.requests.size() == 1);
  CHECK(world.come_home(posted.state).status == 403);
  CHECK(world.http.requests.size() == 1);
}

TEST_CASE("two tabs may be open, and either may finish") {
  SetupWorld world;
  const auto first = world.begin();
  const auto second = world.begin();
  CHECK(first.state != second.state);
  world.http.then(201, conversion().dump());
  CHECK(world.come_home(GENERATE_COPY(first.state, second.state)).status == 200);
  CHECK(world.taken.size() == 1);
}

TEST_CASE("while one page is at it, another one is told so") {
  std::string second;
  SetupWorld* world = nullptr;
  Response other;
  SetupWorld slow([&](SiteOptions& options) {
    options.take = [&](const RegisteredApp&) -> Result<void> {
      other = world->come_home(second, "code-2");
      return {};
    };
  });
  world = &slow;
  const auto first = slow.begin();
  second = slow.begin().state;
  slow.http.then(201, conversion().dump());
  CHECK(slow.come_home(first.state).status == 200);
  CHECK(other.status == 409);
  CHECK(slow.http.requests.size() == 1);
}

TEST_CASE("what may pass can be tried again with the same code") {
  SetupWorld world;
  const auto posted = world.begin();
  SECTION("no answer") { world.http.then_no_answer(); }
  SECTION("a server error") { world.http.then(500, "<html>"); }
  SECTION("a limit") { world.http.then(429, R"({"message":"API rate limit exceeded"})"); }
  const Response failed = world.come_home(posted.state);
  CHECK(failed.status == 502);
  CHECK(world.taken.empty());
  CHECK_FALSE(failed.body.contains("code-1"));
  CHECK(world.come_home(posted.state).status == 403);

  const std::string form =
      "form_token=" + SetupWorld::form_token(failed.body) + "&state=" + hidden(failed.body, "state");
  CHECK(world.post("/setup/again", "state=" + hidden(failed.body, "state")).status == 403);
  world.http.then(201, conversion().dump());
  CHECK(world.post("/setup/again", form).status == 200);
  CHECK(world.taken.size() == 1);
  CHECK(world.http.requests.back().url == "https://api.github.com/app-manifests/code-1/conversions");
}

TEST_CASE("trying again is for what came back from GitHub") {
  SetupWorld world;
  const auto posted = world.begin();
  const std::string token = SetupWorld::form_token(world.get("/setup").body);
  CHECK(world.post("/setup/again", "form_token=" + token + "&state=" + posted.state).status == 403);
  CHECK(world.post("/setup/again", "form_token=" + token + "&state=none").status == 403);
  CHECK(world.http.requests.empty());
}

TEST_CASE("what GitHub refuses for good is told, and the way back shown") {
  SetupWorld world;
  const auto posted = world.begin();
  SECTION("it does not know the code") { world.http.then(404, R"({"message":"Not Found"})"); }
  SECTION("it refuses") { world.http.then(422, R"({"message":"Validation <b>Failed</b>"})"); }
  SECTION("garbage") { world.http.then(201, "<html>"); }
  SECTION("nothing") { world.http.then(201, ""); }
  SECTION("half of it") {
    json half = conversion();
    half.erase(GENERATE(as<std::string>{}, "id", "pem", "webhook_secret", "slug"));
    world.http.then(201, half.dump());
  }
  SECTION("of other types") {
    json odd = conversion();
    odd[GENERATE(as<std::string>{}, "id", "pem", "webhook_secret", "slug")] =
        GENERATE(json(), json(true), json::array());
    world.http.then(201, odd.dump());
  }
  SECTION("odd values") {
    json odd = conversion();
    odd.update(GENERATE(json{{"webhook_secret", "short"}}, json{{"webhook_secret", "0123456789abcdef,0123"}},
                        json{{"webhook_secret", "0123456789abcdef\nMLX_GITHUB_API_URL=x"}}, json{{"id", -1}},
                        json{{"pem", "no key"}}, json{{"slug", "a/../b"}}, json{{"slug", ""}}));
    world.http.then(201, odd.dump());
  }
  const Response failed = world.come_home(posted.state);
  CHECK(failed.status == 502);
  CHECK(world.taken.empty());
  CHECK_FALSE(failed.body.contains("<b>"));
  CHECK_FALSE(failed.body.contains("name=\"state\""));
  CHECK(failed.body.contains("href=\"../setup\""));
  CHECK_FALSE(failed.body.contains("MIIEkey"));
  CHECK(world.site.owns("/setup"));
}

TEST_CASE("no credentials are asked for that could not be kept") {
  SetupWorld world;
  const auto posted = world.begin();
  world.check =
      fail(ErrorCode::kIo, "cannot be written (Permission denied)", {.file = "/var/lib/mlx/github-app.env"});
  const Response failed = world.come_home(posted.state);
  CHECK(failed.status == 502);
  CHECK(failed.body.contains("Permission denied"));
  CHECK(world.http.requests.empty());
  const Response page = world.get("/setup");
  CHECK(page.body.contains("Permission denied"));
  CHECK_FALSE(page.body.contains("name=\"manifest\""));
  world.check = {};
  world.http.then(201, conversion().dump());
  CHECK(world
            .post("/setup/again", "form_token=" + SetupWorld::form_token(failed.body) +
                                      "&state=" + hidden(failed.body, "state"))
            .status == 200);
}

TEST_CASE("an App that could not be kept is not asked for twice") {
  SetupWorld world;
  const auto posted = world.begin();
  world.take = fail(ErrorCode::kIo, "cannot be written (No space left on device)");
  world.http.then(201, conversion().dump());
  const Response failed = world.come_home(posted.state);
  CHECK(failed.status == 502);
  CHECK(failed.body.contains("No space left on device"));
  CHECK_FALSE(failed.body.contains(kWebhookSecret));
  world.take = {};
  CHECK(world
            .post("/setup/again", "form_token=" + SetupWorld::form_token(failed.body) +
                                      "&state=" + hidden(failed.body, "state"))
            .status == 200);
  CHECK(world.http.requests.size() == 1);
  CHECK(world.taken.size() == 1);
}

TEST_CASE("after a restart an answer to an earlier registration is told what to do") {
  SetupWorld before;
  const auto posted = before.begin();
  SetupWorld after([](SiteOptions& options) {
    options.random = [count = 0]() mutable { return std::string(40, static_cast<char>('c' + count++ % 3)); };
  });
  after.cookie = before.cookie;
  const Response page = after.come_home(posted.state);
  CHECK(page.status == 403);
  CHECK(page.body.contains("delete it there"));
  CHECK(after.http.requests.empty());
}

TEST_CASE("what was begun and never finished is not kept for ever") {
  SetupWorld world;
  const auto oldest = world.begin();
  for (std::size_t i = 0; i < Tickets::kMost; ++i) {
    world.now += std::chrono::seconds(1);
    world.begin();
  }
  CHECK(world.come_home(oldest.state).status == 403);
  CHECK(world.http.requests.empty());
}
