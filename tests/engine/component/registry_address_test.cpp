#include "engine/component/registry_address.h"

#include <catch2/catch.hpp>

using namespace mlx;

namespace {

template <typename T>
T parsed(std::string_view text) {
  CAPTURE(text);
  const auto address = parse_registry_address(text);
  REQUIRE(address);
  REQUIRE(std::holds_alternative<T>(*address));
  return std::get<T>(*address);
}

}  // namespace

TEST_CASE("the kinds of addresses") {
  CHECK(parsed<BuiltinRegistry>("builtin") == BuiltinRegistry{});
  CHECK(parsed<DirectoryRegistry>("../components").path == "../components");
  CHECK(parsed<HttpRegistry>("https://acme.example/r/registry.json").url ==
        "https://acme.example/r/registry.json");
  CHECK(parsed<GitRegistry>("git+https://acme.example/o/r@v3") ==
        GitRegistry{.url = "https://acme.example/o/r", .revision = "v3"});
  CHECK(parsed<GitRegistry>("git+https://acme.example:8443/o/r.git@release/2#subdirectory=a/b") ==
        GitRegistry{
            .url = "https://acme.example:8443/o/r.git", .revision = "release/2", .subdirectory = "a/b"});
  CHECK(parsed<GitRegistry>("git+file:///srv/r") == GitRegistry{.url = "file:///srv/r"});
}

TEST_CASE("plain HTTP is for this machine only") {
  const std::string mine = GENERATE("http://127.0.0.1:80/r/registry.json", "http://localhost/r/registry.json",
                                    "http://[::1]:1/registry.json", "git+http://127.0.0.1/o/r@v1");
  CHECK(parse_registry_address(mine));
  const std::string other = GENERATE(
      "http://acme.example/registry.json", "http://127.0.0.1.acme.example/registry.json",
      "http://10.0.0.1/registry.json", "http://127.1/registry.json", "git+http://acme.example/o/r@v1");
  CAPTURE(other);
  const auto refused = parse_registry_address(other);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("https://") != std::string::npos);
}

TEST_CASE("what cannot be an address says what to write") {
  const auto [text, hint] = GENERATE(
      table<std::string, std::string>({{"", "empty"},
                                       {"ftp://acme.example/registry.json", "known are"},
                                       {"git+ssh://git@acme.example/o/r@v1", "not by ssh"},
                                       {"https://acme.example/r/", "https://acme.example/r/registry.json"},
                                       {"https:///registry.json", "host"},
                                       {"https://acme.example/registry.json#x", "#"},
                                       {"git+https://acme.example/o/r@", "tag"},
                                       {"git+https://acme.example/o/r@a..b", "tag"},
                                       {"git+https://acme.example/o/r@v1#branch=x", "subdirectory"},
                                       {"git+https://acme.example/o/r@v1#subdirectory=../x", "subdirectory"},
                                       {"git+https://acme.example/o/r@v1#subdirectory=/x", "subdirectory"},
                                       {"a\nb", "line end"}}));
  CAPTURE(text);
  const auto refused = parse_registry_address(text);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kInvalidInput);
  CHECK(refused.error().message.find(hint) != std::string::npos);
}

TEST_CASE("an address that would carry a secret into the lock is refused, and not shown") {
  const std::string text =
      GENERATE("https://user:hunter2@acme.example/registry.json",
               "https://acme.example/registry.json?token=hunter2", "git+https://hunter2@acme.example/o/r@v1");
  const auto refused = parse_registry_address(text);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.find("hunter2") == std::string::npos);
  CHECK(refused.error().message.find("headers") != std::string::npos);
}

TEST_CASE("a registry at another revision is the same registry") {
  CHECK(registry_identity("git+https://a.example/o/r@v1") ==
        registry_identity("git+https://a.example/o/r@v2"));
  CHECK(registry_identity("git+https://a.example/o/r@v1") == registry_identity("git+https://a.example/o/r"));
  CHECK(registry_identity("git+https://a.example/o/r@v1") !=
        registry_identity("git+https://a.example/o/r@v1#subdirectory=x"));
  CHECK(registry_identity("git+https://a.example/o/r@v1") !=
        registry_identity("git+https://a.example/o/s@v1"));
  CHECK(registry_identity("builtin") == "builtin");
  CHECK(registry_identity("ftp://x") == "ftp://x");
}

TEST_CASE("origins compare by scheme, host and port") {
  CHECK(origin_of("https://A.example/x") == origin_of("https://a.example:443/y?z"));
  CHECK(origin_of("https://a.example/x") != origin_of("http://a.example/x"));
  CHECK(origin_of("https://a.example/x") != origin_of("https://a.example:8443/x"));
  CHECK(origin_of("http://a.example:443/x") != origin_of("https://a.example/x"));
}
