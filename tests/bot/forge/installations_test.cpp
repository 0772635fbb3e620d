#include "bot/forge/github/installations.h"

#include <catch2/catch.hpp>

#include "tests/support/rsa_key.h"
#include "tests/support/scripted_http_client.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using nlohmann::json;

namespace {

using Lines = std::vector<std::string>;

struct World {
  ScriptedHttpClient http;
  RsaKey key;

  GithubOptions options(decltype(GithubOptions::credentials) credentials) {
    return {.api_url = std::string(ScriptedHttpClient::kApi),
            .credentials = std::move(credentials),
            .now = [] { return std::chrono::sys_seconds(); }};
  }
  GithubApi app{http, options(GithubApp{.id = "42", .private_key = key.private_pem()})};
  GithubApi token{http, options(GithubToken{"token"})};

  void then(const json& body, int status = 200) { http.then(status, body.dump()); }
  void then_token() { then({{"token", "ghs"}, {"expires_at", "2027-01-15T09:00:00Z"}}, 201); }
};

json repository(const std::string& name) {
  return {{"owner", {{"login", "octo-team"}}},
          {"name", name},
          {"default_branch", "trunk"},
          {"pushed_at", "2026-01-31T12:00:00Z"},
          {"permissions", {{"push", true}}}};
}

json page_of(const json& repositories) { return {{"total_count", 1}, {"repositories", repositories}}; }

}  // namespace

TEST_CASE_METHOD(World, "an App is told the repositories of each of its installations") {
  json archived = repository("old");
  archived["archived"] = true;
  json empty = repository("new");
  empty["pushed_at"] = nullptr;
  then({{{"id", 51}, {"suspended_at", nullptr}},
        {{"id", 52}, {"suspended_at", "2026-01-01T00:00:00Z"}},
        {{"id", 53}}});
  then_token();
  then(page_of({repository("shop"), archived, empty}));
  then_token();
  then(page_of(json::array({repository("blog")})));
  const auto found = list_installed_repositories(app);
  REQUIRE(found);
  REQUIRE(found->size() == 3);
  CHECK(found->at(0).name == RepositoryName{.owner = "octo-team", .name = "shop"});
  CHECK(found->at(0).installation == 51);
  CHECK(found->at(0).default_branch == "trunk");
  CHECK(found->at(0).pushed_at == "2026-01-31T12:00:00Z");
  CHECK(found->at(1).name.name == "new");
  CHECK(found->at(1).pushed_at.empty());
  CHECK(found->at(2).installation == 53);
  CHECK(http.lines() == Lines{"GET /app/installations?per_page=100&page=1",
                              "POST /app/installations/51/access_tokens",
                              "GET /installation/repositories?per_page=100&page=1",
                              "POST /app/installations/53/access_tokens",
                              "GET /installation/repositories?per_page=100&page=1"});
  // Enough to list, and no more.
  CHECK(json::parse(http.requests[1].body) == json{{"permissions", {{"metadata", "read"}}}});
}

TEST_CASE_METHOD(World, "an installation that is gone by now stands in nobody's way, a broken forge does") {
  then({{{"id", 51}}, {{"id", 53}}});
  const auto status = GENERATE(403, 404, 500, 429);
  then({{"message", "no"}}, status);
  then_token();
  then(page_of(json::array({repository("blog")})));
  const auto found = list_installed_repositories(app);
  const bool is_gone = status == 403 || status == 404;
  REQUIRE(found.has_value() == is_gone);
  if (is_gone) CHECK(found->size() == 1);
}

TEST_CASE_METHOD(World, "a token's user is told where it may push") {
  json page = json::array();
  for (int i = 0; i < 99; ++i) page.push_back(repository("r" + std::to_string(i)));
  json foreign = repository("foreign");
  foreign["permissions"]["push"] = false;
  page.push_back(foreign);
  then(page);
  then(json::array({repository("last")}));
  const auto found = list_installed_repositories(token);
  REQUIRE(found);
  CHECK(found->size() == 100);
  CHECK(found->back().name.name == "last");
  CHECK(found->back().installation == 0);
  CHECK(http.lines() == Lines{"GET /user/repos?per_page=100&page=1", "GET /user/repos?per_page=100&page=2"});
}

TEST_CASE_METHOD(World, "an answer of another shape is an error") {
  for (const json& body : {json::object(), json("text")}) {
    then(body);
    CHECK_FALSE(list_installed_repositories(token));
  }
  then(json::array({{{"id", 51}}}));
  then_token();
  then({{"total_count", 1}});
  CHECK(list_installed_repositories(app).error().code == ErrorCode::kUnavailable);
}
