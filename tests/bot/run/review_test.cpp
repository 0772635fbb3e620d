// What the bot says of pull requests, read back through the API.
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include "bot/core/review/review_buttons.h"
#include "tests/bot/run/review_world.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;
using Catch::Contains;
using nlohmann::json;

TEST_CASE_METHOD(Reviewed, "what a pull request brings is said once, and struck when it is mended",
                 "[review]") {
  push({{"src/wait.py", kWaiting}});
  CHECK(look() == RunOutcome::kDone);
  CHECK_THAT(comment(), Contains("### MLX found 1 warning"));
  CHECK_THAT(comment(), Contains("`time.sleep` in the async function `settle`"));
  CHECK_THAT(comment(), Contains("/blob/" + sandbox.branches().at("feature") + "/src/wait.py#L5)"));
  CHECK(has_concluded("neutral"));
  if (!is_on_gitlab()) {
    CHECK(annotations()[0]["path"] == "src/wait.py");
    CHECK(annotations()[0]["start_line"] == 5);
  }

  SECTION("looking again writes nothing but the check run") {
    look();
    CHECK(writes == least_writes());
    CHECK(comments().size() == 1);
  }
  SECTION("a push that mends it strikes it in place") {
    push({{"src/wait.py", kPatient}});
    look();
    CHECK_THAT(comment(), Contains("MLX has nothing more to say") && Contains("- ~~A call that waits") &&
                              !Contains("### MLX found"));
    CHECK(check_run()["conclusion"] == "success");
    push({{"src/other.py", "X = 1\n"}});
    look();
    CHECK_THAT(comment(), Contains("- ~~A call that waits"));
    SECTION("and one that brings it back takes the strike away") {
      push({{"src/wait.py", kWaiting}});
      look();
      CHECK_THAT(comment(), Contains("### MLX found 1 warning") && !Contains("~~"));
    }
  }
}

TEST_CASE_METHOD(Reviewed, "a comment says how many tests the pull request can affect", "[review]") {
  push({{"src/wait.py", kWaiting},
        {"tests/test_wait.py", "import src.wait\n\n\ndef test_it():\n    pass\n"},
        {"tests/test_else.py", "def test_it():\n    pass\n"}});
  look();
  CHECK_THAT(comment(), Contains("🧪 2 of 2 tests can be affected: `mlx test --since origin/main --run`"));
  push({{"uv.lock", "version = 1\n"}});
  look();
  CHECK_THAT(comment(), Contains("can be affected, since uv.lock says what is installed: `mlx test"));
}

TEST_CASE_METHOD(Reviewed, "a pull request that brings nothing gets no comment", "[review]") {
  push({{"src/wait.py", kPatient}});
  CHECK(look() == RunOutcome::kIgnored);
  CHECK(comments().empty());
  CHECK(check_run()["conclusion"] == "success");
  CHECK(remarks().empty());
}

TEST_CASE("what was there before is not the pull request's", "[review]") {
  Reviewed world;
  world.sandbox.commit("octocat", "main", {{"src/old.py", kWaiting}});
  world.push({{"src/new.py", "X = 1\n"}});
  world.look();
  CHECK(world.comments().empty());
}

TEST_CASE("the configuration decides whether there is a comment, and what fails", "[review]") {
  SECTION("always") {
    Reviewed world("[bot]\nreview = { comment = \"always\" }\n");
    world.push({{"src/wait.py", kPatient}});
    world.look();
    CHECK_THAT(world.comment(), Contains("MLX has nothing to say"));
  }
  SECTION("never") {
    Reviewed world("[bot]\nreview = { comment = \"never\", fail-on = \"warning\" }\n");
    world.push({{"src/wait.py", kWaiting}});
    world.look();
    CHECK(world.comments().empty());
    CHECK(world.check_run()["conclusion"] == "failure");
  }
  SECTION("what is ignored is counted alone") {
    Reviewed world("[bot]\nreview = { comment = \"always\" }\nignore = [\"blocking-call\"]\n");
    world.push({{"src/wait.py", kWaiting}});
    world.look();
    CHECK_THAT(world.comment(), Contains("1 finding that the configuration ignores is not shown"));
    CHECK(world.check_run()["conclusion"] == "success");
  }
}

TEST_CASE("the head of a pull request from a fork cannot configure its own review", "[review]") {
  Reviewed world;
  world.push({{"src/wait.py", kWaiting},
              {"mlx.toml", "[bot]\nignore = [\"blocking-call\"]\nreview = { comment = \"never\" }\n"}});
  const bool is_from_fork = GENERATE(true, false);
  if (is_from_fork) {
    world.http.after = [](const HttpRequest& request, HttpResponse& answer) {
      const bool is_pull = request.url.contains("/pulls/") || request.url.contains("/merge_requests/");
      if (request.method != "GET" || !is_pull) return;
      json pull = json::parse(answer.body);
      if (!pull.is_object()) return;
      pull["head"]["repo"]["id"] = 1;
      pull["source_project_id"] = 1;
      answer.body = pull.dump();
    };
  }
  world.look();
  CHECK(world.comments().size() == (is_from_fork ? 1 : 0));
}

TEST_CASE_METHOD(Reviewed, "a finding is explained, and ignored from then on", "[review]") {
  push({{"src/wait.py", kWaiting}});
  look();
  const std::string said = comment();
  const auto at = said.find("<sub>`blocking-call-");
  REQUIRE(at != std::string::npos);
  const std::string id = said.substr(at + 6, std::string("blocking-call-").size() + 8);
  issue = pull;
  const std::string before = sandbox.branches().at("feature");
  write_again("writer-will", "/mlx explain " + id);
  REQUIRE(run() == RunOutcome::kDone);
  CHECK_THAT(sandbox.replies(pull).back(), Contains("**What to do:**") && Contains("```text\n@router.get"));
  write_again("writer-will", "/mlx explain route-colision");
  CHECK(run() == RunOutcome::kRefused);
  CHECK_THAT(sandbox.replies(pull).back(), Contains("did you mean `route-collision`?"));

  write_again("reader-rita", "/mlx ignore " + id);
  CHECK(run() == RunOutcome::kRefused);
  CHECK(sandbox.branches().at("feature") == before);
  write_again("writer-will", "/mlx ignore " + id);
  REQUIRE(run() == RunOutcome::kDone);
  CHECK_THAT(sandbox.tree("feature").at("mlx.toml").text, Contains("ignore = [\"" + id + "\"]"));
  look();
  CHECK_THAT(comment(), Contains("1 finding that the configuration ignores is not shown"));
  write_again("writer-will", "/mlx ignore " + id);
  REQUIRE(run() == RunOutcome::kDone);
  CHECK_THAT(sandbox.replies(pull).back(), Contains("is ignored already"));
}

TEST_CASE_METHOD(Reviewed, "check answers for the pull request that it is written on", "[review]") {
  push({{"src/wait.py", kWaiting}});
  issue = pull;
  write_again("reader-rita", "/mlx check");
  REQUIRE(run() == RunOutcome::kDone);
  CHECK_THAT(sandbox.replies(pull).back(), Contains("1 finding:") && Contains("`src/wait.py:5`"));
  write("reader-rita", "/mlx check");
  REQUIRE(run() == RunOutcome::kDone);
  CHECK_THAT(sandbox.replies(issue).back(), Contains("Nothing clashes here."));
  write_again("reader-rita", "/mlx check nothing");
  REQUIRE(run() == RunOutcome::kRefused);
}

TEST_CASE_METHOD(Reviewed, "buttons of the check run do what the commands do that they stand for",
                 "[review]") {
  push({{"src/wait.py", kWaiting}});
  look();
  const std::string checked = sandbox.branches().at("feature");
  const auto pressed = [&](const std::string& user, const std::string& button) {
    return CheckActionEvent{.repository = {.owner = "octo-team", .name = "shop"},
                            .number = pull,
                            .head_sha = checked,
                            .checked_at = "2026-01-01T00:00:00Z",
                            .action = button,
                            .sender = user,
                            .sender_is_bot = user.ends_with("[bot]")};
  };
  const auto press = [&](const std::string& user, const std::string& button) {
    const auto outcome = run(pressed(user, button));
    if (!outcome) FAIL(to_string(outcome.error()));
    return *outcome;
  };
  const auto answers = [&] { return sandbox.replies(pull).size(); };

  SECTION("ignore") {
    CHECK(press("reader-rita", "ignore") == RunOutcome::kRefused);
    CHECK_THAT(sandbox.replies(pull).back(), Contains("needs write access"));
    CHECK(sandbox.branches().at("feature") == checked);

    if (GENERATE(false, true)) push({{"src/other.py", "X = 1\n"}});
    const std::string before = sandbox.branches().at("feature");
    CHECK(press("writer-will", "ignore") == RunOutcome::kDone);
    CHECK_THAT(sandbox.replies(pull).back(),
               Contains("/mlx ignore blocking-call-") && Contains("bot.ignore"));
    CHECK_THAT(sandbox.tree("feature").at("mlx.toml").text, Contains("ignore = [\"blocking-call-"));
    const std::string after = sandbox.branches().at("feature");
    CHECK(after != before);
    const auto said = answers();
    CHECK(press("writer-will", "ignore") == RunOutcome::kDone);
    CHECK(sandbox.branches().at("feature") == after);
    CHECK(answers() == said);
    look();
    CHECK_THAT(comment(), Contains("1 finding that the configuration ignores is not shown"));
  }
  SECTION("add") {
    PullRequestReview review;
    review.recommendations = {{.component = "api"}};
    sandbox.commit("octocat", "main", {{"mlx.lock", nullptr}, {"src/api/__init__.py", nullptr}});
    CHECK(press("writer-will", review_buttons(review).front().identifier) == RunOutcome::kDone);
    CHECK_THAT(sandbox.replies(pull).back(), Contains("`/mlx add api`"));
  }
  SECTION("by a program, or of another version of the bot") {
    const auto said = answers();
    CHECK(press("helper[bot]", "ignore") == RunOutcome::kIgnored);
    CHECK(press("writer-will", "merge") == RunOutcome::kIgnored);
    CHECK(answers() == said);
    CHECK(press("writer-will", "add:0123456789abcdef") == RunOutcome::kRefused);
    CHECK_THAT(sandbox.replies(pull).back(), Contains("nothing left for this button to do"));
  }
  SECTION("given up, and pressed again") {
    const CheckActionEvent event = pressed("writer-will", "ignore");
    CHECK(report(event, {.code = ErrorCode::kUnavailable, .message = "GitHub is away"}));
    CHECK_THAT(sandbox.replies(pull).back(),
               Contains("`Ignore what was found`") && Contains("GitHub is away"));
    const auto said = answers();
    CHECK(press("writer-will", "ignore") == RunOutcome::kDone);
    CHECK(answers() == said);
    CHECK_THAT(sandbox.replies(pull).back(), !Contains("GitHub is away"));
  }
}

TEST_CASE("a finding that is ignored on an issue becomes a pull request", "[review]") {
  Reviewed world;
  world.write("writer-will", "/mlx ignore blocking-call");
  REQUIRE(world.run() == RunOutcome::kDone);
  const json pulls = world.sandbox.get("/pulls");
  const auto made = std::ranges::find_if(
      pulls, [](const json& pull) { return pull["head"]["ref"] == "mlx/ignore/blocking-call"; });
  REQUIRE(made != pulls.end());
  CHECK((*made)["title"] == "Ignore blocking-call");
}

TEST_CASE_METHOD(Reviewed, "a configuration that cannot be read is answered with its place", "[review]") {
  push({{"mlx.toml", "[bot]\nreview = { coment = \"always\" }\n"}});
  look();
  CHECK_THAT(comment(),
             Contains("The project cannot be read") && Contains("coment") && Contains("mlx.toml:2"));
  CHECK(check_run()["conclusion"] == "failure");
  push({{"mlx.toml", "[bot]\nreview = { comment = \"always\" }\n"}});
  look();
  CHECK_THAT(comment(), Contains("- ~~The project cannot be read"));
}

TEST_CASE_METHOD(Reviewed, "a lock that goes is an error", "[review]") {
  push({{"mlx.lock", nullptr}});
  look();
  CHECK_THAT(comment(), Contains("The lock is gone") && Contains("`mlx remove NAME`"));
}

TEST_CASE_METHOD(Reviewed, "where one line mends it there is a suggestion", "[review]") {
  const std::string before = sandbox.tree("main").at("pyproject.toml").text;
  std::string loosened = before;
  loosened.replace(loosened.find("pydantic>=2.6"), 13, "pydantic");
  push({{"pyproject.toml", loosened}});
  look();
  REQUIRE(remarks().size() == 1);
  const json remark = remarks()[0];
  CHECK(remark["path"] == "pyproject.toml");
  const std::string fence = is_on_gitlab() ? "```suggestion:-0+0\n" : "```suggestion\n";
  CHECK_THAT(remark["body"].get<std::string>(), Contains(fence + "    \"pydantic>=2.6\",\n```") ||
                                                    Contains(fence + "  \"pydantic>=2.6\",\n```"));
  look();
  CHECK(writes == least_writes());
  CHECK(remarks().size() == 1);
  push({{"pyproject.toml", before}, {"src/other.py", "X = 1\n"}});
  look();
  CHECK(remarks().empty());
}

TEST_CASE_METHOD(Reviewed, "what is closed or pushed to meanwhile is left to the next delivery", "[review]") {
  push({{"src/wait.py", kWaiting}});
  const bool is_closed = GENERATE(true, false);
  bool is_done = false;
  http.after = [&](const HttpRequest& request, HttpResponse&) {
    if (is_done || !request.url.contains("/compare")) return;
    is_done = true;
    if (is_closed) {
      sandbox.ask("writer-will", "PATCH", "/pulls/" + std::to_string(pull), {{"state", "closed"}});
    } else {
      sandbox.commit("writer-will", "feature", {{"src/wait.py", kPatient}});
    }
  };
  CHECK(look() == RunOutcome::kIgnored);
  CHECK(is_done);
  CHECK(comments().empty());
}

TEST_CASE_METHOD(Reviewed, "names in every script do not leave their place", "[review]") {
  const std::string name = "src/日本 `x` <b>@octocat #1 [a](b) | ~~.py";
  push({{name, kWaiting}});
  look();
  const std::string said = comment();
  CHECK_THAT(said, Contains("[``src/日本 `x` <b>@octocat #1 [a](b) | ~~.py:5``](http"));
  CHECK_THAT(said, Contains("/src/%E6%97%A5%E6%9C%AC%20%60x%60%20%3Cb%3E%40octocat%20%231"));
  if (!is_on_gitlab()) CHECK(annotations()[0]["path"] == name);
}

TEST_CASE_METHOD(ReviewedOnGithub, "more than a comment and a call hold is shortened, and counted",
                 "[review]") {
  Files files;
  for (int i = 0; i < 280; ++i) files.emplace(fmt::format("src/module_with_a_long_name_{}.py", i), kWaiting);
  push(files);
  look();
  const std::string said = comment();
  CHECK(said.size() <= 65'536);
  CHECK_THAT(said, Contains("### MLX found 280 warnings") &&
                       Contains("more findings for which there is no room here"));
  json all = json::array();
  for (int page = 1; page <= 4; ++page) {
    for (json& one : sandbox.get(fmt::format("/check-runs/{}/annotations?per_page=100&page={}",
                                             check_run()["id"].get<long>(), page)))
      all.push_back(std::move(one));
  }
  CHECK(all.size() == 280);
}

TEST_CASE_METHOD(ReviewedOnGithub,
                 "a pull request of more files than are listed is reviewed as far as they are", "[review]") {
  Files files;
  for (int i = 0; i < 3'001; ++i) files.emplace(fmt::format("src/m/f{:04}.py", i), "X = 1\n");
  files["src/m/f0001.py"] = kWaiting;
  push(files);
  look();
  CHECK_THAT(comment(), Contains("### MLX found 1 warning") && Contains("/src/m/f0001.py#L5)") &&
                            Contains("The forge lists only a part of the files that change here."));
  CHECK(requests < 50);
}

TEST_CASE_METHOD(ReviewedOnGithub, "a diff that the forge does not show is read all the same", "[review]") {
  push({{"data/table.csv", std::string(5'000'000, 'x') + "\n"},
        {"src/large.py", std::string(kWaiting) + "\n\nTEXT = \"" + std::string(1'000'000, 'x') + "\"\n"},
        {"src/wait.py", kWaiting}});
  std::size_t largest = 0;
  http.after = [&](const HttpRequest&, const HttpResponse& answer) {
    largest = std::max(largest, answer.body.size());
  };
  look();
  CHECK_THAT(comment(), Contains("### MLX found 2 warnings") && Contains("/src/large.py#L5)") &&
                            Contains("/src/wait.py#L5)"));
  CHECK(largest < 2'000'000);  // in base 64, and nothing of the table
}

TEST_CASE_METHOD(Reviewed, "a base branch that is gone", "[review]") {
  sandbox.ask("octocat", "POST", "/git/refs",
              {{"ref", "refs/heads/release"}, {"sha", sandbox.branches().at("main")}});
  sandbox.commit("writer-will", "feature", {{"src/wait.py", kWaiting}});
  pull = sandbox.ask("writer-will", "POST", "/pulls",
                     {{"title", "Change it"}, {"head", "feature"}, {"base", "release"}})["number"];
  bool is_gone = false;
  const auto remove = [&] {
    if (!std::exchange(is_gone, true)) sandbox.ask("octocat", "DELETE", "/git/refs/heads/release");
  };
  SECTION("has closed its pull requests") {
    remove();
    CHECK(look() == RunOutcome::kIgnored);
    CHECK(comments().empty());
  }
  SECTION("closes it while it is analysed") {
    http.after = [&](const HttpRequest& request, HttpResponse&) {
      if (request.url.contains("/compare")) remove();
    };
    CHECK(look() == RunOutcome::kIgnored);
    CHECK(is_gone);
    CHECK(comments().empty());
  }
  SECTION("is no reason not to review what the forge still calls open") {
    remove();
    http.after = [&](const HttpRequest& request, HttpResponse& answer) {
      const bool is_pull = request.url.contains("/pulls/") || request.url.contains("/merge_requests/");
      if (request.method != "GET" || !is_pull) return;
      json shown = json::parse(answer.body);
      if (!shown.is_object()) return;
      shown["state"] = is_on_gitlab() ? "opened" : "open";
      answer.body = shown.dump();
    };
    CHECK(look() == RunOutcome::kDone);
    CHECK_THAT(comment(), Contains("### MLX found 1 warning"));
  }
}

TEST_CASE_METHOD(Reviewed, "a warm review of twenty files takes at most twelve requests", "[review]") {
  Files first;
  for (int i = 0; i < 200; ++i)
    first.emplace(fmt::format("src/shop/m{}.py", i), fmt::format("def f{}() -> int:\n    return {}\n", i, i));
  sandbox.commit("octocat", "main", first);
  push({{"src/first.py", "X = 1\n"}});
  look();
  Files changed;
  for (int i = 0; i < 20; ++i) {
    changed.emplace(
        fmt::format("src/shop/m{}.py", i),
        fmt::format("import time\n\n\nasync def f{}() -> int:\n    time.sleep(1)\n    return {}\n", i, i));
  }
  sandbox.commit("writer-will", "second", changed);
  pull = sandbox.ask("writer-will", "POST", "/pulls",
                     {{"title", "More"}, {"head", "second"}, {"base", "main"}})["number"];
  look();
  CHECK(requests <= 12);
  CHECK_THAT(comment(), Contains("### MLX found 20 warnings"));
}

TEST_CASE_METHOD(Reviewed, "what a component does already is recommended where it is written by hand",
                 "[review]") {
  publish(
      mlx::test::built_registry({{.name = "retry",
                                  .files = {{.target = "src/retry/__init__.py",
                                             .text = "\"\"\"Retries of calls that fail.\"\"\"\n\nimport "
                                                     "time\n\n\ndef call_with_retry(call, attempts=3):\n"
                                                     "    \"\"\"Calls, and retries after errors.\"\"\"\n    "
                                                     "for attempt in range(attempts):\n        try:\n"
                                                     "            return call()\n        except OSError:\n   "
                                                     "         time.sleep(attempt)\n    return None\n"}},
                                  .modules = {"src.retry"}}}));
  push({{"src/fetch.py",
         "import time\n\n\ndef fetch(client):\n    for attempt in range(5):\n        try:\n"
         "            return client.get()\n        except OSError:\n            time.sleep(2**attempt)\n    "
         "raise RuntimeError\n"}});
  look();
  CHECK_THAT(comment(), Contains("### MLX has a suggestion") &&
                            Contains("**💡 `retry` does this already:**") && Contains("/src/fetch.py#L5)") &&
                            Contains("`/mlx add retry`"));
  issue = pull;
  write_again("reader-rita", "/mlx recommend");
  REQUIRE(run() == RunOutcome::kDone);
  CHECK_THAT(sandbox.replies(pull).back(),
             Contains("**💡 `retry` does this already:**") && Contains("- `src/fetch.py:5`"));
  write_again("writer-will", "/mlx ignore retry");
  REQUIRE(run() == RunOutcome::kDone);
  look();
  CHECK_THAT(comment(), !Contains("`retry` does this"));
  write_again("reader-rita", "/mlx recommend");
  REQUIRE(run() == RunOutcome::kDone);
  CHECK_THAT(sandbox.replies(pull).back(), Contains("Nothing here is written by hand"));
}

TEST_CASE_METHOD(Reviewed, "an edit that the next update will trip over is told of", "[review]") {
  const auto version = [](const std::string& number, const std::string& text) {
    return mlx::test::TestComponent{.name = "api",
                                    .version = number,
                                    .files = {{.target = "src/api/__init__.py", .text = text}},
                                    .modules = {"src.api"},
                                    .distributions = {"pydantic>=2.6"}};
  };
  publish(mlx::test::built_registry({version("1.0.0", "LEVEL = 1\n"), version("1.1.0", "LEVEL = 2\n")}));
  SECTION("in the same place") {
    push({{"src/api/__init__.py", "LEVEL = 3\n"}});
    look();
    CHECK_THAT(comment(), Contains("The next update will have a conflict here") && Contains("api 1.1.0") &&
                              Contains("/src/api/__init__.py#L1)") && Contains("`mlx update api` first"));
  }
  SECTION("but not in another") {
    push({{"src/api/__init__.py", "LEVEL = 1\n\n\ndef more() -> int:\n    return 1\n"}});
    look();
    CHECK(comments().empty());
  }
  SECTION("and not when it is there already") {
    sandbox.commit("octocat", "main", {{"src/api/__init__.py", "LEVEL = 4\n"}});
    push({{"src/api/__init__.py", "LEVEL = 5\n"}});
    look();
    CHECK(comments().empty());
  }
}

TEST_CASE_METHOD(Reviewed, "a component whose last import goes is told of", "[review]") {
  sandbox.commit("octocat", "main", {{"src/shop.py", "from src.api import LEVEL\n\nprint(LEVEL)\n"}});
  SECTION("once nothing imports it") {
    push({{"src/shop.py", "print(1)\n"}});
    look();
    CHECK_THAT(comment(), Contains("Nothing uses a component any more") && Contains("`mlx remove api`"));
  }
  SECTION("but not while a test does") {
    sandbox.commit("octocat", "main", {{"tests/test_api.py", "from src.api import LEVEL\n"}});
    push({{"src/shop.py", "print(1)\n"}});
    look();
    CHECK(comments().empty());
  }
}
