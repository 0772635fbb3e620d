#include "engine/io/advice_store.h"

#include <atomic>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include <catch2/catch.hpp>

#include "engine/io/sqlite_database.h"
#include "tests/support/temporary_directory.h"

using namespace mlx;
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1'774'746'000)};  // 2026-03-29T01:00:00Z
constexpr std::chrono::days kDay{1};

void overwrite(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

void change_row(const fs::path& file, const char* sql) {
  auto database = sqlite::Database::open(file.string());
  REQUIRE(database);
  REQUIRE(database->execute(sql));
}

}  // namespace

TEST_CASE("an answer is kept for thirty days, across processes") {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / "deep" / "advice.db";
  make_advice_store(file)->keep("key", std::string("an\0swer", 7), kNow);
  const auto store = make_advice_store(file);
  CHECK(store->find("key", kNow) == std::string("an\0swer", 7));
  CHECK(store->find("key", kNow + 29 * kDay).has_value());
  CHECK_FALSE(store->find("key", kNow + 30 * kDay));
  CHECK_FALSE(store->find("other", kNow));
  CHECK((fs::status(file).permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write));
}

TEST_CASE("a later answer replaces the earlier, and old ones go") {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / "advice.db";
  const auto store = make_advice_store(file);
  store->keep("key", "one", kNow);
  store->keep("key", "two", kNow);
  CHECK(store->find("key", kNow) == "two");
  store->keep("new", "three", kNow + 40 * kDay);
  CHECK(sqlite::Database::open(file.string())->number("SELECT count(*) FROM answers") == 1);
}

TEST_CASE("an answer of which a bit has changed is none") {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / "advice.db";
  make_advice_store(file)->keep("key", "answer", kNow);
  make_advice_store(file)->keep("other", "another", kNow);
  const char* const change =
      GENERATE("UPDATE answers SET answer = 'Answer'", "UPDATE answers SET digest = ''",
               "UPDATE answers SET key = CASE key WHEN 'key' THEN 'x' ELSE 'key' END");
  change_row(file, change);
  CHECK_FALSE(make_advice_store(file)->find("key", kNow));
}

TEST_CASE("a file that is no database is begun anew") {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / "advice.db";
  overwrite(file, std::string(5'000, 'x'));
  const auto store = make_advice_store(file);
  CHECK_FALSE(store->find("key", kNow));
  store->keep("key", "answer", kNow);
  CHECK(store->find("key", kNow) == "answer");
  CHECK(store->reserve({.requests = 1, .tokens = 10}, 10, kNow).value() == BudgetAnswer::kGranted);
}

TEST_CASE("a database with broken pages is begun anew") {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / "advice.db";
  {
    const auto store = make_advice_store(file);
    for (int i = 0; i < 200; ++i) store->keep("key" + std::to_string(i), std::string(500, 'a'), kNow);
  }
  std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
  bytes.seekp(4'096);
  bytes << std::string(60'000, '\xA5');
  bytes.close();
  const auto store = make_advice_store(file);
  for (int i = 0; i < 200; ++i)
    CHECK_FALSE(store->find("key" + std::to_string(i), kNow).value_or("").contains('\xA5'));
  store->keep("key", "answer", kNow);
  CHECK(store->find("key", kNow) == "answer");
}

TEST_CASE("a store of another format is begun anew") {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / "advice.db";
  change_row(file, "CREATE TABLE answers (x); CREATE TABLE spending (y); PRAGMA user_version = 99");
  const auto store = make_advice_store(file);
  store->keep("key", "answer", kNow);
  CHECK(store->find("key", kNow) == "answer");
}

TEST_CASE("a store that cannot be written keeps nothing and grants nothing") {
  const TemporaryDirectory directory;
  overwrite(directory.path() / "file", "");
  const auto store = make_advice_store(directory.path() / "file" / "advice.db");
  store->keep("key", "answer", kNow);
  store->give_back(1, kNow);
  CHECK_FALSE(store->find("key", kNow));
  CHECK_FALSE(store->reserve({.requests = 1, .tokens = 10}, 10, kNow));
}

TEST_CASE("a day has so many requests and tokens, and the next day has them again") {
  const TemporaryDirectory directory;
  const auto store = make_advice_store(directory.path() / "advice.db");
  const AdviceBudget budget{.requests = 3, .tokens = 100};
  CHECK(store->reserve(budget, 60, kNow).value() == BudgetAnswer::kGranted);
  CHECK(store->reserve(budget, 60, kNow).value() == BudgetAnswer::kNoTokens);
  CHECK(store->reserve(budget, 40, kNow).value() == BudgetAnswer::kGranted);
  store->give_back(50, kNow);
  CHECK(store->reserve(budget, 50, kNow).value() == BudgetAnswer::kGranted);
  store->give_back(100, kNow);
  CHECK(store->reserve(budget, 1, kNow).value() == BudgetAnswer::kNoRequests);
  // 01:00 it was: the day ends 23 hours later.
  CHECK(store->reserve(budget, 1, kNow + std::chrono::hours(22)).value() == BudgetAnswer::kNoRequests);
  CHECK(store->reserve(budget, 1, kNow + std::chrono::hours(23)).value() == BudgetAnswer::kGranted);
}

TEST_CASE("more may be taken than was reserved, and not more given back than was taken") {
  const TemporaryDirectory directory;
  const auto store = make_advice_store(directory.path() / "advice.db");
  const AdviceBudget budget{.requests = 9, .tokens = 100};
  CHECK(store->reserve(budget, 10, kNow).value() == BudgetAnswer::kGranted);
  store->give_back(-80, kNow);
  CHECK(store->reserve(budget, 20, kNow).value() == BudgetAnswer::kNoTokens);
  store->give_back(1'000, kNow);
  CHECK(store->reserve(budget, 100, kNow).value() == BudgetAnswer::kGranted);
  CHECK(store->reserve(budget, 1, kNow).value() == BudgetAnswer::kNoTokens);
}

TEST_CASE("a budget of nothing grants nothing") {
  const TemporaryDirectory directory;
  const auto store = make_advice_store(directory.path() / "advice.db");
  CHECK(store->reserve({.requests = 0, .tokens = 100}, 1, kNow).value() == BudgetAnswer::kNoRequests);
  CHECK(store->reserve({.requests = 1, .tokens = 0}, 1, kNow).value() == BudgetAnswer::kNoTokens);
}

TEST_CASE("many at once do not spend more than there is") {
  const TemporaryDirectory directory;
  const fs::path file = directory.path() / "advice.db";
  std::vector<std::unique_ptr<AdviceStore>> stores;  // each as another process would have it
  stores.reserve(3);
  for (int i = 0; i < 3; ++i) stores.push_back(make_advice_store(file));
  std::atomic<int> granted = 0;
  std::atomic<int> failed = 0;
  std::vector<std::jthread> threads;
  threads.reserve(6);
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 20; ++k) {
        const auto answer = stores[static_cast<std::size_t>(i) % stores.size()]->reserve(
            {.requests = 50, .tokens = 1'000}, 1, kNow);
        if (!answer) ++failed;
        if (answer && *answer == BudgetAnswer::kGranted) ++granted;
      }
    });
  }
  threads.clear();
  CHECK(failed == 0);
  CHECK(granted == 50);
}
