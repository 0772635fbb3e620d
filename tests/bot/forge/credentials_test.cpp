#include "bot/forge/github/credentials.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "engine/base/digest.h"
#include "engine/base/timestamp.h"
#include "tests/support/rsa_key.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using nlohmann::json;
using std::chrono::sys_seconds;

namespace {

constexpr sys_seconds kNow{std::chrono::seconds(1'800'000'000)};

std::string from_base64url(std::string text) {
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  while (text.size() % 4 != 0) text += '=';
  return decode_base64(text).value();
}

struct Jwt {
  std::string header, claims, signature;

  explicit Jwt(const std::string& text) {
    const auto first = text.find('.');
    const auto second = text.find('.', first + 1);
    REQUIRE(second != std::string::npos);
    header = text.substr(0, first);
    claims = text.substr(first + 1, second - first - 1);
    signature = text.substr(second + 1);
  }
};

bool is_signed_by(const Jwt& jwt, const RsaKey& key) {
  const std::string text = jwt.header + "." + jwt.claims;
  const std::string signature = from_base64url(jwt.signature);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key.handle());
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

}  // namespace

TEST_CASE("an App's token is signed with its key and says what GitHub asks for") {
  const RsaKey key;
  const auto token = app_jwt("424242", key.private_pem(), kNow);
  REQUIRE(token);
  CHECK(token->find('=') == std::string::npos);
  const Jwt jwt(*token);
  CHECK(json::parse(from_base64url(jwt.header)) == json{{"alg", "RS256"}, {"typ", "JWT"}});
  const json claims = json::parse(from_base64url(jwt.claims));
  CHECK(claims == json{{"iat", 1'799'999'940}, {"exp", 1'800'000'540}, {"iss", "424242"}});
  // GitHub takes no token that lasts longer than ten minutes from now.
  CHECK(claims["exp"].get<long>() <= kNow.time_since_epoch().count() + 600);
  CHECK(is_signed_by(jwt, key));
  CHECK_FALSE(is_signed_by(jwt, RsaKey()));
}

TEST_CASE("a key that is none is refused without being shown") {
  for (const std::string& pem :
       {std::string(), std::string("no key"),
        std::string("-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n"),
        RsaKey::elliptic_curve_pem()}) {
    const auto token = app_jwt("1", pem, kNow);
    REQUIRE_FALSE(token);
    CHECK(token.error().code == ErrorCode::kInvalidInput);
    CHECK(token.error().message.find("c2VjcmV0") == std::string::npos);
  }
}

TEST_CASE("times are read as GitHub writes them") {
  const auto seconds = [](const char* text) {
    const auto time = parse_timestamp(text);
    return time ? std::optional(time->time_since_epoch().count()) : std::nullopt;
  };
  CHECK(seconds("1970-01-01T00:00:00Z") == 0);
  CHECK(seconds("2026-01-31T12:34:56Z") == 1'769'862'896);
  CHECK(seconds("2024-02-29T23:59:59Z") == 1'709'251'199);
  CHECK(seconds("2026-01-31T12:34:56.789Z") == 1'769'862'896);
  for (const char* wrong :
       {"", "2026-01-31", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "yesterday", "2026-01-31 12:34:56Z",
        "2026-01-31T12:34:56", "2026-01-31T12:34:56+01:00", "2026-01-31Tab:cd:efZ", "2026-01-31T25:00:00Z",
        "2026-01-31T12:60:00Z", "2026x01x31T12:34:56Z"}) {
    INFO(wrong);
    CHECK(seconds(wrong) == std::nullopt);
  }
}

TEST_CASE("a token is used until five minutes before its end") {
  using std::chrono::minutes;
  using std::chrono::seconds;
  TokenCache tokens;
  CHECK_FALSE(tokens.find("a/b", kNow));
  tokens.put("a/b", "one", kNow + minutes(60));
  CHECK(tokens.find("a/b", kNow) == "one");
  CHECK(tokens.find("a/b", kNow + minutes(55) - seconds(1)) == "one");
  CHECK_FALSE(tokens.find("a/b", kNow + minutes(55)));
  CHECK_FALSE(tokens.find("a/c", kNow));
  tokens.put("a/b", "two", kNow + minutes(120));
  CHECK(tokens.find("a/b", kNow + minutes(55)) == "two");
  tokens.forget("a/b");
  CHECK_FALSE(tokens.find("a/b", kNow));
}
