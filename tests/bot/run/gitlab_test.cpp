// What only GitLab does to a job: projects that are renamed, notes that go, refusals that pass.
#include <utility>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "bot/forge/gitlab/events.h"
#include "tests/bot/run/run_world.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Contains;
using nlohmann::json;

namespace {

struct OnGitlab : World {
  OnGitlab() : World(Host::kGitlab) {}

  void fail_once(const std::string& method, const std::string& path, int status, const std::string& body) {
    REQUIRE(sandbox->add_fault({.method = method, .path = path, .status = status, .body = body}));
  }
  json ask_gitlab(const std::string& path) {
    const json& gitlab = sandbox.description()["gitlab"];
    const std::string url =
        gitlab["url"].get<std::string>() + "/api/v4/projects/" + gitlab["project_id"].dump();
    const auto answer = http.send({.method = "GET",
                                   .url = url + path,
                                   .headers = {{"PRIVATE-TOKEN", gitlab["token"].get<std::string>()}}});
    REQUIRE(answer);
    return json::parse(answer->body);
  }
  void check_it_was_added() {
    CHECK(sandbox.tree("mlx/add/web") == main_with({"web"}));
    CHECK_THAT(answer_of(*this, kSucceeded), Contains(reference(only_pull(*this)) + " adds"));
  }
};

}  // namespace

TEST_CASE_METHOD(OnGitlab, "a project that was renamed while the delivery waited is still found") {
  write("writer-will", "/mlx add web");
  sandbox->rename("store");
  CHECK(run() == RunOutcome::kDone);
  sandbox->rename("shop");
  check_it_was_added();
}

TEST_CASE_METHOD(OnGitlab, "where only the old name is known, GitLab's redirect is followed") {
  sandbox->rename("store");
  const auto done = run(ScheduleEvent{.repository = {.owner = "octo-team", .name = "shop"},
                                      .installation = 0,
                                      .due = "2026-11-30T06:00:00Z"});
  CHECK(done == RunOutcome::kDone);
  sandbox->rename("shop");
}

TEST_CASE_METHOD(OnGitlab, "a project with the line ends of Windows: the bot knows its own commit again") {
  sandbox.commit("octocat", "main",
                 {{"pyproject.toml",
                   "[project]\r\nname = \"shop\"\r\nversion = \"1.0\"\r\n"
                   "requires-python = \">=3.11\"\r\ndependencies = []\r\n"}});
  write("writer-will", "/mlx add web");
  REQUIRE(run() == RunOutcome::kDone);
  CHECK(sandbox.tree("mlx/add/web").at("pyproject.toml").text.find('\r') == std::string::npos);
  const std::string head = sandbox.branches().at("mlx/add/web");
  write("writer-will", "/mlx add web");
  REQUIRE(run() == RunOutcome::kDone);
  CHECK(sandbox.branches().at("mlx/add/web") == head);
  CHECK_THAT(sandbox.replies(issue).back(), !Contains("not mine"));
}

TEST_CASE_METHOD(OnGitlab, "guests who may not see the files get nothing out of them by a command") {
  int level = 10;
  http.after = [&](const HttpRequest& request, HttpResponse& answer) {
    const bool is_member = request.url.contains("/members/all/");
    const bool is_project =
        request.url.ends_with("/projects/" + sandbox.description()["gitlab"]["project_id"].dump());
    if (!is_member && !is_project) return;
    json body = json::parse(answer.body);
    if (is_member) body["access_level"] = level;
    if (is_project) body["visibility"] = "private";
    answer.body = body.dump();
  };
  for (const char* command : {"check", "diff", "status", "recommend", "explain route-collision"}) {
    CAPTURE(command);
    level = 10;
    write("reader-rita", std::string("/mlx ") + command);
    CHECK(run() == RunOutcome::kRefused);
    CHECK_THAT(answer_of(*this, kRefused), Contains("*Reporter*"));
    level = 20;
    write("reader-rita", std::string("/mlx ") + command);
    CHECK(run() == RunOutcome::kDone);
  }
  level = 10;
  write("reader-rita", "/mlx list");
  CHECK(run() == RunOutcome::kDone);
}

TEST_CASE_METHOD(OnGitlab, "an internal note is answered by one") {
  write("writer-will", "/mlx list");
  const auto event = parse_gitlab_event("confidential_note_hook", payload().dump());
  REQUIRE(event);
  CHECK(run(*event) == RunOutcome::kDone);
  const json notes = ask_gitlab("/issues/" + std::to_string(issue) + "/notes?sort=asc");
  REQUIRE(notes.size() == 2);
  CHECK(notes[0]["internal"] == false);
  CHECK(notes[1]["internal"] == true);
}

TEST_CASE_METHOD(OnGitlab, "a note that was deleted meanwhile is a mind that was changed") {
  write("writer-will", "/mlx add web");
  sandbox.ask("writer-will", "DELETE", "/issues/comments/" + std::to_string(comment));
  CHECK(run() == RunOutcome::kIgnored);
  check_nothing_was_made(*this);
  CHECK(sandbox.replies(issue).empty());
}

TEST_CASE_METHOD(OnGitlab, "a project that is not to be found is no note that was deleted") {
  write("writer-will", "/mlx add web");
  REQUIRE(sandbox->add_fault({.path = "/projects/", .status = 404, .times = 100}));
  CHECK(std::holds_alternative<Failed>(deliver(1)));
}

TEST_CASE_METHOD(OnGitlab, "refusals that pass on a second try are not noticed") {
  write("writer-will", "/mlx add web");
  SECTION("a lock") {
    fail_once("POST", "/merge_requests$", 409, R"({"message": "409 Conflict: Resource lock"})");
  }
  SECTION("a branch that GitLab has not seen yet") {
    fail_once("POST", "/merge_requests$", 400, R"({"message": ["source_branch does not exist"]})");
  }
  CHECK(run() == RunOutcome::kDone);
  check_it_was_added();
}

TEST_CASE_METHOD(OnGitlab, "a lock that stays is waited for by the worker") {
  write("writer-will", "/mlx add web");
  for (int i = 0; i < 2; ++i)
    fail_once("POST", "/merge_requests$", 409, R"({"message": "409 Conflict: Resource lock"})");
  CHECK(std::holds_alternative<RetryLater>(deliver(1)));
  CHECK(std::holds_alternative<Done>(deliver(2)));
  check_it_was_added();
}

TEST_CASE_METHOD(OnGitlab, "a lock of the branch passes, and there is one commit") {
  write("writer-will", "/mlx add web");
  fail_once("POST", "/repository/commits$", 409, R"({"message": "409 Conflict: Resource lock"})");
  CHECK(run() == RunOutcome::kDone);
  check_it_was_added();
  CHECK(sandbox.git("rev-list --count main..mlx/add/web") == "1\n");
}

TEST_CASE_METHOD(OnGitlab, "a note that is deleted once the bot has seen it is answered all the same") {
  write("writer-will", "/mlx add web");
  bool is_deleted = false;
  http.after = [&](const HttpRequest& request, HttpResponse&) {
    if (!request.url.ends_with("/award_emoji") || std::exchange(is_deleted, true)) return;
    sandbox.ask("writer-will", "DELETE", "/issues/comments/" + std::to_string(comment));
  };
  CHECK(run() == RunOutcome::kDone);
  CHECK(is_deleted);
  CHECK(sandbox.tree("mlx/add/web") == main_with({"web"}));
  REQUIRE(sandbox.replies(issue).size() == 1);
  CHECK_THAT(sandbox.replies(issue).front(), Contains(reference(only_pull(*this)) + " adds"));
}

TEST_CASE_METHOD(OnGitlab, "a limit in the middle of a list makes no short list of it") {
  for (int i = 0; i < 120; ++i)
    sandbox.commit("octocat", "main", {{fmt::format("src/m{}.py", i), "X = 1\n"}});
  write("writer-will", "/mlx add web");
  bool is_limited = false;
  http.after = [&](const HttpRequest& request, HttpResponse& answer) {
    const bool is_second_page =
        request.url.contains("/repository/tree") && request.url.contains("page_token=");
    if (!is_second_page || std::exchange(is_limited, true)) return;
    answer = {.status = 429, .headers = {}, .body = "Retry later"};
  };
  CHECK(std::holds_alternative<RetryLater>(deliver(1)));
  CHECK(is_limited);
  CHECK(std::holds_alternative<Done>(deliver(2)));
  check_it_was_added();
}

TEST_CASE_METHOD(OnGitlab, "a limit that does not say how long is waited for a minute") {
  write("writer-will", "/mlx add web");
  REQUIRE(sandbox->add_fault({.method = "POST", .path = "/notes$", .status = 429, .body = "Retry later"}));
  const JobResult first = deliver(1);
  REQUIRE(std::holds_alternative<RetryLater>(first));
  CHECK(std::get<RetryLater>(first).after == std::chrono::seconds(60));
  CHECK(std::holds_alternative<Done>(deliver(2)));
  check_it_was_added();
}

TEST_CASE_METHOD(OnGitlab, "a merge request that is being merged is looked at later") {
  sandbox.commit("writer-will", "feature", {{"src/x.py", "X = 1\n"}});
  const json pull = sandbox.ask("writer-will", "POST", "/pulls",
                                {{"title", "Change it"}, {"head", "feature"}, {"base", "main"}});
  http.after = [](const HttpRequest& request, HttpResponse& response) {
    if (!request.url.contains("/merge_requests/")) return;
    const auto at = response.body.find(R"("state":"opened")");
    if (at != std::string::npos) response.body.replace(at, 16, R"("state":"locked")");
  };
  const auto locked = run_pull_request(pull["number"]);
  REQUIRE_FALSE(locked);
  CHECK(locked.error().code == ErrorCode::kUnavailable);
  http.after = [](const HttpRequest&, HttpResponse&) {};
  CHECK(run_pull_request(pull["number"]));
}

TEST_CASE_METHOD(OnGitlab, "a note on an issue that is locked cannot be answered, and is given up") {
  write("writer-will", "/mlx list");
  fail_once("POST", "/notes$", 403, R"({"message": "403 Forbidden"})");
  CHECK(std::holds_alternative<Failed>(deliver(1)));
}

TEST_CASE_METHOD(OnGitlab, "a command on a merge request is answered there") {
  sandbox.commit("writer-will", "feature", {{"src/x.py", "X = 1\n"}});
  issue = sandbox.ask("writer-will", "POST", "/pulls",
                      {{"title", "Change it"}, {"head", "feature"}, {"base", "main"}})["number"];
  write_again("writer-will", "/mlx add web");
  CHECK(run() == RunOutcome::kDone);
  const auto pulls = sandbox.pulls();
  REQUIRE(pulls.size() == 2);
  CHECK_THAT(pulls.back()["body"].get<std::string>(), Contains("in !" + std::to_string(issue)));
  CHECK_THAT(answer_of(*this, kSucceeded), Contains(reference(pulls.back())));
}

TEST_CASE_METHOD(OnGitlab, "texts of a project are no quick actions of the bot") {
  CHECK(say("writer-will", "/mlx add @octocat /close\n/mlx add /merge") == RunOutcome::kRefused);
  for (const std::string& reply : sandbox.replies(issue)) CHECK_FALSE(reply.contains("\n/"));
}
