#include "engine/advise/recommend.h"

#include <algorithm>

#include <catch2/catch.hpp>

#include "engine/advise/project_signals.h"
#include "engine/advise/words.h"
#include "engine/index/memory_snapshot.h"

using namespace mlx;

namespace {

const std::string kRetry =
    "import time\n\n\ndef fetch():\n    for attempt in range(3):\n        try:\n            return get()\n"
    "        except OSError:\n            time.sleep(1)\n";
const std::string kCache =
    "_cache = {}\n\n\ndef load(key):\n    if key not in _cache:\n        _cache[key] = read(key)\n    return "
    "_cache[key]\n";

ComponentProfile component(const std::string& name, const std::string& title,
                           const std::vector<std::string>& symbols,
                           const std::vector<std::string>& distributions = {}) {
  Component made;
  made.name = name;
  made.title = title;
  made.version = Version::parse("1.2.0").value();
  for (const std::string& symbol : symbols) made.provides.symbols.push_back({.name = "src." + symbol});
  for (const std::string& distribution : distributions) {
    made.requirements.distributions.push_back({.name = distribution});
  }
  return profile_of(made, {.registry = "", .name = name}, {});
}

const ComponentProfile kRetries = component("retries", "Retries", {"retry.call_with_retry"});
const ComponentProfile kCaches = component("caches", "Caches", {"cache.TtlCache"});

struct Asked {
  std::map<std::string, std::string> files;
  std::vector<ComponentProfile> components = {kRetries, kCaches};
  Lock lock = {};
  std::vector<std::string> ignored = {};
  RecommendOptions options = {};
};

std::vector<Recommendation> answer(const Asked& asked) {
  const MemorySnapshot files(asked.files);
  NoIndexCache cache;
  const auto index = RepoIndex::build(files, cache, {""});
  REQUIRE(index);
  std::vector<IgnoreRule> rules;
  for (const std::string& rule : asked.ignored) rules.push_back(IgnoreRule::parse(rule).value());
  return recommend(*index, asked.components, asked.lock, rules, asked.options);
}

std::vector<std::string> names(const Asked& asked) {
  std::vector<std::string> found;
  for (const Recommendation& recommendation : answer(asked)) found.push_back(recommendation.component);
  return found;
}

using Strings = std::vector<std::string>;

Lock lock_with(const std::string& name, const std::string& file = "") {
  Lock lock;
  lock.components[name].version = Version::parse("1.0.0").value();
  if (!file.empty())
    lock.components[name].files.emplace(file, LockedFile{.base = BlobId::of(""), .source = ""});
  return lock;
}

}  // namespace

TEST_CASE("a recommendation says what, where, why and how") {
  const auto found = answer({.files = {{"app/client.py", kRetry}}});
  REQUIRE(found.size() == 1);
  CHECK(found[0].component == "retries");
  CHECK(found[0].title == "Retries");
  CHECK(found[0].command == "mlx add retries");
  CHECK(found[0].score >= 0.6);
  CHECK(found[0].score <= 1);
  REQUIRE(found[0].evidence.size() == 1);
  CHECK(found[0].evidence[0].place == Evidence{.file = "app/client.py", .line = 5});
  CHECK(found[0].reason.find("call_with_retry") != std::string::npos);
}

TEST_CASE("the most useful comes first, and no more than are asked for") {
  const std::map<std::string, std::string> files = {{"a.py", kRetry}, {"b.py", kRetry}, {"c.py", kCache}};
  CHECK(names({.files = files}) == Strings{"retries", "caches"});
  RecommendOptions one;
  one.limit = 1;
  CHECK(names({.files = files, .options = one}) == Strings{"retries"});
  RecommendOptions none;
  none.limit = 0;
  CHECK(names({.files = files, .options = none}).empty());
  RecommendOptions strict;
  strict.threshold = 1.0;
  CHECK(names({.files = files, .options = strict}).empty());
}

TEST_CASE("what is installed or ignored is not recommended") {
  const std::map<std::string, std::string> files = {{"a.py", kRetry}};
  CHECK(names({.files = files, .lock = lock_with("retries")}).empty());
  CHECK(names({.files = files, .ignored = {"retries"}}).empty());
  CHECK(names({.files = files, .ignored = {"retries@1.x"}}).empty());
  CHECK(names({.files = files, .ignored = {"retries@2.x"}}) == Strings{"retries"});
}

TEST_CASE("nor is another component that does what an installed one does") {
  const auto other = component("more-retries", "More retries", {"more.retry_forever"});
  CHECK(names({.files = {{"a.py", kRetry}}, .components = {kRetries, other}}).size() == 1);
  CHECK(
      names({.files = {{"a.py", kRetry}}, .components = {kRetries, other}, .lock = lock_with("more-retries")})
          .empty());
}

TEST_CASE("a library that the project has does it already") {
  CHECK(names({.files = {{"a.py", kRetry}, {"b.py", "import tenacity\n"}}}).empty());
  CHECK(names({.files = {{"a.py", kRetry}, {"b.py", "import cachetools\n"}}}) == Strings{"retries"});
}

TEST_CASE("a project that is such a library itself needs no other") {
  CHECK(names({.files = {{"shop/__init__.py", ""}, {"a.py", "import shop\n" + kRetry}}}) ==
        Strings{"retries"});
  CHECK(names({.files = {{"tenacity/__init__.py", ""}, {"a.py", "import tenacity\n" + kRetry}}}).empty());
  // A module of that name may be what is written by hand.
  CHECK(names({.files = {{"retry.py", kRetry}, {"a.py", "import retry\n"}}}) == Strings{"retries"});
}

TEST_CASE("tests, examples, tools and injected files show nothing") {
  for (const char* path : {"tests/a.py", "src/pkg/tests/a.py", "test_a.py", "a_test.py", "conftest.py",
                           "setup.py", "docs/a.py", "examples/a.py", "scripts/a.py", "src/_vendor/a.py"}) {
    CAPTURE(path);
    CHECK_FALSE(is_service_code(path));
    CHECK(names({.files = {{path, kRetry}}}).empty());
  }
  for (const char* path : {"a.py", "src/pkg/attest/a.py", "src/contest.py"}) CHECK(is_service_code(path));
  CHECK(names({.files = {{"a.py", kRetry}}, .lock = lock_with("other", "a.py")}).empty());
}

TEST_CASE("a scope leaves only what stands in its lines") {
  const std::map<std::string, std::string> files = {{"a.py", kRetry}, {"b.py", kCache}};
  RecommendOptions options;
  options.scope = Scope{.files = {{"b.py", {}}}};
  CHECK(names({.files = files, .options = options}) == Strings{"caches"});
  options.scope = Scope{.files = {{"a.py", {{.first = 9, .last = 12}}}}};
  CHECK(names({.files = files, .options = options}) == Strings{"retries"});
  options.scope = Scope{.files = {{"a.py", {{.first = 1, .last = 4}, {.first = 10, .last = 12}}}}};
  CHECK(names({.files = files, .options = options}).empty());
  options.scope = Scope{};
  CHECK(names({.files = files, .options = options}).empty());
}

TEST_CASE("a component for web services only takes the place of code of that framework") {
  const auto web = component("web-retries", "Web retries", {"web.retry_requests"}, {"fastapi"});
  CHECK(names({.files = {{"a.py", kRetry}}, .components = {web}}).empty());
  CHECK(names({.files = {{"a.py", "import flask\n" + kRetry}}, .components = {web}}).empty());
  CHECK(names({.files = {{"a.py", "import fastapi\n" + kRetry}}, .components = {web}}) ==
        Strings{"web-retries"});
}

TEST_CASE("nothing to go on is no error") {
  CHECK(names({.files = {}}).empty());
  CHECK(names({.files = {{"a.py", kRetry}}, .components = {}}).empty());
  CHECK(names({.files = {{"a.py", "def broken(:\n\xff\xfe"}}}).empty());
}

TEST_CASE("a component must name a matter in its texts and in its symbols") {
  CHECK(component("x", "Retries", {"retry.call"}).answers.empty());
  CHECK(component("x", "Retries", {"call_with_retry"}).answers.contains(PracticeKind::kRetryLoop));
  CHECK(component("x", "Clients", {"call_with_retry"}).answers.empty());
  CHECK(component("x", "Caches", {"TtlCache"}).answers.at(PracticeKind::kCache).symbols ==
        Strings{"TtlCache"});
}

TEST_CASE("words are alike whatever their endings and however they are joined") {
  CHECK(words_of("RateLimiter.try_acquire") == words_of("rate limiting, trying acquires"));
  CHECK(words_of("caches cached caching Cache") == Strings(4, "cach"));
  CHECK(words_of("HTTPServer") == Strings{"http", "serv"});
  CHECK(words_of("retries retry") == Strings{"retry", "retry"});
  CHECK(words_of("x 42 _").empty());
}

TEST_CASE("texts are ranked by the rare words that they share with a question") {
  std::vector<WordCounts> texts(3);
  count_words("cache of values with time to live", texts[0]);
  count_words("retry of calls with backoff", texts[1]);
  count_words("values of calls", texts[2]);
  const NameRanking ranking(texts);
  WordCounts question;
  count_words("def retry_with_backoff", question);
  const auto scores = ranking.scores(question);
  CHECK(scores[1] > scores[0]);
  CHECK(scores[1] > scores[2]);
  CHECK(scores[1] < 1);
  CHECK(ranking.scores(texts[1])[1] == Approx(1));
  CHECK(ranking.scores({})[1] == 0);
  CHECK(ranking.shared(1, question, 1) == words_of("backoff"));
  CHECK(NameRanking({}).scores(question).empty());
}
