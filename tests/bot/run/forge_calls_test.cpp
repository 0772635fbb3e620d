// What the bot can ask of a forge, asked of one that behaves like GitHub. What it asks is recorded, and held
// against GitHub's own description (tests/contract).
#include <catch2/catch.hpp>

#include "bot/forge/github/github.h"
#include "engine/io/http_client.h"
#include "tests/support/test_sandbox.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using nlohmann::json;

namespace {

using Labels = std::vector<std::string>;

struct World {
  TestSandbox sandbox{{{"README.md", "# Shop\n"}}};
  std::unique_ptr<HttpClient> http = make_http_client();
  std::unique_ptr<Forge> forge = make_forge();
  std::unique_ptr<ForgeRepository> repository = forge->repository({.owner = "octo-team", .name = "shop"}, 0);

  std::unique_ptr<Forge> make_forge() {
    const json& app = sandbox.description()["app"];
    return make_github(*http, {.api_url = sandbox->api_url(),
                               .credentials = GithubApp{.id = std::to_string(app["id"].get<long>()),
                                                        .private_key = app["private_key"]},
                               .now =
                                   [] {
                                     return std::chrono::floor<std::chrono::seconds>(
                                         std::chrono::system_clock::now());
                                   }})
        .value();
  }

  /// A pull request of the bot from a branch with one changed file.
  PullRequest open(const std::string& branch, bool is_draft = false) {
    sandbox.commit("bot", branch, {{"README.md", "# " + branch + "\n"}});
    const auto made = repository->create_pull_request({.branch = branch,
                                                       .base = "main",
                                                       .text = {.title = "Update", .body = "- [ ] now"},
                                                       .labels = {"mlx", "dependencies"},
                                                       .is_draft = is_draft});
    if (!made) FAIL(to_string(made.error()));
    return *made;
  }

  std::vector<ListedPullRequest> listed(std::string_view prefix) {
    const auto pulls = repository->pull_requests_from(prefix);
    if (!pulls) FAIL(to_string(pulls.error()));
    return *pulls;
  }
};

}  // namespace

TEST_CASE_METHOD(World, "the bot's pull requests are found again, in whatever state they are") {
  const PullRequest first = open("mlx/update/web");
  const PullRequest second = open("mlx/update/settings", true);
  open("other");
  sandbox.ask("octocat", "PUT", "/pulls/" + std::to_string(first.number) + "/merge", json::object());
  CHECK(repository->close_pull_request(second.number));
  CHECK(repository->close_pull_request(second.number));
  const PullRequest third = open("mlx/update/web-2");
  const auto pulls = listed("mlx/update/");
  REQUIRE(pulls.size() == 3);
  CHECK(pulls.at(0).number == third.number);
  CHECK(pulls.at(0).state == PullRequestState::kOpen);
  CHECK(pulls.at(0).head_sha == sandbox.branches().at("mlx/update/web-2"));
  CHECK(pulls.at(0).labels == Labels{"mlx", "dependencies"});
  CHECK(pulls.at(0).author == sandbox.bot_login());
  CHECK(pulls.at(1).state == PullRequestState::kClosed);
  CHECK(pulls.at(1).is_draft);
  CHECK_FALSE(pulls.at(1).closed_at.empty());
  CHECK(pulls.at(2).state == PullRequestState::kMerged);
  CHECK(pulls.at(2).title == "Update");
  CHECK(pulls.at(2).body == "- [ ] now");
  CHECK(listed("mlx/update/web").size() == 2);
  CHECK(listed("none/").empty());
  const auto again = repository->create_pull_request(
      {.branch = "mlx/update/web-2", .base = "main", .text = {.title = "T", .body = "B"}});
  CHECK(again.error().code == ErrorCode::kConflict);
}

TEST_CASE_METHOD(World, "labels are added to those that are there") {
  const PullRequest pull = open("mlx/update/web");
  CHECK(repository->add_labels(pull.number, {"wait", "MLX"}));
  CHECK(listed("mlx/").front().labels == Labels{"mlx", "dependencies", "wait"});
  CHECK(repository->add_labels(99, {"wait"}).error().code == ErrorCode::kNotFound);
  CHECK(repository->add_labels(pull.number, {std::string(51, 'x')}).error().code == ErrorCode::kInvalidInput);
}

TEST_CASE_METHOD(World, "the bot finds its own issue, whoever else writes the same") {
  const std::string marker = "<!-- mlx-updates -->";
  CHECK(repository->find_issue_with_marker(marker) == std::nullopt);
  open("mlx/update/web");
  sandbox.ask("octocat", "POST", "/issues", {{"title", "Not the bot's"}, {"body", marker}});
  const auto made = repository->create_issue({.title = "Updates", .body = marker + "\nnone"}, {"mlx"});
  REQUIRE(made);
  CHECK(made->labels == Labels{"mlx"});
  const auto number = [&] { return repository->find_issue_with_marker(marker).value().value().number; };
  CHECK(number() == made->number);
  CHECK(repository->update_issue(made->number, {.title = "Updates", .body = marker + "\n- [ ] web"}));
  CHECK(repository->close_issue(made->number));
  CHECK(number() == made->number);
  CHECK_FALSE(repository->issue(made->number).value()->is_open);
  const auto newer = repository->create_issue({.title = "Updates", .body = marker}, {}).value();
  CHECK(number() == newer.number);
  CHECK(repository->close_issue(newer.number));
  CHECK(number() == made->number);
  CHECK(repository->reopen_issue(made->number));
  const auto found = repository->find_issue_with_marker(marker).value().value();
  CHECK(found.is_open);
  CHECK(found.text.body == marker + "\n- [ ] web");
  CHECK(repository->issue(999) == std::nullopt);
}

TEST_CASE_METHOD(World, "a review is on lines that the pull request changes") {
  const PullRequest pull = open("mlx/update/web");
  const std::string head = listed("mlx/").front().head_sha;
  const RepoPath path = RepoPath::parse("README.md").value();
  const auto review = [&](int line) {
    return repository->create_review(
        pull.number, {.commit = head,
                      .body = "<!-- m --> B",
                      .comments = {{.path = path, .line = line, .body = "```suggestion\nx\n```"}}});
  };
  const auto has = [&](std::string_view marker) {
    return repository->has_review_with_marker(pull.number, marker);
  };
  sandbox.ask("octocat", "POST", "/pulls/" + std::to_string(pull.number) + "/reviews",
              {{"event", "COMMENT"}, {"body", "<!-- m --> mine"}});
  CHECK(has("<!-- m -->") == false);
  CHECK(review(1));
  CHECK(has("<!-- m -->") == true);
  CHECK(has("<!-- other -->") == false);
  CHECK(review(9).error().code == ErrorCode::kInvalidInput);
  const json comments = sandbox.get("/pulls/" + std::to_string(pull.number) + "/comments");
  REQUIRE(comments.size() == 1);
  CHECK(comments[0]["body"] == "```suggestion\nx\n```");
  CHECK(comments[0]["user"]["login"] == sandbox.bot_login());
}

namespace {

CheckRun check_run(const std::string& head, int annotations) {
  CheckRun run{.name = "MLX review",
               .head_sha = head,
               .pull_request = 1,
               .conclusion = CheckRun::Conclusion::kNeutral,
               .title = "T",
               .summary = "**S**",
               .text = "",
               .annotations = {},
               .actions = {{.label = "Add", .description = "Adds web", .identifier = "add web"}}};
  for (int i = 1; i <= annotations; ++i) {
    run.annotations.push_back(
        {.path = RepoPath::parse("README.md").value(), .message = "message " + std::to_string(i)});
  }
  return run;
}

}  // namespace

TEST_CASE_METHOD(World, "a check run is put once, whatever fails between its batches") {
  open("mlx/update/web");
  const std::string head = listed("mlx/").front().head_sha;
  const auto runs = [&] { return sandbox.get("/commits/" + head + "/check-runs")["check_runs"]; };
  const auto messages = [&] {
    std::vector<std::string> found;
    const std::string path = "/check-runs/" + std::to_string(runs()[0]["id"].get<std::int64_t>());
    for (const char* page : {"1", "2"}) {
      const json annotations = sandbox.get(path + "/annotations?per_page=100&page=" + page);
      for (const json& annotation : annotations) found.push_back(annotation["message"]);
    }
    return found;
  };
  const CheckRun wanted = check_run(head, 120);
  std::vector<std::string> all;
  for (const CheckAnnotation& annotation : wanted.annotations) all.push_back(annotation.message);

  const auto [method, when] = GENERATE(table<std::string, Fault::When>({{"POST", Fault::When::kBefore},
                                                                        {"POST", Fault::When::kAfter},
                                                                        {"PATCH", Fault::When::kBefore},
                                                                        {"PATCH", Fault::When::kAfter}}));
  CAPTURE(method, static_cast<int>(when));
  REQUIRE(sandbox->add_fault({.method = method, .path = "/check-runs", .when = when, .status = 502}));
  CHECK(repository->put_check_run(wanted).error().code == ErrorCode::kUnavailable);
  for (int again = 0; again < 2; ++again) {
    const auto url = repository->put_check_run(wanted);
    if (!url) FAIL(to_string(url.error()));
    REQUIRE(runs().size() == 1);
    CHECK(*url == runs()[0]["html_url"]);
    CHECK(runs()[0]["conclusion"] == "neutral");
    CHECK(messages() == all);
  }
  // Others take their place.
  REQUIRE(repository->put_check_run(check_run(head, 1)));
  REQUIRE(runs().size() == 1);
  CHECK(messages() == std::vector<std::string>{"message 1"});
}

TEST_CASE_METHOD(World, "where there can be no check runs, there are none, and nothing fails") {
  open("mlx/update/web");
  const CheckRun wanted = check_run(listed("mlx/").front().head_sha, 1);
  SECTION("because it is a user that asks") {
    const auto user =
        make_github(*http, {.api_url = sandbox->api_url(),
                            .credentials = GithubToken{sandbox.description()["users"]["octocat"]["token"]},
                            .now = [] { return std::chrono::sys_seconds(); }})
            .value();
    CHECK(user->repository({.owner = "octo-team", .name = "shop"}, 0)->put_check_run(wanted) == std::nullopt);
  }
  SECTION("because the owner did not grant them") {
    forge = make_forge();
    repository = forge->repository({.owner = "octo-team", .name = "shop"}, 0);
    REQUIRE(sandbox->add_fault(
        {.path = "/access_tokens$",
         .status = 422,
         .body = R"({"message": "The permissions requested are not granted to this installation."})"}));
    CHECK(repository->put_check_run(wanted) == std::nullopt);
  }
  CHECK(sandbox.get("/commits/" + wanted.head_sha + "/check-runs")["total_count"] == 0);
}

TEST_CASE_METHOD(World, "what a pull request changes, and what the bot remarks on its lines") {
  sandbox.commit("octocat", "main", {{"a.py", "one\ntwo\nthree\n"}});
  const std::string base = sandbox.branches().at("main");
  sandbox.commit("octocat", "feature", {{"a.py", "one\n2\nthree\n"}, {"b.py", "new\n"}});
  const json pull =
      sandbox.ask("octocat", "POST", "/pulls", {{"title", "Feature"}, {"head", "feature"}, {"base", "main"}});
  const std::int64_t number = pull["number"];
  const std::string head = sandbox.branches().at("feature");

  const auto comparison = repository->compare(base, head);
  REQUIRE(comparison);
  CHECK(comparison->merge_base.sha == base);
  REQUIRE(comparison->changed.files.size() == 2);
  const ChangedFile& changed = comparison->changed.files.front();
  CHECK(changed.path.str() == "a.py");
  CHECK(changed.status == ChangedFile::Status::kModified);
  CHECK(changed.blob + "\n" == sandbox.git("rev-parse feature:a.py"));
  REQUIRE(changed.patch);
  CHECK(read_patch(*changed.patch).added == std::vector<LineSpan>{{2, 2}});
  const auto files = repository->pull_request_files(number);
  REQUIRE(files);
  CHECK(files->files.size() == 2);
  CHECK_FALSE(files->is_truncated);

  const RepoPath path = RepoPath::parse("a.py").value();
  REQUIRE(repository->create_review(
      number, {.commit = head,
               .body = "",
               .comments = {{.path = path, .line = 2, .body = "<!-- a --> two"},
                            {.path = path, .line = 3, .start_line = 2, .body = "<!-- b --> both"}}}));
  sandbox.ask("octocat", "POST", "/pulls/" + std::to_string(number) + "/comments",
              {{"body", "<!-- a --> mine"}, {"commit_id", head}, {"path", "a.py"}, {"line", 1}});
  auto comments = repository->own_review_comments(number).value();
  REQUIRE(comments.size() == 2);
  CHECK(comments[0].body == "<!-- a --> two");
  CHECK(comments[0].path == "a.py");
  CHECK(comments[0].line == 2);
  CHECK_FALSE(comments[0].has_replies);

  sandbox.ask("octocat", "POST",
              "/pulls/" + std::to_string(number) + "/comments/" + std::to_string(comments[0].id) + "/replies",
              {{"body", "why?"}});
  CHECK(repository->update_review_comment(7, comments[0].id, "<!-- a --> ~~two~~"));
  CHECK(repository->delete_review_comment(7, comments[1].id));
  CHECK(repository->delete_review_comment(7, comments[1].id));
  // The line is mended: what was said of it is outdated.
  sandbox.commit("octocat", "feature", {{"a.py", "zero\none\ntwo\nthree\n"}});
  comments = repository->own_review_comments(number).value();
  REQUIRE(comments.size() == 1);
  CHECK(comments[0].body == "<!-- a --> ~~two~~");
  CHECK(comments[0].has_replies);
  CHECK_FALSE(comments[0].line);
}

TEST_CASE_METHOD(World, "an App and a token are told where they may write") {
  const auto installed = forge->installed_repositories();
  REQUIRE(installed);
  REQUIRE(installed->size() == 1);
  CHECK(installed->front().name.full() == "octo-team/shop");
  CHECK(installed->front().installation == sandbox.description()["app"]["installation_id"]);
  CHECK(installed->front().default_branch == "main");
  CHECK_FALSE(installed->front().pushed_at.empty());
  const auto as = [&](const std::string& login) {
    return make_github(*http, {.api_url = sandbox->api_url(),
                               .credentials = GithubToken{sandbox.description()["users"][login]["token"]},
                               .now = [] { return std::chrono::sys_seconds(); }})
        .value()
        ->installed_repositories()
        .value();
  };
  CHECK(as("writer-will").size() == 1);
  CHECK(as("reader-rita").empty());
  CHECK(as("stranger-sam").empty());
}

TEST_CASE_METHOD(World, "the bot reads the deliveries of ticked boxes and of closed pull requests") {
  // As they come from the forge: its payloads are held against GitHub's description.
  const PullRequest pull = open("mlx/update/web");
  const std::string path = "/pulls/" + std::to_string(pull.number);
  sandbox.ask("octocat", "POST", "/hooks",
              {{"config", {{"url", "http://127.0.0.1:9/"}, {"content_type", "json"}}},
               {"events", {"pull_request", "issues"}}});
  sandbox.ask("octocat", "PATCH", path, {{"body", "- [x] now"}});
  sandbox.ask("octocat", "PATCH", path, {{"state", "closed"}});
  REQUIRE(sandbox->wait_idle());
  const std::string hook = std::to_string(sandbox.get("/hooks")[0]["id"].get<std::int64_t>());
  std::vector<Event> events;
  for (const json& delivery : sandbox.get("/hooks/" + hook + "/deliveries")) {
    const std::string id = std::to_string(delivery["id"].get<std::int64_t>());
    const json full = sandbox.get("/hooks/" + hook + "/deliveries/" + id);
    events.push_back(
        forge->parse_event(full["event"].get<std::string>(), full["request"]["payload"].dump()).value());
  }
  REQUIRE(events.size() == 3);  // the latest first, and a ping
  const auto& closed = std::get<PullRequestClosedEvent>(events.at(0));
  CHECK(closed.number == pull.number);
  CHECK(closed.head_branch == "mlx/update/web");
  CHECK_FALSE(closed.is_from_fork);
  CHECK_FALSE(closed.is_merged);
  CHECK(closed.sender == "octocat");
  const auto& edited = std::get<BodyEditedEvent>(events.at(1));
  CHECK(edited.is_pull_request);
  CHECK(edited.body == "- [x] now");
  CHECK(edited.previous_body == "- [ ] now");
}
