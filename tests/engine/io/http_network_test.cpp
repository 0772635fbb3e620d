#include "engine/io/http_network.h"

#include <algorithm>
#include <map>

#include <catch2/catch.hpp>

#include "engine/io/http_client.h"
#include "tests/engine/io/local_proxy.h"
#include "tests/support/temporary_directory.h"

using namespace mlx;
using mlx::test::LocalProxy;
using mlx::test::LocalTlsServer;

namespace {

constexpr const char* kProxy = "http://proxy.example:3128";

bool goes_by_proxy(const std::string& url, const std::string& no_proxy) {
  return proxy_for(url, {.https_proxy = kProxy, .http_proxy = kProxy, .no_proxy = no_proxy, .ca_file = {}})
      .value()
      .has_value();
}

HttpNetwork by(const LocalProxy& proxy, const std::string& credentials = "") {
  return {.https_proxy = proxy.url(credentials),
          .http_proxy = proxy.url(credentials),
          .no_proxy = {},
          .ca_file = {}};
}

HttpClientOptions with(HttpNetwork network) {
  return {.connect_timeout = std::chrono::seconds(2),
          .answer_timeout = std::chrono::seconds(5),
          .network = std::move(network)};
}

}  // namespace

TEST_CASE("the environment names proxies and authorities") {
  using Values = std::map<std::string, std::string, std::less<>>;
  const auto read = [](const Values& values) {
    return read_http_network([&](std::string_view name) {
      const auto found = values.find(name);
      return found == values.end() ? std::string() : found->second;
    });
  };
  CHECK(read({}) == HttpNetwork());
  CHECK(read({{"HTTPS_PROXY", "a"}, {"NO_PROXY", "b"}, {"MLX_CA_FILE", "c"}}) ==
        HttpNetwork{.https_proxy = "a", .http_proxy = "", .no_proxy = "b", .ca_file = "c"});
  CHECK(read({{"https_proxy", "a"}, {"HTTPS_PROXY", "b"}}).https_proxy == "a");
  CHECK(read({{"ALL_PROXY", "a"}}) ==
        HttpNetwork{.https_proxy = "a", .http_proxy = "a", .no_proxy = "", .ca_file = ""});
  // A CGI server makes this of a request's header.
  CHECK(read({{"HTTP_PROXY", "a"}}).http_proxy.empty());
  CHECK(read({{"http_proxy", "a"}}).http_proxy == "a");
}

TEST_CASE("NO_PROXY names hosts, what is below them, ports and networks") {
  CHECK(goes_by_proxy("https://api.github.com/x", ""));
  CHECK_FALSE(goes_by_proxy("https://api.github.com/x", "*"));
  CHECK_FALSE(goes_by_proxy("https://api.github.com/x", "example.com, github.com"));
  CHECK_FALSE(goes_by_proxy("https://API.GitHub.com/x", ".github.com"));
  CHECK_FALSE(goes_by_proxy("https://api.github.com/x", "*.github.com"));
  CHECK(goes_by_proxy("https://notgithub.com/x", "github.com"));
  CHECK(goes_by_proxy("https://github.com.evil.example/x", "github.com"));
  CHECK_FALSE(goes_by_proxy("https://git.example:8443/x", "git.example:8443"));
  CHECK(goes_by_proxy("https://git.example/x", "git.example:8443"));
  CHECK_FALSE(goes_by_proxy("https://git.example/x", "git.example:443"));
  CHECK_FALSE(goes_by_proxy("http://10.1.2.3/x", "10.0.0.0/8"));
  CHECK(goes_by_proxy("http://11.1.2.3/x", "10.0.0.0/8"));
  CHECK_FALSE(goes_by_proxy("https://[fd00::1]/x", "fd00::1"));
  CHECK(goes_by_proxy("https://a.example/x", ", ,"));
}

TEST_CASE("this machine is asked directly") {
  for (const char* url :
       {"http://localhost:80/", "http://127.0.0.1:1/", "http://[::1]:1/", "http://a.localhost/"})
    CHECK_FALSE(goes_by_proxy(url, ""));
}

TEST_CASE("a proxy is an address, with credentials if it needs them") {
  const auto proxy = [](const std::string& address) {
    return proxy_for("https://a.example/",
                     {.https_proxy = address, .http_proxy = {}, .no_proxy = {}, .ca_file = {}});
  };
  CHECK(proxy("http://p.example:3128/").value() ==
        HttpProxy{.host = "p.example", .port = 3128, .user = {}, .password = {}});
  CHECK(proxy("p.example:8080").value() ==
        HttpProxy{.host = "p.example", .port = 8080, .user = {}, .password = {}});
  CHECK(proxy("p.example").value()->port == 80);
  CHECK(proxy("http://u%40x:p%3Aq@[::1]:1").value() ==
        HttpProxy{.host = "::1", .port = 1, .user = "u@x", .password = "p:q"});
  for (const char* wrong :
       {"socks5://p:1", "https://p:1", "http://:1", "http://u:secret@p:x", "http://u:secret@p:70000"}) {
    const auto refused = proxy(wrong);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::kInvalidInput);
    CHECK_FALSE(refused.error().message.contains("secret"));
  }
}

TEST_CASE("plain HTTP is asked of the proxy") {
  const LocalProxy proxy;
  const auto client = make_http_client(with(by(proxy, "user:pass")));
  const auto response = client->send({.url = "http://forge.test/x?y=z"});
  REQUIRE(response);
  CHECK(response->body == "proxied");
  REQUIRE(proxy.heads().size() == 1);
  INFO(proxy.heads().front());
  CHECK(proxy.heads().front().starts_with("GET http://forge.test:80/x?y=z HTTP/1.1\r\n"));
  CHECK(proxy.heads().front().contains("Proxy-Authorization: Basic dXNlcjpwYXNz\r\n"));
}

TEST_CASE("HTTPS goes through a tunnel, in which the proxy reads nothing") {
  const TemporaryDirectory directory;
  const LocalTlsServer server(directory.path().string());
  const LocalProxy proxy(server.port());
  HttpNetwork network = by(proxy, "user:pass");
  network.ca_file = server.ca_file();
  const auto client = make_http_client(with(network));
  for (int i = 0; i < 2; ++i) {
    const auto response =
        client->send({.url = "https://forge.test/x", .headers = {{"Authorization", "Bearer secret"}}});
    if (!response) FAIL(response.error().message);
    CHECK(response->body == "Bearer secret|");  // what the proxy is told is not for the server
  }
  const auto heads = proxy.heads();
  REQUIRE_FALSE(heads.empty());
  CHECK(heads.size() == 1);  // the connection is used again
  CHECK(heads.front().starts_with("CONNECT forge.test:443 "));
  CHECK(heads.front().contains("Proxy-Authorization: Basic dXNlcjpwYXNz\r\n"));
  CHECK(std::ranges::none_of(heads, [](const std::string& head) { return head.contains("secret"); }));
}

TEST_CASE("a certificate of an authority that is not trusted is refused, with what to set") {
  const TemporaryDirectory directory;
  const LocalTlsServer server(directory.path().string());
  const LocalProxy proxy(server.port());
  const auto client = make_http_client(with(by(proxy)));
  const auto response = client->send({.url = "https://forge.test/x"});
  REQUIRE_FALSE(response);
  CHECK(response.error().code == ErrorCode::kUnavailable);
  CHECK(response.error().message.contains("MLX_CA_FILE"));
  HttpNetwork other = by(proxy);
  other.ca_file = server.ca_file();
  CHECK_FALSE(make_http_client(with(other))->send({.url = "https://other.test/x"}));
  other.ca_file = directory.path().string() + "/missing.pem";
  CHECK_FALSE(make_http_client(with(other))->send({.url = "https://forge.test/x"}));
}

TEST_CASE("a proxy that refuses, or is not there, is an answer that did not come") {
  const LocalProxy proxy(0, true);
  const auto refused = make_http_client(with(by(proxy)))->send({.url = "https://forge.test/x"});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kUnavailable);
  CHECK(refused.error().message.contains("proxy"));
  const HttpNetwork nowhere{
      .https_proxy = "http://127.0.0.1:9", .http_proxy = {}, .no_proxy = {}, .ca_file = {}};
  const auto missed = make_http_client(with(nowhere))->send({.url = "https://forge.test/x"});
  REQUIRE_FALSE(missed);
  INFO(missed.error().message);
  CHECK(missed.error().message.contains("proxy"));
}
