// What the calls of a ForgeRepository ask of GitHub, and what they make of its answers.
#include "bot/forge/github/repository.h"

#include <catch2/catch.hpp>

#include "tests/bot/forge/scripted_repository.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using nlohmann::json;

namespace {

using Lines = ScriptedRepository::Lines;

using World = ScriptedRepository;

json commit_json(const std::string& sha, json author) {
  return {{"sha", sha},
          {"commit", {{"message", "m"}, {"tree", {{"sha", "t" + sha}}}}},
          {"author", std::move(author)},
          {"parents", {{{"sha", "p" + sha}}}}};
}

}  // namespace

TEST_CASE_METHOD(World, "roles are those that GitHub names, not those that it folds them into") {
  struct Case {
    json answer;
    Role role;
  };
  const std::vector<Case> cases = {
      {{{"permission", "admin"}, {"role_name", "admin"}}, Role::kAdmin},
      {{{"permission", "write"}, {"role_name", "maintain"}}, Role::kMaintain},
      {{{"permission", "write"}, {"role_name", "write"}}, Role::kWrite},
      {{{"permission", "read"}, {"role_name", "triage"}}, Role::kTriage},
      {{{"permission", "read"}, {"role_name", "read"}}, Role::kRead},
      {{{"permission", "none"}, {"role_name", ""}}, Role::kNone},
      {{{"permission", "write"}, {"role_name", "release-manager"}}, Role::kWrite},
      {{{"permission", "read"}, {"role_name", "security-reader"}}, Role::kRead},
      {{{"permission", "write"}}, Role::kWrite},
  };
  for (const Case& c : cases) {
    CAPTURE(c.answer.dump());
    then(200, c.answer);
    CHECK(repository->role_of("some one") == c.role);
  }
  CHECK(http.lines().front() == "GET /repos/o/r/collaborators/some%20one/permission");
}

TEST_CASE_METHOD(World, "whom GitHub does not know has no role; a refusal is none") {
  then(404, {{"message", "nobody is not a user"}});
  CHECK(repository->role_of("nobody") == Role::kNone);
  then(403, {{"message", "Must have push access"}});
  CHECK(repository->role_of("nobody").error().code == ErrorCode::kRefused);
  then(200, json::object());
  CHECK_FALSE(repository->role_of("nobody"));
}

TEST_CASE_METHOD(World, "a branch is a commit and its tree, or nothing") {
  then(200, {{"commit", {{"sha", "c1"}, {"commit", {{"tree", {{"sha", "t1"}}}}}}}});
  const auto head = repository->branch_head("mlx/add/a+b");
  REQUIRE(head);
  REQUIRE(*head);
  CHECK((*head)->sha == "c1");
  CHECK((*head)->tree == "t1");
  CHECK(http.lines() == Lines{"GET /repos/o/r/branches/mlx%2Fadd%2Fa%2Bb"});
  then(404, {{"message", "Branch not found"}});
  CHECK(repository->branch_head("x") == std::nullopt);
  then(500, json::object());
  CHECK(repository->branch_head("x").error().code == ErrorCode::kUnavailable);
}

TEST_CASE_METHOD(World, "a comparison gives all commits or fails") {
  then(200, {{"total_commits", 2},
             {"commits", {commit_json("1", {{"login", "octocat"}}), commit_json("2", nullptr)}}});
  const auto commits = repository->commits_between("base", "head");
  REQUIRE(commits);
  REQUIRE(commits->size() == 2);
  CHECK(commits->at(0).author == "octocat");
  CHECK(commits->at(0).commit.sha == "1");
  CHECK(commits->at(0).commit.tree == "t1");
  CHECK(commits->at(0).parents == std::vector<std::string>{"p1"});
  CHECK(commits->at(1).author.empty());
  CHECK(http.lines() == Lines{"GET /repos/o/r/compare/base...head"});
  then(200, {{"total_commits", 300}, {"commits", {commit_json("1", nullptr)}}});
  CHECK_FALSE(repository->commits_between("base", "head"));
}

TEST_CASE_METHOD(World, "the open pull request of a branch") {
  then(200, json::array());
  CHECK(repository->open_pull_request("mlx/add/a+b") == std::nullopt);
  CHECK(http.lines() == Lines{"GET /repos/o/r/pulls?state=open&head=o%3Amlx%2Fadd%2Fa%2Bb"});
  then(200, {{{"number", 9},
              {"html_url", "https://h/9"},
              {"title", "T"},
              {"body", nullptr},
              {"created_at", "2026-01-31T12:00:00Z"}}});
  const auto found = repository->open_pull_request("x");
  REQUIRE(found);
  REQUIRE(*found);
  CHECK((*found)->number == 9);
  CHECK((*found)->url == "https://h/9");
  CHECK((*found)->title == "T");
  CHECK((*found)->body.empty());
  CHECK((*found)->created_at == "2026-01-31T12:00:00Z");
  then(200, {{"message", "not a list"}});
  CHECK(repository->open_pull_request("x").error().code == ErrorCode::kUnavailable);
}

TEST_CASE_METHOD(World, "a pull request that somebody else made meanwhile is a conflict") {
  then(422, {{"message", "Validation Failed"},
             {"errors", {{{"message", "A pull request already exists for o:x."}}}}});
  CHECK(repository->create_pull_request({.branch = "x", .base = "main"}).error().code ==
        ErrorCode::kConflict);
  then(422, {{"message", "Validation Failed"}, {"errors", {{{"message", "No commits between main and x"}}}}});
  CHECK(repository->create_pull_request({.branch = "x", .base = "main"}).error().code ==
        ErrorCode::kInvalidInput);
}

TEST_CASE_METHOD(World, "comments are read page by page") {
  json page = json::array();
  for (int i = 0; i < 100; ++i) page.push_back({{"id", i}, {"body", "b"}, {"user", {{"login", "octocat"}}}});
  then(200, page);
  then(200, {{{"id", 100}, {"body", nullptr}, {"user", nullptr}}});
  const auto comments = repository->comments_since(7, "2026-01-31T12:00:00Z");
  REQUIRE(comments);
  REQUIRE(comments->size() == 101);
  CHECK(comments->front().author == "octocat");
  CHECK(comments->back().author.empty());
  CHECK(comments->back().body.empty());
  const std::string first =
      "GET /repos/o/r/issues/7/comments?since=2026-01-31T12%3A00%3A00Z&per_page=100&page=";
  CHECK(http.lines() == Lines{first + "1", first + "2"});
  then(200, json::object());
  CHECK(repository->comments_since(7, "x").error().code == ErrorCode::kUnavailable);
}

TEST_CASE_METHOD(World, "comments and reactions") {
  then(201, json::object());
  then(200, json::object());
  for (int i = 0; i < 3; ++i) then(i == 0 ? 201 : 200, json::object());
  CHECK(repository->create_comment(7, "text"));
  CHECK(repository->update_comment(7, 70, "more"));
  CHECK(repository->react(7, 70, Reaction::kSeen));
  CHECK(repository->react(7, 70, Reaction::kSucceeded));
  CHECK(repository->react(7, 70, Reaction::kRefused));
  CHECK(http.lines() == Lines{"POST /repos/o/r/issues/7/comments", "PATCH /repos/o/r/issues/comments/70",
                              "POST /repos/o/r/issues/comments/70/reactions",
                              "POST /repos/o/r/issues/comments/70/reactions",
                              "POST /repos/o/r/issues/comments/70/reactions"});
  CHECK(sent(0) == json{{"body", "text"}});
  CHECK(sent(1) == json{{"body", "more"}});
  CHECK(sent(2) == json{{"content", "eyes"}});
  CHECK(sent(3) == json{{"content", "rocket"}});
  CHECK(sent(4) == json{{"content", "confused"}});
}

TEST_CASE_METHOD(World, "a pull request as it is now") {
  json pull = {{"state", "open"},
               {"created_at", "2026-01-31T12:00:00Z"},
               {"head", {{"ref", "feature"}, {"sha", "h1"}, {"repo", {{"id", 5}}}}},
               {"title", "T"},
               {"draft", true},
               {"user", {{"login", "octocat"}}},
               {"labels", {{{"name", "mlx"}}}},
               {"base", {{"ref", "main"}, {"sha", "b1"}, {"repo", {{"id", 5}}}}}};
  then(200, pull);
  const auto own = repository->pull_request(12);
  REQUIRE(own);
  REQUIRE(*own);
  CHECK((*own)->head_branch == "feature");
  CHECK((*own)->head_sha == "h1");
  CHECK((*own)->base_branch == "main");
  CHECK((*own)->base_sha == "b1");
  CHECK((*own)->title == "T");
  CHECK((*own)->author == "octocat");
  CHECK((*own)->labels == Lines{"mlx"});
  CHECK((*own)->is_draft);
  CHECK((*own)->created_at == "2026-01-31T12:00:00Z");
  CHECK((*own)->is_open);
  CHECK_FALSE((*own)->is_from_fork);
  CHECK(http.lines() == Lines{"GET /repos/o/r/pulls/12"});

  pull["state"] = "closed";
  pull["head"]["repo"]["id"] = 6;
  then(200, pull);
  CHECK(repository->pull_request(12).value()->is_from_fork);
  pull["head"]["repo"] = nullptr;
  then(200, pull);
  const auto orphan = repository->pull_request(12).value();
  CHECK(orphan->is_from_fork);
  CHECK_FALSE(orphan->is_open);
  then(404, {{"message", "Not Found"}});
  CHECK(repository->pull_request(7) == std::nullopt);
  then(502, json::object());
  CHECK(repository->pull_request(7).error().code == ErrorCode::kUnavailable);
}

TEST_CASE_METHOD(World, "commits that were named, and where two of them parted") {
  then(200, commit_json("h1", {{"login", "octocat"}}));
  const auto commit = repository->commit("h1");
  REQUIRE(commit);
  CHECK(commit->commit.tree == "th1");
  CHECK(commit->author == "octocat");
  then(200, {{"merge_base_commit", commit_json("m1", nullptr)}});
  const auto base = repository->merge_base("b1", "h1");
  REQUIRE(base);
  CHECK(base->sha == "m1");
  CHECK(base->tree == "tm1");
  CHECK(http.lines() ==
        Lines{"GET /repos/o/r/commits/h1?per_page=1", "GET /repos/o/r/compare/b1...h1?per_page=1"});
  // GitHub's stores lag behind each other.
  for (const int status : {404, 409, 422, 500}) {
    then(status, {{"message", "No commit found for SHA: h1"}});
    CHECK(repository->commit("h1").error().code == ErrorCode::kUnavailable);
    then(status, {{"message", "Not Found"}});
    CHECK(repository->merge_base("b1", "h1").error().code == ErrorCode::kUnavailable);
  }
}

namespace {

json listed(int number, const std::string& branch, const std::string& state = "open", int repository = 5) {
  return {{"number", number},
          {"html_url", "https://h/" + std::to_string(number)},
          {"title", "T"},
          {"body", nullptr},
          {"user", {{"login", "mlx[bot]"}}},
          {"state", state},
          {"draft", true},
          {"labels", {{{"name", "mlx"}}, {{"name", "dependencies"}}}},
          {"created_at", "2026-01-31T12:00:00Z"},
          {"closed_at", state == "open" ? json() : json("2026-02-01T12:00:00Z")},
          {"merged_at", nullptr},
          {"head", {{"ref", branch}, {"sha", "h"}, {"repo", {{"id", repository}}}}},
          {"base", {{"ref", "main"}, {"sha", "b"}, {"repo", {{"id", 5}}}}}};
}

json issue_json(int number, const std::string& login, const std::string& body,
                const std::string& state = "open") {
  return {
      {"number", number},    {"html_url", "https://h"},   {"title", "T"}, {"body", body}, {"state", state},
      {"labels", {"plain"}}, {"user", {{"login", login}}}};
}

const std::string kOwnIssues =
    "GET /repos/o/r/issues?state=all&sort=created&direction=asc&creator=mlx%5Bbot%5D&per_page=100&page=1";

}  // namespace

TEST_CASE_METHOD(World, "pull requests are found by how their branch begins") {
  json merged = listed(3, "mlx/update/b", "closed");
  merged["merged_at"] = "2026-02-01T12:00:00Z";
  json orphan = listed(2, "mlx/update/c");
  orphan["head"]["repo"] = nullptr;
  then(200, {listed(9, "mlx/update/a"), listed(8, "other"), listed(7, "mlx/update/a", "open", 6), orphan});
  then(200, {listed(6, "mlx/update/a", "closed"), merged});
  const auto pulls = repository->pull_requests_from("mlx/update/");
  REQUIRE(pulls);
  REQUIRE(pulls->size() == 3);
  const ListedPullRequest& first = pulls->front();
  CHECK(first.number == 9);
  CHECK(first.url == "https://h/9");
  CHECK(first.author == "mlx[bot]");
  CHECK(first.head_branch == "mlx/update/a");
  CHECK(first.head_sha == "h");
  CHECK(first.state == PullRequestState::kOpen);
  CHECK(first.is_draft);
  CHECK(first.labels == Lines{"mlx", "dependencies"});
  CHECK(first.created_at == "2026-01-31T12:00:00Z");
  CHECK(first.closed_at.empty());
  CHECK(pulls->at(1).number == 6);
  CHECK(pulls->at(1).state == PullRequestState::kClosed);
  CHECK(pulls->at(1).closed_at == "2026-02-01T12:00:00Z");
  CHECK(pulls->at(2).state == PullRequestState::kMerged);
  const std::string path = "GET /repos/o/r/pulls?state=";
  const std::string rest = "&sort=created&direction=desc&per_page=100&page=1";
  CHECK(http.lines() == Lines{path + "open" + rest, path + "closed" + rest});
}

TEST_CASE_METHOD(World, "a pull request that is closed between the two lists is there once") {
  then(200, json::array({listed(9, "mlx/update/a")}));
  then(200, json::array({listed(9, "mlx/update/a", "closed")}));
  const auto pulls = repository->pull_requests_from("mlx/");
  REQUIRE(pulls);
  REQUIRE(pulls->size() == 1);
  CHECK(pulls->front().state == PullRequestState::kClosed);
}

TEST_CASE_METHOD(World, "of closed pull requests the latest are looked through") {
  json page = json::array();
  for (int i = 0; i < 100; ++i) page.push_back(listed(i + 1, "other", "closed"));
  then(200, json::array());
  for (std::size_t seen = 0; seen < kListedPullRequests; seen += page.size()) then(200, page);
  CHECK(repository->pull_requests_from("mlx/")->empty());
  CHECK(http.requests.size() == 1 + kListedPullRequests / page.size());
}

TEST_CASE_METHOD(World, "a new pull request gets its labels after it") {
  const json created = {{"number", 9}, {"title", "T"}, {"body", "B"}, {"created_at", "2026-01-31T12:00:00Z"}};
  const NewPullRequest wanted{.branch = "x",
                              .base = "main",
                              .text = {.title = "T", .body = "B"},
                              .labels = {"mlx", "wait"},
                              .is_draft = true};
  then(201, created);
  then(200, json::array());
  CHECK(repository->create_pull_request(wanted)->number == 9);
  CHECK(http.lines() == Lines{"POST /repos/o/r/pulls", "POST /repos/o/r/issues/9/labels"});
  CHECK(sent(0) == json{{"title", "T"}, {"head", "x"}, {"base", "main"}, {"body", "B"}, {"draft", true}});
  CHECK(sent(1) == json{{"labels", {"mlx", "wait"}}});
  then(201, created);
  then(403, {{"message", "Resource not accessible by integration"}});
  CHECK(repository->create_pull_request(wanted).error().code == ErrorCode::kRefused);
}

TEST_CASE_METHOD(World, "where there are no drafts, a pull request is opened without") {
  then(422, {{"message", "Validation Failed"},
             {"errors", {{{"message", "Draft pull requests are not supported in this repository."}}}}});
  then(201, {{"number", 9}, {"title", "T"}, {"body", "B"}, {"created_at", "2026-01-31T12:00:00Z"}});
  CHECK(repository->create_pull_request({.branch = "x", .base = "main", .is_draft = true}));
  CHECK(http.requests.size() == 2);
  CHECK_FALSE(sent(1).contains("draft"));
}

TEST_CASE_METHOD(World, "what is closed and opened again") {
  for (int i = 0; i < 4; ++i) then(200, json::object());
  CHECK(repository->close_pull_request(9));
  CHECK(repository->close_issue(7));
  CHECK(repository->reopen_issue(7));
  CHECK(repository->update_issue(7, {.title = "T", .body = "B"}));
  CHECK(http.lines() == Lines{"PATCH /repos/o/r/pulls/9", "PATCH /repos/o/r/issues/7",
                              "PATCH /repos/o/r/issues/7", "PATCH /repos/o/r/issues/7"});
  CHECK(sent(0) == json{{"state", "closed"}});
  CHECK(sent(1) == json{{"state", "closed"}});
  CHECK(sent(2) == json{{"state", "open"}});
  CHECK(sent(3) == json{{"title", "T"}, {"body", "B"}});
}

TEST_CASE_METHOD(World, "the bot's own issue is known by its marker and its author") {
  http.always("GET /user", 200, json{{"login", "mlx[bot]"}}.dump());
  json pull = issue_json(1, "mlx[bot]", "<!-- m -->");
  pull["pull_request"] = json::object();
  SECTION("an open one comes before older closed ones") {
    then(200, {pull, issue_json(2, "octocat", "<!-- m -->"), issue_json(3, "mlx[bot]", "text"),
               issue_json(4, "mlx[bot]", "<!-- m -->", "closed"), issue_json(5, "mlx[bot]", "a <!-- m --> b"),
               issue_json(6, "mlx[bot]", "<!-- m -->")});
    const auto found = repository->find_issue_with_marker("<!-- m -->");
    REQUIRE(found);
    REQUIRE(*found);
    CHECK((*found)->number == 5);
    CHECK((*found)->text.body == "a <!-- m --> b");
    CHECK((*found)->is_open);
    CHECK((*found)->labels == Lines{"plain"});
  }
  SECTION("if none is open, the oldest closed one") {
    then(200, {issue_json(4, "mlx[bot]", "<!-- m -->", "closed"),
               issue_json(5, "mlx[bot]", "<!-- m -->", "closed")});
    const auto found = repository->find_issue_with_marker("<!-- m -->").value();
    REQUIRE(found);
    CHECK(found->number == 4);
    CHECK_FALSE(found->is_open);
  }
  SECTION("none") {
    then(200, json::array({pull}));
    CHECK(repository->find_issue_with_marker("<!-- m -->") == std::nullopt);
  }
  CHECK(http.lines() == Lines{"GET /user", kOwnIssues});
}

TEST_CASE_METHOD(World, "the bot's issue is found where GitHub cannot list by the bot's name") {
  http.always("GET /user", 200, json{{"login", "mlx[bot]"}}.dump());
  then(200, json::array());
  then(200, {issue_json(8, "octocat", "<!-- m -->"), issue_json(7, "mlx[bot]", "<!-- m -->")});
  CHECK(repository->find_issue_with_marker("<!-- m -->").value()->number == 7);
  CHECK(http.lines().back() ==
        "GET /repos/o/r/issues?state=all&sort=created&direction=desc&per_page=100&page=1");
}

TEST_CASE_METHOD(World, "an issue is no pull request") {
  then(200, issue_json(7, "octocat", "B"));
  CHECK(repository->issue(7).value()->text.body == "B");
  json pull = issue_json(7, "octocat", "B");
  pull["pull_request"] = json::object();
  then(200, pull);
  CHECK(repository->issue(7) == std::nullopt);
  then(404, {{"message", "Not Found"}});
  CHECK(repository->issue(7) == std::nullopt);
  then(502, json::object());
  CHECK(repository->issue(7).error().code == ErrorCode::kUnavailable);
}

TEST_CASE_METHOD(World, "a new issue") {
  then(201, issue_json(7, "mlx[bot]", "B"));
  CHECK(repository->create_issue({.title = "T", .body = "B"}, {"mlx"})->number == 7);
  CHECK(http.lines() == Lines{"POST /repos/o/r/issues"});
  CHECK(sent(0) == json{{"title", "T"}, {"body", "B"}, {"labels", {"mlx"}}});
}

TEST_CASE_METHOD(World, "a review is one request with all its remarks") {
  then(200, json::object());
  const RepoPath path = RepoPath::parse("src/a.py").value();
  CHECK(repository->create_review(
      9, {.commit = "h",
          .body = "B",
          .comments = {
              {.path = path, .line = 3, .body = "one"},
              {.path = path, .line = 9, .start_line = 7, .side = LineComment::Side::kBefore, .body = "two"},
              {.path = path, .line = 4, .start_line = 4, .body = "three"}}}));
  CHECK(http.lines() == Lines{"POST /repos/o/r/pulls/9/reviews"});
  CHECK(sent(0) == json{{"commit_id", "h"},
                        {"body", "B"},
                        {"event", "COMMENT"},
                        {"comments",
                         {{{"path", "src/a.py"}, {"line", 3}, {"side", "RIGHT"}, {"body", "one"}},
                          {{"path", "src/a.py"},
                           {"line", 9},
                           {"side", "LEFT"},
                           {"start_line", 7},
                           {"start_side", "LEFT"},
                           {"body", "two"}},
                          {{"path", "src/a.py"}, {"line", 4}, {"side", "RIGHT"}, {"body", "three"}}}}});
  then(422, {{"message", "Unprocessable Entity"}});
  CHECK(repository->create_review(9, {}).error().code == ErrorCode::kInvalidInput);
}
