#include "engine/io/advisor.h"

#include <deque>

#include <catch2/catch.hpp>

#include "engine/io/llm_client.h"
#include "engine/io/sqlite_database.h"
#include "tests/engine/io/scripted_model.h"
#include "tests/support/temporary_directory.h"

using namespace mlx;
using namespace mlx::test;

namespace {

constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1'774'746'000)};  // 2026-03-29T01:00:00Z

Advice good(const std::string& text) {
  return {.model = "m", .findings = {{0, text, ""}}, .unavailable = {}, .tokens = 500};
}

/// Gives answers in turn, and counts how often it is asked.
struct Script {
  std::deque<Result<Advice>> answers;
  int asked = 0;
  std::vector<std::string> asked_about = {};  ///< in the last question, by code
};
class ScriptedAdvisor final : public Advisor {
 public:
  explicit ScriptedAdvisor(Script& script) : script_(script) {}
  Result<Advice> advise(const AdviceRequest& request) override {
    ++script_.asked;
    script_.asked_about.clear();
    for (const AdviceSubject& subject : request.subjects) script_.asked_about.push_back(subject.facts.code);
    if (script_.answers.empty()) return fail(ErrorCode::kUnavailable, "nobody there");
    auto answer = std::move(script_.answers.front());
    script_.answers.pop_front();
    return answer;
  }

 private:
  Script& script_;
};

/// A store of its own, and a clock that stands still until it is set.
struct World {
  TemporaryDirectory directory;
  std::filesystem::path file = directory.path() / "advice.db";
  std::shared_ptr<AdviceStore> store = make_advice_store(file);
  std::chrono::sys_seconds now = kNow;
  Script script;

  std::unique_ptr<Advisor> cached(const std::string& identity = "model") {
    return make_cached_advisor(std::make_unique<ScriptedAdvisor>(script), store, identity,
                               [this] { return now; });
  }
  std::unique_ptr<Advisor> budgeted(AdviceBudget budget = {}) {
    return make_budgeted_advisor(std::make_unique<ScriptedAdvisor>(script), store, budget,
                                 [this] { return now; });
  }
  void change(const char* sql) const { REQUIRE(sqlite::Database::open(file.string())->execute(sql)); }
};

std::string explanation(const Result<Advice>& advice) {
  return advice && !advice->findings.empty() ? advice->findings[0].explanation : "";
}

}  // namespace

TEST_CASE("the same question is asked once") {
  World world;
  world.script.answers = {good("first"), good("second")};
  const auto first = world.cached()->advise(request_about({"a"}));
  const auto again = world.cached()->advise(request_about({"a"}));
  CHECK(explanation(first) == "first");
  REQUIRE(again);
  CHECK(explanation(again) == "first");
  CHECK(again->model == "m");
  CHECK(again->tokens == 0);
  CHECK(world.script.asked == 1);
}

TEST_CASE("another question, or another model, is asked anew") {
  World world;
  world.script.answers = {good("first"), good("second"), good("third")};
  CHECK(explanation(world.cached()->advise(request_about({"a"}))) == "first");
  CHECK(explanation(world.cached()->advise(request_about({"b"}))) == "second");
  CHECK(explanation(world.cached("other")->advise(request_about({"a"}))) == "third");
}

TEST_CASE("an answer is kept for what was asked, wherever it stands in the list") {
  World world;
  world.script.answers = {good("first")};
  auto request = request_about({"a"});
  CHECK(world.cached()->advise(request)->findings[0].finding == 0);
  request.subjects[0].finding = 5;
  CHECK(world.cached()->advise(request)->findings[0].finding == 5);
}

TEST_CASE("what is known is told without asking") {
  World world;
  world.script.answers = {good("first")};
  const auto advisor = world.cached();
  CHECK(advisor->known(request_about({"a"})).findings.empty());
  CHECK(world.script.asked == 0);
  REQUIRE(advisor->advise(request_about({"a"})));
  const Advice known = advisor->known(request_about({"a"}));
  CHECK(explanation(known) == "first");
  CHECK(known.model == "m");
  CHECK(world.script.asked == 1);
}

TEST_CASE("only what is not known is asked about, and what is said about others stays") {
  World world;
  world.script.answers = {good("first")};
  const auto advisor = world.cached();
  REQUIRE(advisor->advise(request_about({"a"})));
  const auto both = request_about({"b", "a"});
  SECTION("answered") {
    world.script.answers = {good("second")};
    const auto advice = advisor->advise(both);
    REQUIRE(advice);
    CHECK(world.script.asked_about == std::vector<std::string>{"b"});
    CHECK(advice->findings == std::vector<FindingAdvice>{{0, "second", ""}, {1, "first", ""}});
    CHECK(advice->model == "m");
    CHECK(advice->tokens == 500);
    CHECK(advisor->known(both).findings == advice->findings);
  }
  SECTION("not answered") {
    world.script.answers = {fail(ErrorCode::kUnavailable, "nobody there")};
    const auto advice = advisor->advise(both);
    REQUIRE(advice);
    CHECK(advice->findings == std::vector<FindingAdvice>{{1, "first", ""}});
    CHECK(advice->unavailable == "nobody there");
  }
}

TEST_CASE("that nothing was said about a finding is kept as well") {
  World world;
  world.script.answers = {good("first")};
  const auto advisor = world.cached();
  REQUIRE(advisor->advise(request_about({"a", "b"})));
  CHECK(explanation(advisor->advise(request_about({"a", "b"}))) == "first");
  CHECK(advisor->advise(request_about({"b"}))->findings.empty());
  CHECK(world.script.asked == 1);
}

TEST_CASE("a kept answer that is wrong is asked for again") {
  World world;
  world.script.answers = {good("first"), good("second")};
  const auto advisor = world.cached();
  CHECK(explanation(advisor->advise(request_about({"a"}))) == "first");
  SECTION("changed") { world.change("UPDATE answers SET answer = replace(answer, 'first', 'evil')"); }
  SECTION("no row") { world.change("DELETE FROM answers"); }
  SECTION("no table") { world.change("DROP TABLE answers"); }
  CHECK(explanation(advisor->advise(request_about({"a"}))) == "second");
}

TEST_CASE("a kept answer is checked like a new one") {
  World world;
  world.script.answers = {good("first"), good("second")};
  CHECK(explanation(world.cached()->advise(request_about({"a"}))) == "first");
  std::string key;
  {
    auto database = sqlite::Database::open(world.file.string());
    REQUIRE(database);
    auto select = database->prepare("SELECT key FROM answers");
    REQUIRE(select->each([&](const sqlite::Rows& row) { key = row.text(0); }));
  }
  const std::string answer = GENERATE(
      "", "m", "m\n{}", "m\n{\"advice\": [{\"finding\": \"f9\", \"explanation\": \"x\"}]}", "\xff\n\xff");
  world.store->keep(key, answer, kNow);
  CHECK(explanation(world.cached()->advise(request_about({"a"}))) == "second");
}

TEST_CASE("neither failures nor reasons are kept") {
  World world;
  world.script.answers = {fail(ErrorCode::kUnavailable, "no"), Advice{.unavailable = "used up"},
                          good("third")};
  const auto advisor = world.cached();
  CHECK_FALSE(advisor->advise(request_about({"a"})));
  CHECK(advisor->advise(request_about({"a"}))->unavailable == "used up");
  CHECK(explanation(advisor->advise(request_about({"a"}))) == "third");
}

TEST_CASE("when the day's requests are used up nobody is asked, until the next day") {
  World world;
  world.script.answers = {good("first"), good("second")};
  const auto advisor = world.budgeted({.requests = 1, .tokens = 100'000});
  CHECK(explanation(advisor->advise(request_about({"a"}))) == "first");
  const auto none = advisor->advise(request_about({"a"}));
  REQUIRE(none);
  CHECK(none->findings.empty());
  CHECK(none->unavailable.contains("MLX_LLM_DAILY_REQUESTS"));
  CHECK(world.script.asked == 1);
  world.now += std::chrono::hours(23);
  CHECK(explanation(advisor->advise(request_about({"a"}))) == "second");
}

TEST_CASE("tokens count as the answer says they cost") {
  World world;
  world.script.answers = {good("first"), good("second"), good("third")};
  const auto request = request_about({"a"});
  const auto advisor = world.budgeted({.requests = 100, .tokens = estimated_tokens(request) + 500});
  CHECK(explanation(advisor->advise(request)) == "first");
  CHECK(explanation(advisor->advise(request)) == "second");
  CHECK(advisor->advise(request)->unavailable.contains("MLX_LLM_DAILY_TOKENS"));
}

TEST_CASE("a failure costs the most that it may have cost") {
  World world;
  world.script.answers = {fail(ErrorCode::kInvalidInput, "nonsense"), good("second")};
  const auto request = request_about({"a"});
  const auto advisor = world.budgeted({.requests = 100, .tokens = 2 * estimated_tokens(request) - 1});
  CHECK_FALSE(advisor->advise(request));
  CHECK(advisor->advise(request)->unavailable.contains("MLX_LLM_DAILY_TOKENS"));
}

TEST_CASE("after a failure nobody waits for the endpoint for a while") {
  World world;
  world.script.answers = {std::unexpected(Error{ErrorCode::kRateLimited, "slow down", {}, 300}),
                          good("second")};
  const auto advisor = world.budgeted();
  CHECK_FALSE(advisor->advise(request_about({"a"})));
  world.now += std::chrono::seconds(299);
  CHECK(advisor->advise(request_about({"a"}))->unavailable.contains("asked again soon"));
  CHECK(world.script.asked == 1);
  world.now += std::chrono::seconds(1);
  CHECK(explanation(advisor->advise(request_about({"a"}))) == "second");
}

TEST_CASE("a wrong answer does not keep others from being asked") {
  World world;
  world.script.answers = {fail(ErrorCode::kInvalidInput, "nonsense"), good("second")};
  const auto advisor = world.budgeted();
  CHECK_FALSE(advisor->advise(request_about({"a"})));
  CHECK(explanation(advisor->advise(request_about({"a"}))) == "second");
}

TEST_CASE("what cannot be counted is not spent") {
  World world;
  world.store = make_advice_store("/dev/null/advice.db");
  world.script.answers = {good("first")};
  CHECK(world.budgeted()->advise(request_about({"a"}))->unavailable.contains("cannot be counted"));
  CHECK(world.script.asked == 0);
}

TEST_CASE("all together: one request, then the store, within the budget") {
  const TemporaryDirectory directory;
  const ScriptedModel model(http_answer(completion(said_about("f1", "clear"))));
  const AdvisorSettings settings{
      .url = model.url(), .model = "small", .key = "", .budget = {.requests = 1, .tokens = 100'000}};
  const auto advisor = make_advisor(settings, directory.path() / "advice.db", [] { return kNow; });
  CHECK(explanation(advisor->advise(request_about({"a"}))) == "clear");
  CHECK(explanation(advisor->advise(request_about({"a"}))) == "clear");
  CHECK(advisor->advise(request_about({"b"}))->unavailable.contains("used up"));
  CHECK(model.requests().size() == 1);
}
