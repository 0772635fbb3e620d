// What requests to GitLab look like, and what its refusals come to.
#include <catch2/catch.hpp>

#include "tests/bot/forge/gitlab/scripted_gitlab.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using nlohmann::json;

namespace {

struct World : ScriptedGitlab {
  /// What a branch that is asked for comes to.
  Error error_of(int status, const json& body, HttpHeaders headers = {}) {
    then(status, body, std::move(headers));
    return repository->default_branch().error();
  }
};

}  // namespace

TEST_CASE_METHOD(World, "a request has the token, and goes to the project by its id") {
  then(200, {{"default_branch", "trunk"}});
  CHECK(repository->default_branch() == "trunk");
  const HttpRequest& request = http.requests.front();
  CHECK(request.url == "https://api.test/api/v4/projects/7");
  CHECK(request.headers.at("Authorization") == "Bearer glpat-secret");
  CHECK(request.body.empty());
}

TEST_CASE_METHOD(World, "without an id the project is asked for by its whole path, once") {
  repository = gitlab::make_repository(api, {.owner = "a/b", .name = "c"}, 0, cache);
  then(200, {{"id", 7}});
  then(200, {{"default_branch", "trunk"}});
  then(404, {{"message", "404 Branch Not Found"}});
  CHECK(repository->default_branch() == "trunk");
  CHECK(repository->branch_head("x").value() == std::nullopt);
  CHECK(asked() == Lines{"GET /projects/a%2Fb%2Fc", "GET ", "GET /repository/branches/x"});
}

TEST_CASE_METHOD(World, "a project that was renamed meanwhile is followed, on the same host only") {
  repository = gitlab::make_repository(api, {.owner = "a/b", .name = "old"}, 0, cache);
  http.then(301, "", {{"Location", "https://elsewhere.test/api/v4/projects/7"}});
  then(200, {{"id", 7}});
  then(200, {{"default_branch", "trunk"}});
  CHECK(repository->default_branch() == "trunk");
  for (const HttpRequest& request : http.requests) CHECK(request.url.starts_with("https://api.test/"));
  SECTION("a redirect to somewhere else is a refusal") {
    http.then(302, "", {{"Location", "https://elsewhere.test/users/sign_in"}});
    CHECK(repository->default_branch().error().code == ErrorCode::kRefused);
  }
}

TEST_CASE_METHOD(World, "what passes a moment later is asked once more") {
  struct Case {
    int status;
    json body;
  };
  const std::vector<Case> cases = {{409, {{"message", "409 Conflict: Resource lock"}}},
                                   {400, {{"message", {"source_branch does not exist"}}}},
                                   {400, {{"message", {{"source_branch", {"\"mlx/x\" does not exist"}}}}}}};
  for (const Case& c : cases) {
    CAPTURE(c.body.dump());
    http.requests.clear();
    then(c.status, c.body);
    then(201, {{"iid", 3}, {"title", "t"}, {"created_at", "2026-01-31T12:00:00.000Z"}});
    const auto made = repository->create_pull_request(
        {.branch = "mlx/x", .base = "main", .text = {.title = "t", .body = "b"}, .labels = {}});
    REQUIRE(made);
    CHECK(made->number == 3);
    CHECK(http.requests.size() == 2);
    SECTION("and is a failure that passes, if it did not: " + c.body.dump()) {
      then(c.status, c.body);
      then(c.status, c.body);
      CHECK(repository->close_pull_request(3).error().code == ErrorCode::kUnavailable);
      CHECK(http.requests.size() == 4);
    }
  }
}

TEST_CASE_METHOD(World, "refusals by what they mean for the caller") {
  CHECK(error_of(401, {{"message", "401 Unauthorized"}}).code == ErrorCode::kUnauthorized);
  CHECK(error_of(403, {{"message", "403 Forbidden"}}).code == ErrorCode::kRefused);
  CHECK(error_of(404, {{"message", "404 Project Not Found"}}).code == ErrorCode::kNotFound);
  CHECK(error_of(400, {{"error", "title is missing"}}).code == ErrorCode::kInvalidInput);
  CHECK(error_of(422, {{"message", {{"url", {"is blocked"}}}}}).code == ErrorCode::kInvalidInput);
  CHECK(error_of(409, {{"message", {"Another open merge request already exists"}}}).code ==
        ErrorCode::kConflict);
  CHECK(error_of(405, {{"message", "405 Method Not Allowed"}}).code == ErrorCode::kRefused);
  CHECK(error_of(502, nullptr).code == ErrorCode::kUnavailable);
  http.then(200, "<html>");
  CHECK(repository->default_branch().error().code == ErrorCode::kUnavailable);
  CHECK(repository->default_branch().error().code == ErrorCode::kUnavailable);  // nobody answers
}

TEST_CASE_METHOD(World, "GitLab's words are in the error, whatever they are packed in; the token is not") {
  CHECK_THAT(error_of(403, {{"error", "insufficient_scope"}, {"scope", "api"}}).message,
             Catch::Contains("insufficient_scope") && Catch::Contains("api") && !Catch::Contains("glpat"));
  CHECK_THAT(error_of(400, {{"message", {{"base", {"first", "second"}}}}}).message,
             Catch::Contains("first; second"));
  CHECK_THAT(error_of(400, {{"message", {{"title", {"is too long"}}}}}).message,
             Catch::Contains("title is too long"));
}

TEST_CASE_METHOD(World, "a limit says how long to wait, or is waited for a minute, doubling") {
  CHECK(error_of(429, nullptr, {{"Retry-After", "17"}}).retry_after_seconds == 17);
  CHECK(error_of(429, nullptr, {{"RateLimit-Reset", "1040"}}).retry_after_seconds == 40);
  const Error first = error_of(429, nullptr);
  CHECK(first.code == ErrorCode::kRateLimited);
  const Error second = error_of(429, nullptr);
  CHECK(first.retry_after_seconds == 60);
  CHECK(second.retry_after_seconds == 120);
}

TEST_CASE_METHOD(World, "a list is followed by its links, from page to page") {
  const auto item = [](int id) {
    return json{
        {"id", std::to_string(id)}, {"name", "x"}, {"mode", "100644"}, {"path", "f" + std::to_string(id)}};
  };
  then(200, json::array({item(1)}),
       {{"Link",
         "<https://gitlab.internal/api/v4/projects/7/repository/tree?page_token=Zm9v&ref=c1>; rel=\"next\", "
         "<https://gitlab.internal/api/v4/projects/7/repository/tree>; rel=\"first\""}});
  then(200, json::array({item(2)}), {{"Link", "<https://gitlab.internal/api/v4/x>; rel=\"first\""}});
  const auto files = repository->snapshot({.sha = "c1", .tree = {}}).value()->children("");
  REQUIRE(files);
  CHECK(files->size() == 2);
  CHECK(asked() == Lines{"GET /repository/tree?ref=c1&path=&pagination=keyset&recursive=true&per_page=100",
                         "GET /repository/tree?page_token=Zm9v&ref=c1"});
}
