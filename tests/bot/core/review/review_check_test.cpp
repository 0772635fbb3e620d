#include "bot/core/review/review_check.h"

#include <catch2/catch.hpp>

#include "bot/core/review/review_buttons.h"
#include "bot/core/review/review_comment.h"
#include "engine/base/digest.h"

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

TEST_CASE("what is no comment of a review says nothing") {
  for (const char* text :
       {"", "<!-- mlx:said -->", "<!-- mlx:said {", "<!-- mlx:said [1] -->", "<!-- mlx:said {\"open\":3} -->",
        "<!-- mlx:said {\"open\":[[1,2],[\"a\"],\"b\"]} -->"}) {
    CHECK(said_in(text).open.empty());
    CHECK(said_in(text).mended.empty());
  }
}

TEST_CASE("a review's check run has buttons for what it says, and no more than a click should do") {
  const auto labels = [](const PullRequestReview& review) {
    std::vector<std::string> all;
    const CheckRun run = render_review_check(review, {}, {.head_sha = "abc"}, 1);
    CHECK(check_limits(run));
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
  CHECK(labels(review) == Labels{"Add what does this", "Add retry"});
  review.added = review_of("one").added;
  CHECK(labels(review) == Labels{"Add what does this", "Add retry", "Ignore this finding"});
  review.added = RuleFindings(10, review.added.front());
  CHECK(labels(review).back() == "Ignore all of these");
  CHECK(ignore_button_command(review, "/mlx"));
  review.added = RuleFindings(11, review.added.front());
  CHECK(labels(review) == Labels{"Add what does this", "Add retry"});
  CHECK_FALSE(ignore_button_command(review, "/mlx"));
}
