#include <catch2/catch.hpp>

#include "tests/sandbox/sandbox_fixture.h"

namespace mlx::testing {
namespace {

bool has(const Reply& reply, const std::string& text) { return reply.text.find(text) != std::string::npos; }

}  // namespace

TEST_CASE("Pages show the repository, its issues and its code") {
  Forge forge;
  Caller browser = forge.as("nobody");
  forge.issue("Serve the model");
  const int pull = forge.pull_request("mlx/add/x", "src/x.py");
  const std::string root = "/octo-team/project";
  const Reply home = browser.page("/");
  CHECK(home.status == 200);
  CHECK(has(home, "Serve the model"));
  CHECK(has(home, "mlx/add/x"));
  CHECK(has(home, "README.md"));
  CHECK(home.header("Content-Security-Policy").find("default-src 'none'") == 0);
  CHECK(has(browser.page(root + "/issues/1"), "Serve the model"));
  const Reply shown = browser.page(root + "/pull/" + std::to_string(pull));
  CHECK(has(shown, "<tr class=\"add\">"));
  CHECK(has(shown, "Merge pull request"));
  CHECK(has(browser.page(root + "/commit/" + forge.main_sha()), "Initial commit"));
  CHECK(has(browser.page(root + "/blob/mlx/add/x/src/x.py"), "new = 1"));
  CHECK(browser.page(root + "/raw/main/src/app.py").text == "print('one')\n");
  CHECK(browser.page(root + "/issues/" + std::to_string(pull)).status == 302);
  for (const char* path : {"/issues/99", "/pull/x", "/commit/none", "/blob/main/none", "/what"}) {
    CHECK(browser.page(root + path).status == 404);
  }
  CHECK(browser.page("/other/repository").status == 404);
}

TEST_CASE("A check box is ticked by who may edit the text") {
  Forge forge;
  Receiver receiver;
  receiver.hook_to(forge, {"issues", "pull_request"});
  Caller browser = forge.as("nobody");
  const std::string body =
      "<!-- [ ] -->\n`- [ ] code`\n\n- [ ] one\n- [x] two\n  1. [ ] deep [ ]\n\n* [ ] last\n";
  Caller bot = forge.as("bot");
  bot.post(forge.repository + "/issues", {{"title", "Dashboard"}, {"body", body}});
  const std::string page = "/octo-team/project/issues/1";
  CHECK(has(browser.page(page), "name=\"box\" value=\"3\""));
  CHECK_FALSE(has(browser.page(page), "value=\"4\""));
  const auto tick = [&](const char* user, const char* box) {
    return browser.submit(page + "/boxes", {{"user", user}, {"box", box}}).status;
  };
  CHECK(tick("writer-will", "0") == 303);
  CHECK(tick("writer-will", "1") == 303);
  CHECK(tick("writer-will", "2") == 303);
  CHECK(tick("writer-will", "3") == 303);
  const std::string ticked =
      "<!-- [ ] -->\n`- [ ] code`\n\n- [x] one\n- [ ] two\n  1. [x] deep [ ]\n\n* [x] last\n";
  CHECK(bot.get(forge.repository + "/issues/1").body["body"] == ticked);
  CHECK(tick("reader-rita", "0") == 403);
  for (const char* box : {"4", "-1", "x", ""}) CHECK(tick("writer-will", box) == 404);
  CHECK(browser.submit("/octo-team/project/issues/9/boxes", {{"user", "octocat"}, {"box", "0"}}).status ==
        404);

  const std::string pull = std::to_string(forge.pull_request("mlx/x"));
  bot.patch(forge.repository + "/pulls/" + pull, {{"body", "- [ ] again"}});
  CHECK(browser.submit("/octo-team/project/issues/" + pull + "/boxes", {{"user", "octocat"}, {"box", "0"}})
            .header("Location") == "/octo-team/project/pull/" + pull);
  REQUIRE(forge.sandbox->wait_idle());
  const auto last = receiver.received().back();
  CHECK(last.event == "pull_request");
  CHECK(last.payload["action"] == "edited");
  CHECK(last.payload["changes"]["body"]["from"] == "- [ ] again");
  CHECK(last.payload["pull_request"]["body"] == "- [x] again");
  CHECK(last.payload["sender"]["login"] == "octocat");
}

TEST_CASE("Drafts, labels and reviews are shown") {
  Forge forge;
  Caller bot = forge.as("bot");
  forge.branch("mlx/x", forge.commit(forge.main_sha(), "src/x.py", "new = 1\n"));
  const Reply made = bot.post(forge.repository + "/pulls",
                              {{"title", "T"}, {"head", "mlx/x"}, {"base", "main"}, {"draft", true}});
  const std::string number = made.body["number"].dump();
  bot.post(forge.repository + "/issues/" + number + "/labels", {{"labels", {"<wait>"}}});
  bot.post(forge.repository + "/pulls/" + number + "/reviews",
           {{"event", "COMMENT"},
            {"body", "Look here"},
            {"comments", {{{"path", "src/x.py"}, {"line", 1}, {"body", "A remark"}}}}});
  Caller browser = forge.as("nobody");
  const Reply page = browser.page("/octo-team/project/pull/" + number);
  CHECK(has(page, ">Draft<"));
  CHECK(has(page, "&lt;wait&gt;"));
  CHECK(has(page, "Look here"));
  CHECK(has(page, "A remark"));
  CHECK(has(browser.page("/octo-team/project/pulls"), "draft"));
}

TEST_CASE("Forms do what the API does, as the chosen user") {
  Forge forge;
  Receiver receiver;
  receiver.hook_to(forge);
  Caller browser = forge.as("nobody");
  const std::string root = "/octo-team/project";
  const Reply opened =
      browser.submit(root + "/issues", {{"user", "reader-rita"}, {"title", "From the web"}, {"body", "b"}});
  CHECK(opened.status == 303);
  CHECK(opened.header("Location") == root + "/issues/1");
  const Reply commented =
      browser.submit(root + "/issues/1/comments", {{"user", "octocat"}, {"body", "/mlx list"}});
  CHECK(commented.header("Location").starts_with(root + "/issues/1#issuecomment-"));
  CHECK(browser.submit(root + "/issues/1/state", {{"user", "stranger-sam"}, {"state", "closed"}}).status ==
        403);
  CHECK(browser.submit(root + "/issues/1/state", {{"user", "octocat"}, {"state", "closed"}}).status == 303);
  const std::string pull = root + "/pull/" + std::to_string(forge.pull_request("mlx/x"));
  CHECK(browser.submit(pull + "/merge", {{"user", "octocat"}}).header("Location") == pull);
  CHECK(has(browser.page(pull), "Merged"));
  CHECK(browser.submit(root + "/issues/1/comments", {{"user", "nobody-known"}, {"body", "x"}}).status == 401);
  REQUIRE(forge.sandbox->wait_idle());
  const auto names = receiver.names();
  CHECK(std::vector<std::string>(names.begin(), names.begin() + 4) ==
        std::vector<std::string>{"ping", "issues.opened", "issue_comment.created", "issues.closed"});

  const Json delivery = forge.as("octocat").get(forge.repository + "/hooks").body[0]["id"];
  const Json first =
      forge.as("octocat").get(forge.repository + "/hooks/" + delivery.dump() + "/deliveries").body[0];
  CHECK(has(browser.page(root + "/deliveries"), first["guid"]));
  CHECK(browser.submit(root + "/deliveries/" + first["id"].dump() + "/attempts", {}).status == 303);
  REQUIRE(forge.sandbox->wait_idle());
  CHECK(receiver.received().back().guid == first["guid"].get<std::string>());
}

TEST_CASE("What other sites send is refused") {
  Forge forge;
  Caller browser = forge.as("nobody");
  const httplib::Params form{{"user", "octocat"}, {"title", "x"}};
  const std::string path = "/octo-team/project/issues";
  CHECK(browser.submit(path, form, {{"Origin", "https://evil.example"}}).status == 403);
  CHECK(browser.submit(path, form, {{"Host", "evil.example"}}).status == 403);
  CHECK(browser.submit(path, form, {{"Origin", "http://" + forge.sandbox->address()}}).status == 303);
}

TEST_CASE("Markdown is rendered, and what could do harm is not") {
  Forge forge;
  const int number = forge.issue();
  const std::string body =
      "| a | b |\n|---|---|\n| ~~c~~ | d |\n\n- [x] done\n\n<!-- concealed -->\n"
      "<details open onclick=\"x()\"><summary>More</summary>\n\n**bold** <sub>low</sub>\n\n</details>\n\n"
      "Text <script>alert(1)</script> <img src=x onerror=alert(2)> [link](javascript:alert(3)) "
      "![picture](https://example.com/p.png) see #1, not a#1 https://example.org\n\n`<b>`";
  forge.as("bot").post(forge.repository + "/issues/" + std::to_string(number) + "/comments",
                       {{"body", body}});
  const Reply page = forge.as("nobody").page("/octo-team/project/issues/" + std::to_string(number));
  CHECK(has(page, "<table>"));
  CHECK(has(page, "<del>c</del>"));
  CHECK(has(page, "type=\"checkbox\""));
  CHECK(has(page, "<details open><summary>More</summary>"));
  CHECK(has(page, "<sub>low</sub>"));
  CHECK(has(page, "<a href=\"https://example.org\">"));
  CHECK(has(page, "<a href=\"https://example.com/p.png\">picture</a>"));
  CHECK(has(page, "<a href=\"/octo-team/project/issues/1\">#1</a>, not a#1"));
  CHECK(has(page, "<code>&lt;b&gt;</code>"));
  CHECK(has(page, "&lt;script&gt;"));
  for (const char* harmful : {"concealed", "<script", "<img src=x", "href=\"javascript", "onclick=\"x",
                              "example.com/p.png\" alt"}) {
    CHECK_FALSE(has(page, harmful));
  }
}

TEST_CASE("A pull request shows its checks, and the page of each what it found") {
  Forge forge;
  Caller bot = forge.as("bot");
  const int number = forge.pull_request("mlx/x");
  const std::string pull = "/octo-team/project/pull/" + std::to_string(number);
  const std::string head = bot.get(forge.repository + "/pulls/" + std::to_string(number)).body["head"]["sha"];
  CHECK_FALSE(has(forge.as("nobody").page(pull), "Checks"));
  const Json annotation{{"path", "src/new.py"},          {"start_line", 1},         {"end_line", 1},
                        {"annotation_level", "failure"}, {"title", "<b>Title</b>"}, {"message", "a < b"}};
  const Json run =
      bot.post(forge.repository + "/check-runs",
               {{"name", "MLX <review>"},
                {"head_sha", head},
                {"conclusion", "failure"},
                {"output",
                 {{"title", "1 error"},
                  {"summary", "**bold** <script>"},
                  {"annotations", Json::array({annotation})}}},
                {"actions", {{{"label", "Add"}, {"description", "Adds it"}, {"identifier", "\"add\""}}}}})
          .body;
  const std::string path = "/octo-team/project/runs/" + std::to_string(run["id"].get<std::int64_t>());
  const Reply page = forge.as("nobody").page(pull);
  CHECK(has(page, "MLX &lt;review&gt;"));
  CHECK(has(page, "1 error"));
  CHECK(has(page, "1 annotation<"));
  CHECK(has(page, "href=\"" + path + "\""));
  CHECK(has(page, "&lt;b&gt;Title&lt;/b&gt;"));  // below its line
  const Reply details = forge.as("nobody").page(path);
  CHECK(has(details, "Failure"));
  CHECK(has(details, "<strong>bold</strong>"));
  CHECK(has(details, "a &lt; b"));
  CHECK(has(details, "new = 1"));
  CHECK(has(details, "value=\"&quot;add&quot;\""));
  CHECK(has(details, "href=\"" + pull + "\""));
  for (const char* harmful : {"<script", "<b>Title", "MLX <review"}) {
    CHECK_FALSE(has(page, harmful));
    CHECK_FALSE(has(details, harmful));
  }
}

TEST_CASE("Remarks stand at their lines, with suggestions as diffs and answers below") {
  Forge forge;
  Caller bot = forge.as("bot");
  const int number = forge.pull_request("mlx/x");
  const std::string api = forge.repository + "/pulls/" + std::to_string(number);
  const std::string pull = "/octo-team/project/pull/" + std::to_string(number);
  const std::string head = bot.get(api).body["head"]["sha"];
  const Json remark =
      bot.post(api + "/comments", {{"body", "Better:\n\n```suggestion\nnew = <2>\n```\n\n```\nplain\n```"},
                                   {"commit_id", head},
                                   {"path", "src/new.py"},
                                   {"line", 1}})
          .body;
  forge.as("octocat").post(api + "/comments/" + std::to_string(remark["id"].get<std::int64_t>()) + "/replies",
                           {{"body", "why *not*?"}});
  const auto count = [](const Reply& page, const std::string& text) {
    int found = 0;
    for (auto at = page.text.find(text); at != std::string::npos; at = page.text.find(text, at + 1)) ++found;
    return found;
  };
  const Reply page = forge.as("nobody").page(pull);
  // In the conversation, and below the line.
  CHECK(count(page, "<td>-new = 1</td>") == 2);
  CHECK(count(page, "<td>+new = &lt;2&gt;</td>") == 2);
  CHECK(count(page, "<pre><code>plain") == 2);
  CHECK(count(page, "why <em>not</em>?") == 2);
  CHECK(count(page, "class=\"box thread\"") == 1);
  CHECK(count(page, "Outdated") == 0);

  bot.patch(forge.repository + "/git/refs/heads/mlx/x",
            {{"sha", forge.commit(head, "src/new.py", "other\n")}});
  const Reply later = forge.as("nobody").page(pull);
  CHECK(count(later, "Outdated") == 1);
  CHECK(count(later, "<td>-new = 1</td>") == 1);
}

TEST_CASE("Titles and names are text") {
  Forge forge;
  forge.issue("<b>title</b>");
  CHECK(has(forge.as("nobody").page("/"), "&lt;b&gt;title&lt;/b&gt;"));
}

}  // namespace mlx::testing
