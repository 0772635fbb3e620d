#include "bot/core/review/review_pull_request.h"

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"
#include "tests/support/failing_snapshot.h"
#include "tests/support/test_registry.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;

namespace {

using Files = std::map<std::string, std::string>;

RepoPath path(const std::string& text) { return RepoPath::parse(text).value(); }

struct World {
  MemorySnapshot catalogue{registry_files(two_components())};
  Registry registry = Registry::open(catalogue, "test").value();
  Registries registries{registry};
  ProjectConfiguration configuration;
  NoIndexCache cache;

  /// A pull request that changes src/money.py.
  Result<PullRequestReview> review(const Snapshot& head) {
    const MemorySnapshot base(shop());
    ChangedFiles changed;
    changed.files.push_back({.path = path("src/money.py")});
    return review_pull_request({.base = base,
                                .head = head,
                                .changed = changed,
                                .configuration = configuration,
                                .registries = registries,
                                .cache = cache});
  }

  static Files shop() {
    return {{"pyproject.toml", "[project]\nname = \"shop\"\n"},
            {"src/money.py", "PRICE = 3\n"},
            {"src/words.py", "WORD = 'a'\n"},
            {"tests/test_money.py", "from src.money import PRICE\n\n\ndef test_it():\n    assert PRICE\n"},
            {"tests/test_words.py", "from src.words import WORD\n\n\ndef test_it():\n    assert WORD\n"}};
  }

  /// A shop whose tests import what configuration names, of which there is much.
  static Files configured(int files) {
    Files shop = World::shop();
    shop["tests/test_all.py"] =
        "import importlib\n\n\ndef test_it(name):\n    importlib.import_module(name)\n";
    for (int i = 0; i < files; ++i)
      shop["conf/" + std::to_string(i) + ".yaml"] = "_target_: src.words.WORD\n";
    return shop;
  }
};

}  // namespace

TEST_CASE("a review counts the tests that a change can affect") {
  const auto review = World().review(MemorySnapshot(World::shop()));
  REQUIRE(review);
  REQUIRE(review->tests);
  CHECK(review->tests->selected_tests == 1);
  CHECK(review->tests->all_tests == 2);
}

TEST_CASE("more than fifty files of configuration are not asked of a forge for one line") {
  CHECK(World().review(MemorySnapshot(World::configured(50)))->tests);
  const auto review = World().review(MemorySnapshot(World::configured(51)));
  REQUIRE(review);
  CHECK_FALSE(review->tests);
}

TEST_CASE("nor are more than fifty documents whose examples a test runs") {
  const auto review_with = [](int documents) {
    Files shop = World::shop();
    shop["tests/test_docs.py"] = "from pytest_examples import find_examples\n\n\ndef test_it():\n    pass\n";
    for (int i = 0; i < documents; ++i) shop["docs/" + std::to_string(i) + ".md"] = "import src.money\n";
    return World().review(MemorySnapshot(shop));
  };
  const auto review = review_with(50);
  REQUIRE(review);
  REQUIRE(review->tests);
  CHECK(review->tests->selected_tests == 2);
  const auto large = review_with(51);
  REQUIRE(large);
  CHECK_FALSE(large->tests);
}

TEST_CASE("names of scripts that are not there cost a review nothing") {
  Files shop = World::shop();
  std::string& test = shop["tests/test_money.py"];
  for (int i = 0; i < 51; ++i) test.append("\nW = 'made/").append(std::to_string(i)).append(".py'\n");
  const auto review = World().review(MemorySnapshot(shop));
  REQUIRE(review);
  REQUIRE(review->tests);
  CHECK(review->tests->selected_tests == 1);
}

TEST_CASE("a file that only the tests' selection reads takes nothing but that from a review") {
  Files files = World::shop();
  files["setup.cfg"] = "[metadata]\nname = shop\n";
  const MemorySnapshot head(files);
  for (const ErrorCode code : {ErrorCode::kRefused, ErrorCode::kInvalidInput}) {
    const auto review = World().review(FailingSnapshot(head, "setup.cfg", code));
    REQUIRE(review);
    CHECK_FALSE(review->tests);
  }
  // Of a forge that is down it cannot be said that it has nothing.
  CHECK(World().review(FailingSnapshot(head, "setup.cfg", ErrorCode::kUnavailable)).error().code ==
        ErrorCode::kUnavailable);
}
