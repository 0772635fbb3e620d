// Who may set the bot up: whoever is on this machine, or has the code in the log.
#include <catch2/catch.hpp>

#include "bot/setup/site.h"
#include "tests/bot/setup/visitor.h"

using namespace mlx;
using namespace mlx::bot::setup;
using namespace mlx::testing;

namespace {

bool asks_for_code(const Response& response) {
  return response.status == 403 && response.body.contains("Code from the log") &&
         !response.body.contains("form_token") && !response.body.contains("name=\"manifest\"");
}

void go_away(SetupWorld& world) {
  world.peer = "203.0.113.7";
  world.host = "bot.example.com";
}

}  // namespace

TEST_CASE("this machine needs no code") {
  SetupWorld world;
  std::tie(world.peer, world.host) =
      GENERATE(std::pair<std::string, std::string>{"127.0.0.1", "127.0.0.1:8080"},
               std::pair<std::string, std::string>{"127.0.0.1", "localhost:8080"},
               std::pair<std::string, std::string>{"127.8.9.1", "LOCALHOST"},
               std::pair<std::string, std::string>{"::1", "[::1]:8080"},
               std::pair<std::string, std::string>{"::ffff:127.0.0.1", "localhost:9999"});
  const Response page = world.get("/setup");
  CHECK(page.status == 200);
  CHECK(page.body.contains("form_token"));
}

TEST_CASE("everybody else is asked for the code") {
  SetupWorld world;
  SECTION("another machine") { go_away(world); }
  SECTION("another machine that says it is this one") { world.peer = "203.0.113.7"; }
  SECTION("a name that an attacker lets point here") {
    world.host =
        GENERATE(as<std::string>{}, "attacker.example", "127.0.0.1.attacker.example", "localhost.example:80",
                 "127.0.0.1@attacker.example", "attacker.example#localhost", "");
  }
  SECTION("two names") { world.more_headers = {{"Host", "localhost"}}; }
  SECTION("a proxy on this machine") {
    const std::string name =
        GENERATE(as<std::string>{}, "X-Forwarded-For", "x-forwarded-for", "Forwarded", "Via", "X-Real-IP",
                 "X-Forwarded-Host", "X-Forwarded-Proto", "CF-Connecting-IP");
    world.more_headers = {{name, GENERATE(as<std::string>{}, "127.0.0.1", "")}};
  }
  CHECK(asks_for_code(world.get("/setup")));
  CHECK(asks_for_code(world.get("/setup/created", "code=a&state=b")));
  CHECK(asks_for_code(world.post("/setup", "form_token=x")));
  CHECK(asks_for_code(world.post("/setup/again", "form_token=x")));
  CHECK(world.cookie.empty());
}

TEST_CASE("a proxy that adds nothing is known by the public address, or by how it speaks") {
  SetupWorld world([](SiteOptions& options) { options.public_url = "https://bot.example.com"; });
  CHECK(asks_for_code(world.get("/setup")));
  SetupWorld old;
  CHECK(asks_for_code(old.send({.method = "GET", .path = "/setup", .version = "HTTP/1.0"})));
}

TEST_CASE("the code opens the pages, once, for one browser") {
  SetupWorld world([](SiteOptions& options) { options.public_url = "https://bot.example.com"; });
  go_away(world);
  const Response entered = world.post("/setup/code", "code=+" + world.site.code() + "%0A");
  CHECK(entered.status == 303);
  CHECK(header_of(entered, "Location") == "../setup");
  const std::string set = header_of(entered, "Set-Cookie");
  for (const char* part : {"HttpOnly", "SameSite=Lax", "Secure"}) CHECK(set.contains(part));
  CHECK_FALSE(set.contains(world.site.code()));

  const Response page = world.get("/setup");
  CHECK(page.status == 200);
  CHECK_FALSE(page.body.contains(world.site.code()));
  const auto manifest = nlohmann::json::parse(hidden(page.body, "manifest"));
  CHECK(manifest["redirect_url"] == "https://bot.example.com/setup/created");
  world.http.then(201, conversion().dump());
  CHECK(world.come_home(world.begin().state).status == 200);

  SetupWorld other;
  go_away(other);
  REQUIRE(other.post("/setup/code", "code=" + other.site.code()).status == 303);
  other.cookie = "";
  CHECK(other.post("/setup/code", "code=" + other.site.code()).status == 403);
  CHECK(asks_for_code(other.get("/setup")));
  CHECK_FALSE(other.log.contains(other.site.code()));
}

TEST_CASE("wrong codes run out, and then the right one does not help either") {
  SetupWorld world;
  go_away(world);
  for (int i = 1; i < OneTimeCode::kTries; ++i) {
    const Response page = world.post("/setup/code", "code=" + std::string(40, 'f'));
    CHECK(page.status == 403);
    CHECK(page.body.contains(std::to_string(OneTimeCode::kTries - i) + " more tries"));
  }
  const Response last = world.post("/setup/code", "code=wrong");
  CHECK(last.status == 403);
  CHECK(last.body.contains("Start the bot again"));
  CHECK(world.post("/setup/code", "code=" + world.site.code()).status == 403);
  CHECK(world.cookie.empty());
  CHECK(world.log.contains("203.0.113.7"));
  CHECK(world.log.contains("too many wrong codes"));
  CHECK_FALSE(world.log.contains(std::string(40, 'f')));
  // This machine is let in still.
  world.peer = "127.0.0.1";
  world.host = "127.0.0.1:8080";
  CHECK(world.get("/setup").status == 200);
}

TEST_CASE("a form of another site is not obeyed") {
  SetupWorld world;
  const std::string token = SetupWorld::form_token(world.get("/setup").body);
  const std::string fields = "&address=https://bot.example.com&github=https://github.com";
  CHECK(world.post("/setup", fields).status == 403);
  CHECK(world.post("/setup", "form_token=" + std::string(64, '0') + fields).status == 403);
  const std::string cookie = world.cookie;
  // The token is that of the session: it is worth nothing in another.
  world.cookie = std::string(40, 'd');
  CHECK(world.post("/setup", "form_token=" + token + fields).status == 403);
  world.cookie = "";
  CHECK(world.post("/setup", "form_token=" + token + fields).status == 403);
  world.cookie = cookie;
  CHECK(world.post("/setup", "form_token=" + token + fields).status == 200);
}

TEST_CASE("methods and bodies that do not belong there") {
  SetupWorld world;
  const auto status = [&](const char* method, const char* path) {
    return world
        .send({.method = method,
               .path = path,
               .headers = {{"Content-Type", "application/x-www-form-urlencoded"}}})
        .status;
  };
  CHECK(status("HEAD", "/setup") == 200);
  CHECK(status("HEAD", "/") == 303);
  CHECK(status("POST", "/") == 405);
  CHECK(status("DELETE", "/setup") == 405);
  CHECK(status("GET", "/setup/code") == 405);
  CHECK(status("GET", "/setup/again") == 405);
  CHECK(status("POST", "/setup/created") == 405);
  CHECK(status("GET", "/setup/nothing") == 404);
  CHECK(world.send({.method = "POST", .path = "/setup"}).status == 415);
  CHECK(world.send({.method = "POST", .path = "/setup", .headers = {{"Content-Type", "application/json"}}})
            .status == 415);

  const auto posted = world.begin();
  const Response looked = world.send(
      {.method = "HEAD", .path = "/setup/created", .query = {{"code", "code-1"}, {"state", posted.state}}});
  CHECK(looked.status == 405);
  CHECK(header_of(looked, "Allow") == "GET");
  CHECK(world.http.requests.empty());
  world.http.then(201, conversion().dump());
  CHECK(world.come_home(posted.state).status == 200);
}

TEST_CASE("every page keeps to itself") {
  SetupWorld world;
  SetupWorld stranger;
  go_away(stranger);
  for (const Response& page :
       {world.get("/setup"), world.get("/"), world.get("/setup/created"), world.get("/setup/nothing"),
        stranger.get("/setup"), stranger.post("/setup/code", "code=x"), world.post("/setup", "")}) {
    CHECK(header_of(page, "Cache-Control") == "no-store");
    CHECK(header_of(page, "Referrer-Policy") == "no-referrer");
    CHECK(header_of(page, "X-Content-Type-Options") == "nosniff");
    CHECK(header_of(page, "X-Frame-Options") == "DENY");
    if (page.body.empty()) continue;
    const std::string policy = header_of(page, "Content-Security-Policy");
    for (const char* part :
         {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"}) {
      CHECK(policy.contains(part));
    }
    CHECK_FALSE(policy.contains("script-src"));
    CHECK_FALSE(policy.contains("unsafe"));
    CHECK_FALSE(page.body.contains("<script"));
    CHECK_FALSE(page.body.contains("src=\"http"));
  }
}
