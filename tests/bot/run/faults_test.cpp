// The forge fails, at every request that a command needs, in every way: in the end there is one answer, one
// branch and one pull request.
#include <catch2/catch.hpp>

#include "tests/bot/run/run_world.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Contains;
using nlohmann::json;

namespace {

using Strings = std::vector<std::string>;

const char* const kSecondary = R"({"message": "You have exceeded a secondary rate limit."})";

void add_fault(World& world, Fault fault) {
  const auto added = world.sandbox->add_fault(std::move(fault));
  REQUIRE(added);
}

/// How many requests the bot makes for what was written.
int requests_for(World& world) {
  int count = 0;
  world.http.before = [&count](const HttpRequest&) { ++count; };
  REQUIRE(world.run());
  world.http.before = [](const HttpRequest&) {};
  return count;
}

/// Lets the given request (counted from 1) meet the fault.
void fail_request(World& world, int which, const Fault& fault) {
  world.http.before = [&world, which, fault, count = std::make_shared<int>(0)](const HttpRequest& request) {
    if (++*count != which) return;
    UNSCOPED_INFO("request " << which << ": " << request.method << " " << request.url);
    add_fault(world, fault);
  };
}

void check_it_was_added_once(World& world) {
  CHECK(world.sandbox.branches().size() == 2);
  CHECK(world.sandbox.tree("mlx/add/web") == world.main_with({"web"}));
  const auto pulls = world.sandbox.pulls();
  REQUIRE(pulls.size() == 1);
  CHECK(pulls.front()["state"] == "open");
  const Strings replies = world.sandbox.replies(world.issue);
  REQUIRE(replies.size() == 1);
  CHECK_THAT(replies.front(),
             Contains("🚀 `/mlx add web`") && Contains(world.reference(pulls.front()) + " adds"));
  CHECK(world.sandbox.reactions(world.comment) == kSucceeded);
}

bool is_done(const JobResult& result, const std::string& outcome) {
  const auto* done = std::get_if<Done>(&result);
  return done != nullptr && done->outcome == outcome;
}

RetryLater retry_of(const JobResult& result) {
  REQUIRE(std::holds_alternative<RetryLater>(result));
  return std::get<RetryLater>(result);
}

}  // namespace

TEST_CASE("whatever request fails for a moment, trying again leads to the same end") {
  const Host host = each_host();
  World counted(host);
  counted.write("writer-will", "/mlx add web");
  const int requests = requests_for(counted);
  CHECK(requests >= 15);

  struct Kind {
    std::string name;
    Fault fault;
    std::chrono::seconds after;
  };
  const std::vector<Kind> kinds = {
      {"500, nothing done", {.method = "*", .path = "", .status = 500}, std::chrono::seconds(0)},
      {"502 after it was done",
       {.method = "*", .path = "", .when = Fault::When::kAfter, .status = 502},
       std::chrono::seconds(0)},
      {"a limit that says how long",
       {.method = "*",
        .path = "",
        .status = host == Host::kGitlab ? 429 : 403,
        .headers = {{"Retry-After", "45"}},
        .body = kSecondary},
       std::chrono::seconds(45)},
      {"too many requests", {.method = "*", .path = "", .status = 429}, std::chrono::seconds(60)},
      {"no JSON", {.method = "*", .path = "", .status = 200, .body = "<html>"}, std::chrono::seconds(0)},
  };
  for (const Kind& kind : kinds) {
    for (int which = 1; which <= requests; ++which) {
      World world(host);
      CAPTURE(kind.name, which);
      world.write("writer-will", "/mlx add web");
      fail_request(world, which, kind.fault);
      const JobResult first = world.deliver(1);
      world.http.before = [](const HttpRequest&) {};
      CHECK(retry_of(first).after == kind.after);
      CHECK(is_done(world.deliver(2), "done"));
      check_it_was_added_once(world);
    }
  }
}

TEST_CASE("a forge that does not answer is asked again") {
  World world({{"pyproject.toml", kPyProject}, {"README.md", "# Shop\n"}}, std::chrono::milliseconds(400));
  const auto [method, path] =
      GENERATE(std::pair("POST", "reactions$"), std::pair("GET", "git/trees"), std::pair("POST", "git/trees"),
               std::pair("POST", "pulls$"), std::pair("POST", "issues/[0-9]+/comments$"));
  CAPTURE(method, path);
  world.write("writer-will", "/mlx add web");
  add_fault(world, {.method = method, .path = path, .when = Fault::When::kSilence});
  CHECK(retry_of(world.deliver(1)).after == std::chrono::seconds(0));
  // A busy machine may be as late as a silent forge.
  bool is_finished = false;
  for (int attempt = 2; attempt < World::kLastAttempt && !is_finished; ++attempt) {
    is_finished = is_done(world.deliver(attempt), "done");
  }
  CHECK(is_finished);
  check_it_was_added_once(world);
}

TEST_CASE("a pull request and an answer that were made although the forge said 500 are found") {
  World world;
  world.write("writer-will", "/mlx add web");
  add_fault(world, {.method = "POST", .path = "/pulls$", .when = Fault::When::kAfter, .status = 500});
  add_fault(
      world,
      {.method = "POST", .path = "/issues/[0-9]+/comments$", .when = Fault::When::kAfter, .status = 500});
  retry_of(world.deliver(1));
  CHECK(world.sandbox.pulls().size() == 1);
  CHECK(world.sandbox.replies(world.issue).empty());
  retry_of(world.deliver(2));
  CHECK(world.sandbox.replies(world.issue).size() == 1);
  CHECK(is_done(world.deliver(3), "done"));
  check_it_was_added_once(world);
}

TEST_CASE("credentials that are refused are nothing to wait for") {
  World world;
  world.write("writer-will", "/mlx add web");
  SECTION("everywhere") {
    add_fault(world, {.path = "", .status = 401, .body = R"({"message": "Bad credentials"})", .times = 100});
    CHECK(std::holds_alternative<Failed>(world.deliver(1)));
  }
  SECTION("for the App") {
    add_fault(world, {.path = "access_tokens", .status = 401, .times = 100});
    CHECK(std::holds_alternative<Failed>(world.deliver(1)));
  }
  SECTION("for the repository, with any token") {
    add_fault(world, {.path = "/repos/", .status = 401, .times = 100});
    CHECK(std::holds_alternative<Failed>(world.deliver(1)));
  }
  world.sandbox->clear_faults();
  check_nothing_was_made(world);
  CHECK(world.sandbox.replies(world.issue).empty());
}

TEST_CASE("a token that ends early is replaced without anybody noticing") {
  World world;
  world.write("writer-will", "/mlx add web");
  add_fault(world, {.method = "GET", .path = "/branches/main$", .status = 401});
  CHECK(is_done(world.deliver(1), "done"));
  check_it_was_added_once(world);
}

TEST_CASE("a repository that is not to be found is no comment that was deleted") {
  World world;
  world.write("writer-will", "/mlx add web");
  SECTION("because the App is not installed there") {
    add_fault(world, {.path = "access_tokens", .status = 404, .times = 100});
  }
  SECTION("because it may not see it") { add_fault(world, {.path = "/repos/", .status = 404, .times = 100}); }
  CHECK(std::holds_alternative<Failed>(world.deliver(1)));
}

TEST_CASE("a refusal by the forge is told to whoever asked") {
  World world;
  world.write("writer-will", "/mlx add web");
  SECTION("no permission to write") {
    add_fault(world, {.method = "POST",
                      .path = "/git/trees",
                      .status = 403,
                      .body = R"({"message": "Resource not accessible by integration"})"});
    CHECK(is_done(world.deliver(1), "refused"));
    check_nothing_was_made(world);
    CHECK_THAT(world.sandbox.replies(world.issue).at(0), Contains("Resource not accessible"));
  }
  SECTION("a pull request that the forge does not take") {
    add_fault(world,
              {.method = "POST",
               .path = "/pulls$",
               .status = 422,
               .body = R"({"message": "Validation Failed", "errors": [{"message": "not now @octocat"}]})"});
    CHECK(is_done(world.deliver(1), "refused"));
    check_nothing_was_made(world);
    CHECK_THAT(world.sandbox.replies(world.issue).at(0), Contains("not now") && !Contains("@octocat"));
  }
  REQUIRE(world.sandbox.replies(world.issue).size() == 1);
  CHECK(world.sandbox.reactions(world.comment) == kRefused);

  // Nothing that is left over is in the way when the cause is gone.
  world.write("writer-will", "/mlx add web");
  CHECK(is_done(world.deliver(1), "done"));
  check_it_was_added_once(world);
}

TEST_CASE("a role that cannot be read is not taken for one") {
  World world;
  world.write("writer-will", "/mlx add web");
  add_fault(world, {.path = "/permission$", .status = 403, .times = 100});
  CHECK(std::holds_alternative<Failed>(world.deliver(1)));
  check_nothing_was_made(world);
  REQUIRE(world.sandbox.replies(world.issue).size() == 1);
  CHECK(world.sandbox.reactions(world.comment) == kRefused);
}

TEST_CASE("a file that the forge does not give is not taken for one that is not there") {
  World world;
  world.write("writer-will", "/mlx add web");
  add_fault(world, {.method = "GET", .path = "/git/(blobs|trees)/", .status = 404});
  retry_of(world.deliver(1));
  check_nothing_was_made(world);
  CHECK(is_done(world.deliver(2), "done"));
  check_it_was_added_once(world);
}

TEST_CASE("at the last attempt whoever asked is told that it was given up") {
  World world;
  world.write("writer-will", "/mlx add web");
  add_fault(world, {.method = "POST", .path = "/git/trees", .status = 500, .times = 1'000});
  for (int attempt = 1; attempt < World::kLastAttempt; ++attempt) {
    retry_of(world.deliver(attempt));
    CHECK(world.sandbox.replies(world.issue).empty());
  }
  CHECK(std::holds_alternative<Failed>(world.deliver(World::kLastAttempt)));
  check_nothing_was_made(world);
  REQUIRE(world.sandbox.replies(world.issue).size() == 1);
  CHECK_THAT(world.sandbox.replies(world.issue).front(), Contains("😕 `/mlx add web`"));
  CHECK(world.sandbox.reactions(world.comment) == kRefused);

  // By hand, when the forge is well again: the same answer says what became of it.
  world.sandbox->clear_faults();
  CHECK(is_done(world.deliver(1), "done"));
  REQUIRE(world.sandbox.replies(world.issue).size() == 1);
  CHECK_THAT(world.sandbox.replies(world.issue).front(), Contains("🚀 `/mlx add web`"));
}

TEST_CASE("a limit is waited for at the last attempt, too") {
  World world;
  world.write("writer-will", "/mlx add web");
  add_fault(world,
            {.path = "/git/trees", .status = 403, .headers = {{"Retry-After", "30"}}, .body = kSecondary});
  CHECK(retry_of(world.deliver(World::kLastAttempt)).after == std::chrono::seconds(30));
  CHECK(is_done(world.deliver(World::kLastAttempt), "done"));
  check_it_was_added_once(world);
}

TEST_CASE("a last reaction that is refused does not spoil the answer") {
  World world;
  world.write("writer-will", "/mlx add web");
  int reactions = 0;
  world.http.before = [&](const HttpRequest& request) {
    const bool is_last = request.url.ends_with("/reactions") && ++reactions == 2;
    if (is_last) add_fault(world, {.path = "/reactions$", .status = 403});
  };
  CHECK(is_done(world.deliver(1), "done"));
  const Strings replies = world.sandbox.replies(world.issue);
  REQUIRE(replies.size() == 1);
  CHECK_THAT(replies.front(), Contains("🚀 `/mlx add web`"));
}
