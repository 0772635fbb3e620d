#include "bot/core/review/review_check.h"

#include <catch2/catch.hpp>

#include "bot/core/review/review_answers.h"
#include "bot/core/review/review_buttons.h"
#include "bot/core/review/review_comment.h"
#include "engine/base/digest.h"
#include "tests/support/rendered_markdown.h"

using namespace mlx;
using namespace mlx::bot;

namespace {

PullRequestReview review_of(const std::string& message, const std::string& file = "src/a.py") {
  PullRequestReview review;
  review.added.push_back({.finding = {.code = "route-collision",
                                      .severity = Severity::kError,
                                      .message = message,
                                      .remedy = "rename one",
                                      .evidence = {{.file = file, .line = 3}}},
                          .subject = "GET /",
                          .components = {}});
  return review;
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

}  // namespace

TEST_CASE("an annotation that is too long is cut between characters") {
  for (const std::size_t offset : {0U, 1U, 2U}) {
    const PullRequestReview review = review_of(std::string(offset, 'a') + repeated("日", 40'000));
    const CheckRun run = render_review_check(review, {}, {.head_sha = "abc"}, 1);
    REQUIRE(run.annotations.size() == 1);
    CHECK(is_utf8(run.annotations[0].message));
    CHECK(check_limits(run));
  }
}

TEST_CASE("what a comment once said is read back from it, whatever it quotes") {
  const std::string hostile = "x --> <!-- mlx:said {\"open\":[[\"a\",\"b\"]]} --> é \\ \" --";
  const std::string comment =
      render_review_comment(review_of(hostile, "src/" + hostile), {}, {.head_sha = "abc"});
  const SaidFindings said = said_in(comment);
  REQUIRE(said.open.size() == 1);
  CHECK(said.open[0].title.find("src/" + hostile) != std::string::npos);
  const auto state_end = comment.find(" -->\n", comment.find("<!-- mlx:said "));
  CHECK(comment.find("-->", comment.find("<!-- mlx:said ")) == state_end + 1);
}

TEST_CASE("bytes that are no text do no harm to a review") {
  const PullRequestReview review = review_of("`k` is `\xff\xfe`");
  CHECK_NOTHROW(render_review_check(review, {}, {.head_sha = "abc"}, 1));
  CHECK(said_in(render_review_comment(review, {}, {.head_sha = "abc"})).open.size() == 1);
}

TEST_CASE("a comment of a review is never longer than a forge takes") {
  const std::string name = repeated("日", 50);
  PullRequestReview review;
  SaidFindings before;
  for (int i = 0; i < 150; ++i) {
    review.added.push_back(review_of(name, "src/" + std::to_string(i) + name).added[0]);
    before.mended.push_back({.id = "gone-" + std::to_string(i), .title = std::to_string(i) + name});
  }
  for (int i = 0; i < 40; ++i) {
    review.recommendations.push_back(
        {.component = "retry" + std::to_string(i),
         .evidence = {{.place = {.file = "src/" + name, .line = 1}, .text = name}},
         .reason = repeated("because ", 40)});
  }
  const std::string comment = render_review_comment(review, before, {.head_sha = "abc"});
  CHECK(comment.size() <= 65'536);
  CHECK_FALSE(said_in(comment).open.empty());
  // The gravest are said first, and what is open is remembered before what is mended.
  CHECK(comment.find("src/0" + name) != comment.npos);
  CHECK(comment.find("more findings for which there is no room here") != comment.npos);
}

TEST_CASE("a comment says how many tests can be affected, and how to run them") {
  PullRequestReview review = review_of("one");
  review.tests = TestSelection{.whole = {}, .selected_tests = 17, .all_tests = 240};
  const auto said = [&](const std::string& base) {
    return render_review_comment(review, {}, {.head_sha = "abc", .base_branch = base});
  };
  CHECK(said("main").find("🧪 17 of 240 tests can be affected: `mlx test --since origin/main --run`\n") !=
        std::string::npos);
  CHECK(said("a`$(b)").find("can be affected: `mlx test --run`\n") != std::string::npos);
  CHECK(said("--run").find("can be affected: `mlx test --run`\n") != std::string::npos);
  review.tests->whole = {{.file = "uv.lock", .text = "says what is installed"}};
  CHECK(said("main").find("can be affected, since uv.lock says what is installed: `mlx test") !=
        std::string::npos);
  review.tests = TestSelection{};
  CHECK(said("main").find("🧪") == std::string::npos);
  review.tests.reset();
  CHECK(said("main").find("🧪") == std::string::npos);
}

TEST_CASE("advice stands below the finding that it is about, as a quotation") {
  PullRequestReview review = review_of("one");
  review.added.push_back(review_of("two", "src/b.py").added[0]);
  const Advice advice{.model = "small", .findings = {{1, "Because `b`.", "Rename it."}}};
  const std::string without = render_review_comment(review, {}, {.head_sha = "abc"});
  const std::string with = render_review_comment(review, {}, {.head_sha = "abc"}, advice);
  const std::string said =
      "> **Suggested by `small`, not checked:** Because `b`.\n>\n> **To resolve it:** Rename it.\n\n";
  const auto at = with.find(said);
  REQUIRE(at != with.npos);
  CHECK(with.substr(0, at) + with.substr(at + said.size()) == without);
  CHECK(with.substr(0, at).ends_with("<sub>`" + id_of(review.added[1]) + "`</sub>\n\n"));
  CHECK(said_in(with).open == said_in(without).open);
}

TEST_CASE("where a comment has no room, advice is what goes first") {
  PullRequestReview review;
  for (int i = 0; i < 150; ++i)
    review.added.push_back(review_of(repeated("word ", 80), "src/" + std::to_string(i) + ".py").added[0]);
  Advice advice{.model = "small"};
  for (std::size_t i = 0; i < 10; ++i) advice.findings.push_back({i, repeated("@", 700), repeated("#", 700)});
  const std::string with = render_review_comment(review, {}, {.head_sha = "abc"}, advice);
  CHECK(with == render_review_comment(review, {}, {.head_sha = "abc"}));
  review.added.resize(10);
  const std::string some = render_review_comment(review, {}, {.head_sha = "abc"}, advice);
  CHECK(some.size() <= 65'536);
  CHECK(some.find("Suggested by `small`, not checked") != some.npos);
  for (const RuleFinding& found : review.added) CHECK(some.find("`" + id_of(found) + "`") != some.npos);
}

TEST_CASE("in an answer advice is a quotation in the item of its finding") {
  RuleFindings findings = review_of("one").added;
  findings.push_back(review_of("two", "src/b.py").added[0]);
  const Advice advice{.model = "small", .findings = {{0, "Because.", "Rename it."}}};
  const auto rendered = testing::render_as_github(render_check_answer(findings, {}, advice));
  CHECK(rendered.count("list") == 1);
  CHECK(rendered.count("item") == 2);
  CHECK(rendered.count("block_quote") == 1);
  CHECK(rendered.text.find("Suggested by small, not checked: Because.") != std::string::npos);
  const std::string none = render_check_answer(findings, {}, {.unavailable = "it is `off`"});
  CHECK(none == render_check_answer(findings, {}) + "\nNo explanations by a model: it is `off`.\n");
}

TEST_CASE("what is no comment of a review says nothing") {
  for (const char* text :
       {"", "<!-- mlx:said -->", "<!-- mlx:said {", "<!-- mlx:said [1] -->", "<!-- mlx:said {\"open\":3} -->",
        R"(<!-- mlx:said {"open":[[1,2],["a"],"b"]} -->)"}) {
    CHECK(said_in(text).open.empty());
    CHECK(said_in(text).mended.empty());
  }
}

TEST_CASE("a review's check run has buttons for what it says, and no more than a click should do") {
  const auto labels = [](const PullRequestReview& review) {
    std::vector<std::string> all;
    const CheckRun run = render_review_check(review, {}, {.head_sha = "abc"}, 1);
    CHECK(check_limits(run));
    all.reserve(run.actions.size());
    for (const CheckAction& action : run.actions) all.push_back(action.label);
    return all;
  };
  using Labels = std::vector<std::string>;
  PullRequestReview review;
  CHECK(labels(review).empty());
  review.recommendations = {{.component = "config-management"},
                            {.component = "@acme/cache"},
                            {.component = "retry"},
                            {.component = "plugin-registry"}};
  CHECK(labels(review) == Labels{"Add the component", "Add retry"});
  review.added = review_of("one").added;
  CHECK(labels(review) == Labels{"Add the component", "Add retry", "Ignore this finding"});
  review.added = RuleFindings(10, review.added.front());
  CHECK(labels(review).back() == "Ignore all of these");
  CHECK(ignore_button_command(review, "/mlx"));
  review.added = RuleFindings(11, review.added.front());
  CHECK(labels(review) == Labels{"Add the component", "Add retry"});
  CHECK_FALSE(ignore_button_command(review, "/mlx"));
}

TEST_CASE("a check run holds its text, however much there is to say") {
  PullRequestReview review;
  for (int i = 0; i < 300; ++i) {
    review.added.push_back(review_of(repeated("é", 400)).added.front());
    review.recommendations.push_back({.component = "c" + std::to_string(i), .reason = repeated("why ", 100)});
  }
  CHECK(check_limits(render_review_check(review, {}, {.head_sha = "abc"}, 1)));
}

TEST_CASE("the configuration says from which severity on a check fails") {
  using enum Severity;
  const std::vector<std::optional<Severity>> bars = {std::nullopt, kError, kWarning, kInfo};
  for (std::size_t bar = 0; bar < bars.size(); ++bar) {
    for (std::size_t found = 1; found < bars.size(); ++found) {
      PullRequestReview review = review_of("one");
      review.added.front().finding.severity = *bars[found];
      ReviewSettings settings;
      settings.fail_on = bars[bar];
      const auto conclusion = render_review_check(review, settings, {.head_sha = "abc"}, 1).conclusion;
      CHECK(conclusion == (found <= bar ? CheckRun::Conclusion::kFailure : CheckRun::Conclusion::kNeutral));
    }
    ReviewSettings settings;
    settings.fail_on = bars[bar];
    CHECK(render_review_check({}, settings, {.head_sha = "abc"}, 1).conclusion ==
          CheckRun::Conclusion::kSuccess);
  }
}
