// What the calls of a ForgeRepository ask of GitLab, and what they make of its answers.
#include <catch2/catch.hpp>

#include "tests/bot/forge/gitlab/scripted_gitlab.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using nlohmann::json;

namespace {

json merge_request(const json& changes = json::object()) {
  json all = {{"iid", 12},
              {"title", "Add web"},
              {"description", "text"},
              {"state", "opened"},
              {"draft", false},
              {"web_url", "https://gitlab.test/a/b/c/-/merge_requests/12"},
              {"author", {{"username", "will"}}},
              {"source_branch", "mlx/add/web"},
              {"target_branch", "main"},
              {"source_project_id", 7},
              {"target_project_id", 7},
              {"sha", "h1"},
              {"labels", {"mlx"}},
              {"created_at", "2026-01-31T13:00:00.123+01:00"},
              {"diff_refs", {{"base_sha", "b0"}, {"start_sha", "b1"}, {"head_sha", "h1"}}}};
  all.update(changes);
  return all;
}

using World = ScriptedGitlab;

}  // namespace

TEST_CASE_METHOD(World, "roles by access level, with those of groups") {
  const std::vector<std::pair<int, Role>> levels = {
      {50, Role::kAdmin}, {40, Role::kMaintain}, {30, Role::kWrite}, {20, Role::kTriage},
      {15, Role::kRead},  {10, Role::kRead},     {5, Role::kNone},   {0, Role::kNone}};
  for (const auto& [level, role] : levels) {
    CAPTURE(level);
    http.requests.clear();
    then(200, {{{"id", 70}, {"username", "will"}}});
    then(200, {{"access_level", level}});
    CHECK(repository->role_of("will") == role);
    CHECK(asked() == Lines{"GET /users?username=will", "GET /members/all/70"});
  }
  then(200, json::array());
  CHECK(repository->role_of("nobody") == Role::kNone);
  then(200, {{{"id", 70}}});
  then(404, {{"message", "404 Not found"}});
  CHECK(repository->role_of("stranger") == Role::kNone);
  then(200, {{{"id", 70}}});
  then(403, {{"message", "403 Forbidden"}});
  CHECK(repository->role_of("will").error().code == ErrorCode::kRefused);
}

TEST_CASE_METHOD(World, "whoever is blocked or not let in yet has no role, nor has nobody") {
  for (const json& member :
       {json{{"access_level", 50}, {"state", "blocked"}},
        json{{"access_level", 50}, {"state", "active"}, {"membership_state", "awaiting"}}}) {
    then(200, {{{"id", 70}}});
    then(200, member);
    CHECK(repository->role_of("will") == Role::kNone);
  }
  http.requests.clear();
  CHECK(repository->role_of("") == Role::kNone);
  CHECK(http.requests.empty());
}

TEST_CASE_METHOD(World, "guests of a private project may comment, and not read its files") {
  const auto may_read = [&](const json& project, int level) {
    then(200, project);
    then(200, {{{"id", 70}}});
    then(200, {{"access_level", level}});
    return repository->may_read_files("will").value();
  };
  CHECK_FALSE(may_read({{"visibility", "private"}, {"repository_access_level", "enabled"}}, 10));
  CHECK_FALSE(may_read({{"visibility", "public"}, {"repository_access_level", "private"}}, 15));
  CHECK_FALSE(may_read(json::object(), 10));
  CHECK(may_read({{"visibility", "private"}, {"repository_access_level", "enabled"}}, 20));
  http.requests.clear();
  then(200, {{"visibility", "public"}, {"repository_access_level", "enabled"}});
  CHECK(repository->may_read_files("anybody").value());
  CHECK(asked() == Lines{"GET "});
}

TEST_CASE_METHOD(World, "a merge request as it is now") {
  then(200, merge_request());
  const auto pull = repository->pull_request(12).value();
  REQUIRE(pull);
  CHECK(pull->is_open);
  CHECK_FALSE(pull->is_from_fork);
  CHECK(pull->head_sha == "h1");
  CHECK(pull->base_sha == "b1");
  CHECK(pull->author == "will");
  CHECK(pull->created_at == "2026-01-31T12:00:00Z");
  CHECK(repository->form().repository_of(pull->url) == "https://gitlab.test/a/b/c");

  then(200, merge_request({{"source_project_id", 9}}));
  CHECK(repository->pull_request(12).value()->is_from_fork);
  then(200, merge_request({{"source_project_id", nullptr}, {"state", "closed"}}));
  CHECK(repository->pull_request(12).value()->is_from_fork);
  then(404, {{"message", "404 Not found"}});
  CHECK_FALSE(repository->pull_request(12).value());
}

TEST_CASE_METHOD(World, "a merge request that is being merged, or not prepared yet, is for later") {
  for (const json& changes :
       {json{{"state", "locked"}}, json{{"diff_refs", nullptr}}, json{{"sha", nullptr}}}) {
    CAPTURE(changes.dump());
    then(200, merge_request(changes));
    CHECK(repository->pull_request(12).error().code == ErrorCode::kUnavailable);
  }
}

TEST_CASE_METHOD(World, "issues and merge requests are counted apart, and are not taken for each other") {
  CHECK_FALSE(repository->pull_request(-12).value());
  CHECK_FALSE(repository->issue(12).value());
  CHECK(http.requests.empty());
  CHECK(repository->form().reference(12) == "!12");
  CHECK(repository->form().reference(-12) == "#12");
  then(
      200,
      {{"iid", 5}, {"title", "t"}, {"description", nullptr}, {"state", "opened"}, {"labels", json::array()}});
  const auto issue = repository->issue(-5).value();
  REQUIRE(issue);
  CHECK(issue->number == -5);
  for (const std::int64_t number : {-5, 12}) {
    then(201, json::object());
    CHECK(repository->create_comment(number, "hello"));
  }
  CHECK(asked() == Lines{"GET /issues/5", "POST /issues/5/notes", "POST /merge_requests/12/notes"});
}

TEST_CASE_METHOD(World, "a new merge request, and a draft that stays one") {
  then(201, merge_request({{"title", "Draft: Add web"}, {"draft", true}}));
  const auto made = repository->create_pull_request({.branch = "mlx/add/web",
                                                     .base = "main",
                                                     .text = {.title = "Add web", .body = "text"},
                                                     .labels = {"mlx", "bot"},
                                                     .is_draft = true});
  REQUIRE(made);
  CHECK(made->title == "Add web");
  CHECK(sent(0) == json{{"source_branch", "mlx/add/web"},
                        {"target_branch", "main"},
                        {"title", "Draft: Add web"},
                        {"description", "text"},
                        {"labels", "mlx,bot"}});
  then(200, merge_request({{"draft", true}}));
  then(200, merge_request());
  CHECK(repository->update_pull_request(12, {.title = "Add it", .body = "x"}));
  CHECK(sent(2)["title"] == "Draft: Add it");
  then(409, {{"message", {"Another open merge request already exists for this source branch: !12"}}});
  CHECK(repository->create_pull_request({.branch = "x", .base = "main", .text = {}, .labels = {}})
            .error()
            .code == ErrorCode::kConflict);
}

TEST_CASE_METHOD(World, "what a text from outside would have GitLab do is not done") {
  const std::string hostile = "/merge\n  /close\n```\n/stays\n```\nand/or\n> /quoted\n/label ~x";
  then(201, json::object());
  CHECK(repository->create_comment(12, hostile));
  const std::string body = sent(0)["body"];
  CHECK(body == "&#47;merge\n  &#47;close\n```\n/stays\n```\nand/or\n> /quoted\n&#47;label ~x");
  then(200, {{{"id", 1},
              {"body", body},
              {"author", {{"username", "mlx-bot"}}},
              {"updated_at", "2026-01-31T12:00:00.000Z"}}});
  const auto comments = repository->comments_since(12, "2026-01-31T12:00:00Z").value();
  REQUIRE(comments.size() == 1);
  CHECK(comments[0].body == hostile);
}

TEST_CASE_METHOD(World,
                 "commands to GitLab are found wherever it finds them, and blocks end where it ends them") {
  const auto written = [&](const std::string& text) {
    http.requests.clear();
    then(201, json::object());
    CHECK(repository->create_comment(12, text));
    return sent(0)["body"].get<std::string>();
  };
  CHECK(written("\r/close\r\n/merge\r\n") == "&#47;close\n&#47;merge\n");
  CHECK(written("```a``b```\n/close") == "```a``b```\n&#47;close");
  CHECK(written("```\n/a\n```x\n/b\n```\n/c") == "```\n/a\n```x\n/b\n```\n&#47;c");
  CHECK(written("    ```\n/close\n") == "    ```\n&#47;close\n");
  CHECK(written("````\n```\n/a\n````\n/b") == "````\n```\n/a\n````\n&#47;b");
  CHECK(written("~~~ `x`\n/a\n~~~  \n/b") == "~~~ `x`\n/a\n~~~  \n&#47;b");
}

TEST_CASE_METHOD(World, "an internal comment is one to GitLab, too") {
  then(201, json::object());
  CHECK(repository->create_internal_comment(-5, "hello"));
  CHECK(sent(0) == json{{"body", "hello"}, {"internal", true}});
}

TEST_CASE_METHOD(World, "comments since a time, oldest first, without GitLab's own and those on lines") {
  const auto note = [](int id, const char* time, bool is_system, const json& type) {
    return json{{"id", id},           {"body", "b"},         {"author", {{"username", "will"}}},
                {"updated_at", time}, {"system", is_system}, {"type", type}};
  };
  then(200, {note(5, "2026-01-31T12:00:02.000Z", false, nullptr),
             note(4, "2026-01-31T12:00:01.500Z", true, nullptr),
             note(3, "2026-01-31T12:00:01.000Z", false, "DiffNote"),
             note(2, "2026-01-31T12:00:00.900Z", false, "DiscussionNote"),
             note(1, "2026-01-31T11:59:59.000Z", false, nullptr)});
  const auto comments = repository->comments_since(-3, "2026-01-31T12:00:00Z").value();
  REQUIRE(comments.size() == 2);
  CHECK(comments[0].id == 2);
  CHECK(comments[1].id == 5);
}

TEST_CASE_METHOD(World, "a reaction that is there is no failure; one to a note that is gone is") {
  then(201, {{"name", "eyes"}});
  CHECK(repository->react(-3, 70, Reaction::kSeen));
  then(404, {{"message", "404 Award Emoji Name has already been taken Not Found"}});
  then(200, {{"id", 70}});
  CHECK(repository->react(12, 70, Reaction::kSucceeded));
  then(404, {{"message", "404 Not found"}});
  then(404, {{"message", "404 Not found"}});
  CHECK(repository->react(12, 71, Reaction::kRefused).error().code == ErrorCode::kNotFound);
  CHECK(asked() == Lines{"POST /issues/3/notes/70/award_emoji",
                         "POST /merge_requests/12/notes/70/award_emoji", "GET /merge_requests/12/notes/70",
                         "POST /merge_requests/12/notes/71/award_emoji", "GET /merge_requests/12/notes/71"});
  CHECK(sent(0)["name"] == "eyes");
  CHECK(sent(1)["name"] == "rocket");
  CHECK(sent(3)["name"] == "confused");
}

TEST_CASE_METHOD(World, "a commit's status is set once, and where there can be none nothing fails") {
  const CheckRun run{
      .name = "MLX", .head_sha = "h1", .conclusion = CheckRun::Conclusion::kNeutral, .title = "1 finding"};
  SECTION("there is none yet") {
    then(200, json::array());
    then(201, json::object());
    CHECK(repository->put_check_run(run).value() == std::string());
    CHECK(sent(1) == json{{"state", "success"}, {"name", "MLX"}, {"description", "1 finding"}});
  }
  SECTION("it says so already") {
    then(200, {{{"status", "success"}, {"description", "1 finding"}}});
    CHECK(repository->put_check_run(run));
    CHECK(http.requests.size() == 1);
  }
  SECTION("a failure") {
    CheckRun failed = run;
    failed.conclusion = CheckRun::Conclusion::kFailure;
    then(200, json::array());
    then(201, json::object());
    CHECK(repository->put_check_run(failed));
    CHECK(sent(1)["state"] == "failed");
  }
  SECTION("somebody was faster, or the commit is a fork's") {
    for (const auto& [status, words] :
         {std::pair{400, "Cannot transition status via :success from :success"},
          std::pair{404, "404 References for commit Not Found"}, std::pair{403, "403 Forbidden"}}) {
      then(200, json::array());
      then(status, {{"message", words}});
      CHECK(repository->put_check_run(run).value().has_value() == (status == 400));
    }
  }
}

TEST_CASE_METHOD(World, "remarks stand at lines by both their numbers, once") {
  then_account();
  then(200, merge_request());
  then(200,
       {{{"old_path", "a.py"}, {"new_path", "a.py"}, {"diff", "@@ -1,2 +1,3 @@\n one\n+two\n three\n"}}});
  const auto remark = [](int line) {
    return LineComment{.path = RepoPath::parse("a.py").value(), .line = line, .start_line = {}, .body = "b"};
  };
  SECTION("new lines by the new number, others by both") {
    then(200, json::array());
    for (int i = 0; i < 3; ++i) then(201, json::object());
    CHECK(repository->create_review(12,
                                    {.commit = "h1", .body = "heading", .comments = {remark(2), remark(3)}}));
    const json added = sent(4)["position"];
    CHECK(added["new_line"] == 2);
    CHECK_FALSE(added.contains("old_line"));
    CHECK(added["base_sha"] == "b0");
    CHECK(added["start_sha"] == "b1");
    CHECK(added["head_sha"] == "h1");
    const json kept = sent(5)["position"];
    CHECK(kept["new_line"] == 3);
    CHECK(kept["old_line"] == 2);
    CHECK(asked().back() == "POST /merge_requests/12/notes");
  }
  SECTION("one that is there is not made again") {
    then(200, {{{"notes",
                 {{{"id", 1},
                   {"type", "DiffNote"},
                   {"body", "b"},
                   {"author", {{"username", "mlx-bot"}}},
                   {"position", {{"new_path", "a.py"}, {"new_line", 2}, {"head_sha", "h1"}}}}}}}});
    then(200, merge_request());
    then(201, json::object());
    CHECK(repository->create_review(12, {.commit = "h1", .body = "heading", .comments = {remark(2)}}));
    CHECK(asked().back() == "POST /merge_requests/12/notes");
  }
  SECTION("a line that is not shown is refused before anything is said") {
    CHECK(repository->create_review(12, {.commit = "h1", .body = "heading", .comments = {remark(9)}})
              .error()
              .code == ErrorCode::kInvalidInput);
    CHECK(http.requests.size() == 3);
  }
  SECTION("nor is a heading said above remarks of which none is shown") {
    CHECK(
        repository->create_review(12, {.commit = "h1", .body = "heading", .comments = {remark(8), remark(9)}})
            .error()
            .code == ErrorCode::kInvalidInput);
    CHECK(http.requests.size() == 3);
  }
  SECTION("one that is not shown leaves the others their place") {
    then(200, json::array());
    for (int i = 0; i < 2; ++i) then(201, json::object());
    CHECK(repository->create_review(12,
                                    {.commit = "h1", .body = "heading", .comments = {remark(9), remark(2)}}));
    CHECK(sent(4)["position"]["new_line"] == 2);
    CHECK(http.requests.size() == 6);
  }
  SECTION("of another version than was reviewed: later") {
    CHECK(repository->create_review(12, {.commit = "h0", .body = "heading", .comments = {remark(2)}})
              .error()
              .code == ErrorCode::kUnavailable);
  }
}

TEST_CASE("a suggestion counts the lines above it") {
  ScriptedGitlab world;
  const ForgeForm& form = world.repository->form();
  CHECK(form.suggestion_of(1) == "suggestion:-0+0");
  CHECK(form.suggestion_of(4) == "suggestion:-3+0");
  CHECK(ForgeForm().suggestion_of(4) == "suggestion");
}

TEST_CASE_METHOD(World, "the projects that may be pushed to, with their groups") {
  then(200, {{{"id", 7},
              {"path_with_namespace", "a/b/c"},
              {"default_branch", "main"},
              {"last_activity_at", "2026-01-31T12:00:00.000Z"}},
             {{"id", 8}, {"path_with_namespace", "will/new"}, {"default_branch", nullptr}}});
  const auto projects = gitlab::list_projects(api).value();
  REQUIRE(projects.size() == 2);
  CHECK(projects[0].name == RepositoryName{.owner = "a/b", .name = "c"});
  CHECK(projects[0].installation == 7);
  CHECK(projects[0].pushed_at == "2026-01-31T12:00:00Z");
  CHECK(projects[1].pushed_at.empty());
}
