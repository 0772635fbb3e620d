// What a delivery means to the worker. What its commands lead to: run_event_test.cpp and faults_test.cpp.
#include "bot/delivery_handler.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "bot/core/schedule_event.h"
#include "bot/forge/github/github.h"
#include "bot/forge/gitlab/gitlab.h"
#include "tests/support/scripted_http_client.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using nlohmann::json;

namespace {

struct World {
  ScriptedHttpClient http;
  std::unique_ptr<Forge> forge = make_github(http, {.api_url = std::string(ScriptedHttpClient::kApi),
                                                    .credentials = GithubToken{"token"},
                                                    .now = [] { return std::chrono::sys_seconds(); }})
                                     .value();
  DeliveryHandler handler{{{"github", *forge}}, {}, Log::to_nowhere(), 3};

  static Delivery delivery(const std::string& event, const std::string& body) {
    return {.id = "d1", .forge = "github", .event = event, .body = body};
  }
  static Delivery comment(const std::string& owner, const std::string& name,
                          const std::string& body = "hello") {
    const json payload = {{"action", "created"},
                          {"issue", {{"number", 7}}},
                          {"comment", {{"id", 70}, {"created_at", "2026-01-31T12:00:00Z"}, {"body", body}}},
                          {"repository", {{"name", name}, {"owner", {{"login", owner}}}}},
                          {"sender", {{"login", "octocat"}, {"type", "User"}}}};
    return delivery("issue_comment", payload.dump());
  }
  JobResult run(Delivery what, int attempt = 1) {
    return handler.run({.id = 1, .delivery = std::move(what), .received_at = {}, .attempt = attempt});
  }
};

}  // namespace

TEST_CASE_METHOD(World, "deliveries about one repository wait for each other, however its name is written") {
  CHECK(handler.repository_of(comment("Octo-Team", "Shop")) == "github:octo-team/shop");
  CHECK(handler.repository_of(comment("octo-team", "shop")) == "github:octo-team/shop");
  CHECK(handler.repository_of(comment("octo-team", "shop2")) != "github:octo-team/shop");
}

TEST_CASE("on GitLab, deliveries about one project wait for each other across a change of its name") {
  ScriptedHttpClient http;
  const auto gitlab = make_gitlab(http, {.url = "https://gitlab.test",
                                         .token = "token",
                                         .now = [] { return std::chrono::sys_seconds(); },
                                         .on_answer = {}});
  DeliveryHandler handler{{{"gitlab", *gitlab}}, {}, Log::to_nowhere(), 3};
  const auto identity = [&](const std::string& path, int project) {
    const json payload = {{"project", {{"id", project}, {"path_with_namespace", path}}},
                          {"user", {{"username", "will"}}},
                          {"merge_request", {{"iid", 7}}},
                          {"object_attributes",
                           {{"id", 70},
                            {"noteable_type", "MergeRequest"},
                            {"note", "hello"},
                            {"created_at", "2026-01-31 12:00:00 UTC"}}}};
    return handler
        .repository_of({.id = "d1", .forge = "gitlab", .event = "note_hook", .body = payload.dump()})
        .value();
  };
  CHECK(identity("a/b/shop", 7) == identity("a/store", 7));
  CHECK(identity("a/b/shop", 7) != identity("a/b/shop", 8));
}

TEST_CASE_METHOD(World, "a delivery of a forge without settings is buried") {
  Delivery stray = comment("octo-team", "shop");
  stray.forge = "gitlab";
  const auto repository = handler.repository_of(stray);
  REQUIRE_FALSE(repository);
  CHECK(repository.error().code == ErrorCode::kInvalidInput);
  CHECK_THAT(repository.error().message, Catch::Contains("gitlab"));
  CHECK(std::holds_alternative<Failed>(run(stray)));
}

TEST_CASE_METHOD(World, "deliveries about nothing wait for nobody") {
  CHECK(handler.repository_of(delivery("ping", "{}")) == "");
  CHECK(handler.repository_of(delivery("issue_comment", R"({"action": "deleted"})")) == "");
}

TEST_CASE_METHOD(World, "deliveries that cannot be read are buried, not tried again") {
  for (const char* body : {"", "{", "[]", "{}", R"({"action": "created"})"}) {
    INFO(body);
    CHECK(handler.repository_of(delivery("issue_comment", body)).error().code == ErrorCode::kInvalidInput);
    CHECK(std::holds_alternative<Failed>(run(delivery("issue_comment", body))));
  }
  CHECK(http.requests.empty());
}

TEST_CASE_METHOD(World, "nothing is asked of the forge for what is no command") {
  for (const Delivery& what : {delivery("push", "{}"), comment("o", "r"), comment("o", "r", "> /mlx list")}) {
    const JobResult result = run(what);
    REQUIRE(std::holds_alternative<Done>(result));
    CHECK(std::get<Done>(result).outcome == "ignored");
  }
  CHECK(http.requests.empty());
}

TEST_CASE_METHOD(World, "what may pass is tried again until the last attempt") {
  const Delivery command = comment("o", "r", "/mlx list");
  CHECK(std::holds_alternative<RetryLater>(run(command, 1)));
  CHECK(std::holds_alternative<RetryLater>(run(command, 2)));
  CHECK(std::holds_alternative<Failed>(run(command, 3)));
  CHECK(std::holds_alternative<Failed>(run(command, 4)));
}

TEST_CASE_METHOD(World, "reasons do not hold the token") {
  for (const int status : {401, 403, 422, 500}) {
    http.then(status);
    const JobResult result = run(comment("o", "r", "/mlx list"), 9);
    REQUIRE(std::holds_alternative<Failed>(result));
    CHECK(std::get<Failed>(result).reason.find("token\"") == std::string::npos);
    CHECK(std::get<Failed>(result).reason.find("Bearer") == std::string::npos);
  }
}

TEST_CASE_METHOD(World, "the scheduler's deliveries are read by the bot itself, whatever its forge") {
  const ScheduleEvent event{.repository = {.owner = "Octo-Team", .name = "Shop"},
                            .installation = 51,
                            .due = "2026-11-30T06:00:00Z"};
  const Delivery due = delivery(std::string(kScheduleEvent), schedule_delivery_body(event));
  CHECK(handler.repository_of(due) == "github:octo-team/shop");
  // The forge fails here; that it is asked is what is looked for.
  CHECK(std::holds_alternative<RetryLater>(run(due)));
  const Delivery wrong = delivery(std::string(kScheduleEvent), "{}");
  CHECK(handler.repository_of(wrong).error().code == ErrorCode::kInvalidInput);
  CHECK(std::holds_alternative<Failed>(run(wrong)));
}
