#include <chrono>
#include <memory>

#include <catch2/catch.hpp>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "engine/base/digest.h"
#include "tests/sandbox/sandbox_fixture.h"

namespace mlx::testing {
namespace {

std::int64_t seconds_now() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string sign(const std::string& text, const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free_all);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get());
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  EVP_DigestSign(context.get(), nullptr, &size, data, text.size());
  std::string signature(size, '\0');
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, data, text.size());
  return signature;
}

std::string jwt(const Forge& forge, const Json& claims, const std::string& algorithm = "RS256") {
  const std::string covered =
      base64url(Json{{"alg", algorithm}, {"typ", "JWT"}}.dump()) + "." + base64url(claims.dump());
  return covered + "." + base64url(sign(covered, forge.description["app"]["private_key"]));
}

Json good_claims(const Forge& forge) {
  return {{"iat", seconds_now() - 60}, {"exp", seconds_now() + 540}, {"iss", forge.description["app"]["id"]}};
}

std::string tokens_path(const Forge& forge) {
  return "/app/installations/" + forge.description["app"]["installation_id"].dump() + "/access_tokens";
}

}  // namespace

TEST_CASE("An app proves itself with a JWT and gets an installation token") {
  Forge forge;
  Caller app = forge.with_token(jwt(forge, good_claims(forge)));
  CHECK(app.get("/app").body["slug"] == "mlx-bot");
  CHECK(app.get("/app/installations").body[0]["id"] == forge.description["app"]["installation_id"]);
  CHECK(app.get(forge.repository + "/installation").body["app_slug"] == "mlx-bot");
  const Reply made = app.post(tokens_path(forge), Json::object());
  REQUIRE(made.status == 201);
  CHECK(made.body["token"].get<std::string>().starts_with("ghs_"));
  CHECK(made.body["permissions"]["contents"] == "write");
  Caller bot = forge.with_token(made.body["token"]);
  CHECK(bot.get("/installation/repositories").body["total_count"] == 1);
  CHECK(bot.post(forge.repository + "/issues", {{"title", "By the bot"}}).body["user"]["login"] ==
        "mlx-bot[bot]");
  CHECK(bot.get("/user").status == 403);
  CHECK(bot.get("/app").status == 401);
  Json by_client = good_claims(forge);
  by_client["iss"] = forge.description["app"]["client_id"];
  CHECK(forge.with_token(jwt(forge, by_client)).get("/app").status == 200);
}

TEST_CASE("A JWT that is wrong is refused in GitHub's words") {
  Forge forge;
  const auto message = [&](const std::string& token) {
    const Reply reply = forge.with_token(token).get("/app");
    CHECK(reply.status == 401);
    return reply.body["message"].get<std::string>();
  };
  Json claims = good_claims(forge);
  const std::string good = jwt(forge, claims);
  CHECK(message(good.substr(0, good.rfind('.')) + ".AAAA") == "A JSON web token could not be decoded");
  CHECK(message("a.b.c") == "A JSON web token could not be decoded");
  CHECK(message(jwt(forge, claims, "none")) == "A JSON web token could not be decoded");
  claims["exp"] = seconds_now() + 3600;
  CHECK(message(jwt(forge, claims)) == "'Expiration time' claim ('exp') is too far in the future");
  claims["exp"] = seconds_now() - 1;
  CHECK(message(jwt(forge, claims)).starts_with("'Expiration time' claim ('exp') must be a numeric value"));
  claims = good_claims(forge);
  claims["iat"] = seconds_now() + 300;
  CHECK(message(jwt(forge, claims)).starts_with("'Issued at' claim ('iat')"));
  claims = good_claims(forge);
  claims["iss"] = 1;
  CHECK(forge.with_token(jwt(forge, claims)).get("/app").status == 404);
  CHECK(forge.as("octocat").get("/app").status == 401);
}

TEST_CASE("An installation token can be narrowed") {
  Forge forge;
  Caller app = forge.with_token(jwt(forge, good_claims(forge)));
  const std::string path = tokens_path(forge);
  const Reply made = app.post(path, {{"repositories", {"project"}}, {"permissions", {{"issues", "write"}}}});
  REQUIRE(made.status == 201);
  CHECK(made.body["repositories"][0]["name"] == "project");
  CHECK(made.body["permissions"] == Json{{"issues", "write"}, {"metadata", "read"}});
  Caller narrow = forge.with_token(made.body["token"]);
  const int number = forge.issue();
  CHECK(narrow.post(forge.repository + "/issues/" + std::to_string(number) + "/comments", {{"body", "x"}})
            .status == 201);
  const Reply refused =
      narrow.post(forge.repository + "/git/refs", {{"ref", "refs/heads/x"}, {"sha", forge.main_sha()}});
  CHECK(refused.status == 403);
  CHECK(refused.body["message"] == "Resource not accessible by integration");
  CHECK(app.post(path, {{"repositories", {"other"}}}).status == 422);
  CHECK(app.post(path, {{"permissions", {{"administration", "write"}}}}).status == 422);
  CHECK(app.post("/app/installations/1/access_tokens", Json::object()).status == 404);
}

TEST_CASE("Who may do what") {
  Forge forge;
  const std::string main = forge.main_sha();
  const Json ref{{"ref", "refs/heads/x"}, {"sha", main}};
  const Reply anonymous = forge.as("nobody").post(forge.repository + "/issues", {{"title", "x"}});
  CHECK(anonymous.status == 401);
  CHECK(anonymous.body["message"] == "Requires authentication");
  CHECK(forge.as("nobody").get(forge.repository + "/issues").status == 200);
  const Reply wrong = forge.with_token("ghp_wrong").get(forge.repository);
  CHECK(wrong.status == 401);
  CHECK(wrong.body["message"] == "Bad credentials");
  CHECK(forge.as("reader-rita").post(forge.repository + "/git/refs", ref).status == 404);
  CHECK(forge.as("triage-tom").post(forge.repository + "/git/refs", ref).status == 404);
  CHECK(forge.as("stranger-sam").post(forge.repository + "/issues", {{"title", "x"}}).status == 201);
  CHECK(forge.as("writer-will").post(forge.repository + "/git/refs", ref).status == 201);
  CHECK(forge.as("writer-will").get(forge.repository + "/hooks").status == 404);
  CHECK(forge.as("nobody").get(forge.repository + "/hooks").status == 401);
  CHECK(forge.as("octocat").get("/repos/octo-team/other").status == 404);
  CHECK(forge.as("octocat").get("/repos/OCTO-TEAM/Project").status == 200);
  CHECK(forge.as("octocat").get(forge.repository).body["permissions"]["admin"] == true);
}

TEST_CASE("Users list the repositories that they were given access to") {
  Forge forge;
  for (const char* login : {"bot", "octocat", "reader-rita"}) {
    const Json repositories = forge.as(login).get("/user/repos?per_page=100&page=1").body;
    REQUIRE(repositories.size() == 1);
    CHECK(repositories[0]["full_name"] == "octo-team/project");
    CHECK(repositories[0]["permissions"]["push"] == (login != std::string("reader-rita")));
  }
  CHECK(forge.as("octocat").get("/user/repos?per_page=100&page=2").body.empty());
  CHECK(forge.as("stranger-sam").get("/user/repos").body.empty());
  CHECK(forge.as("nobody").get("/user/repos").status == 401);
}

}  // namespace mlx::testing
