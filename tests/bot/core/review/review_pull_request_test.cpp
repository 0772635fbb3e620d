#include "bot/core/review/review_pull_request.h"

#include <catch2/catch.hpp>

#include "engine/index/memory_snapshot.h"
#include "tests/support/test_registry.h"

using namespace mlx;
using namespace mlx::bot;
using namespace mlx::testing;

namespace {

using Files = std::map<std::string, std::string>;

RepoPath path(const std::string& text) { return RepoPath::parse(text).value(); }

/// A snapshot in which one file cannot be read.
class FailingAt final : public Snapshot {
 public:
  FailingAt(const Snapshot& files, std::string broken, ErrorCode code)
      : files_(files), broken_(std::move(broken)), code_(code) {}
  [[nodiscard]] Result<EntryKind> kind(const RepoPath& path) const override { return files_.kind(path); }
  [[nodiscard]] Result<std::string> read(const RepoPath& path) const override {
    if (path.str() == broken_) return fail(code_, "it cannot be read");
    return files_.read(path);
  }
  [[nodiscard]] Result<std::vector<Entry>> children(std::string_view directory) const override {
    return files_.children(directory);
  }

 private:
  const Snapshot& files_;
  std::string broken_;
  ErrorCode code_;
};

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

TEST_CASE("a file that only the tests' selection reads takes nothing but that from a review") {
  Files files = World::shop();
  files["setup.cfg"] = "[metadata]\nname = shop\n";
  const MemorySnapshot head(files);
  for (const ErrorCode code : {ErrorCode::kRefused, ErrorCode::kInvalidInput}) {
    const auto review = World().review(FailingAt(head, "setup.cfg", code));
    REQUIRE(review);
    CHECK_FALSE(review->tests);
  }
  // Of a forge that is down it cannot be said that it has nothing.
  CHECK(World().review(FailingAt(head, "setup.cfg", ErrorCode::kUnavailable)).error().code ==
        ErrorCode::kUnavailable);
}
