#include "bot/setup/registration.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bot/setup/address.h"
#include "bot/setup/message.h"

using namespace mlx;
using namespace mlx::bot::setup;
using nlohmann::json;

TEST_CASE("where a GitHub's API is, and whose API it is") {
  struct Case {
    std::string web;
    std::string api;
  };
  const auto [web, api] = GENERATE(Case{"https://github.com", "https://api.github.com"},
                                   Case{"https://ghe.example.com", "https://ghe.example.com/api/v3"},
                                   Case{"https://octo.ghe.com", "https://api.octo.ghe.com"},
                                   Case{"http://127.0.0.1:4000", "http://127.0.0.1:4000/api/v3"});
  CHECK(github_at(parse_web_address(web).value()).api == api);
  CHECK(github_at(parse_web_address(web + "/").value()).web == web);
  CHECK(github_with_api(api).web == web);
  CHECK(github_with_api(api).api == api);
}

TEST_CASE("addresses of the web, and what is none") {
  CHECK(parse_web_address("https://Bot.Example.com:8443/mlx/").value().text ==
        "https://Bot.Example.com:8443/mlx");
  CHECK(parse_web_address("https://Bot.Example.com:8443/mlx/").value().host == "bot.example.com");
  CHECK(parse_web_address("https://bot.example.com:8443/mlx").value().origin() ==
        "https://bot.example.com:8443");
  CHECK(parse_web_address("http://[::1]:80").value().host == "::1");
  for (const std::string wrong : {"", "https://", "http:///x", "bot.example.com", "javascript:alert(1)",
                                  "https://a b", "https://a\"b", "https://u@a", "https://a?b", "https://a#b",
                                  "https://a:port", "https://a:", "https://[::1", "https://a\\b"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_web_address(wrong));
  }
  CHECK_FALSE(parse_web_address("https://" + std::string(3000, 'a')));
}

TEST_CASE("what is this machine") {
  for (const char* host : {"127.0.0.1", "127.255.0.9", "localhost", "::1", "::ffff:127.0.0.1"})
    CHECK(is_loopback(host));
  for (const char* host :
       {"128.0.0.1", "127.example.com", "127.0.0.1.nip.io", "localhost.example", "", "0.0.0.0"}) {
    CHECK_FALSE(is_loopback(host));
  }
}

TEST_CASE("a suggested name is one that GitHub takes") {
  CHECK(app_name("mlx.example.com", "0123456789") == "mlx-example-com");
  CHECK(app_name("bot.example.com", "0123456789") == "mlx-bot-example-com");
  CHECK(app_name("127.0.0.1", "0123456789") == "mlx-01234567");
  CHECK(app_name("::1", "0123456789") == "mlx-01234567");
  const std::string longest = app_name("a-very-long-name-of-a-host-------.example.com", "0");
  CHECK(longest.size() <= 34);
  CHECK_FALSE(longest.ends_with('-'));
}

TEST_CASE("forms and cookies") {
  const Fields fields = parse_form("a=1&b=%41+%2b&a=2&c&=x&d=%zz%4");
  CHECK(field(fields, "a") == "1");
  CHECK(field(fields, "b") == "A +");
  CHECK(field(fields, "c").empty());
  CHECK(field(fields, "d") == "%zz%4");
  const Request request{.method = "GET", .path = "/", .headers = {{"cookie", "x=1; mlx_setup=abc;y=2"}}};
  CHECK(request.cookie("mlx_setup") == "abc");
  CHECK(request.cookie("y") == "2");
  CHECK_FALSE(request.cookie("setup"));
}
