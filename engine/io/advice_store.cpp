#include "engine/io/advice_store.h"

#include <mutex>
#include <utility>

#include "engine/base/digest.h"
#include "engine/io/sqlite_database.h"

namespace mlx {
namespace fs = std::filesystem;
namespace {

using sqlite::Database;
using sqlite::Rows;

constexpr std::int64_t kStoreFormat = 1;
constexpr std::int64_t kDaysKept = 30;

constexpr const char* kSchema =
    "DROP TABLE IF EXISTS answers; DROP TABLE IF EXISTS spending;"
    "CREATE TABLE answers (key TEXT PRIMARY KEY, answer TEXT NOT NULL, digest TEXT NOT NULL, day INTEGER NOT "
    "NULL)"
    " WITHOUT ROWID;"
    "CREATE TABLE spending (day INTEGER PRIMARY KEY, requests INTEGER NOT NULL, tokens INTEGER NOT NULL);"
    "PRAGMA user_version = 1";

/// Days since 1970.
std::int64_t day_of(std::chrono::sys_seconds now) {
  return std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
}

std::string digest_of(std::string_view key, std::string_view answer) {
  return sha256_hex(std::string(key) + "\n" + std::string(answer));
}

class SqliteAdviceStore final : public AdviceStore {
 public:
  explicit SqliteAdviceStore(fs::path file) : file_(std::move(file)) {}

  std::optional<std::string> find(std::string_view key, std::chrono::sys_seconds now) override {
    auto found = with_database<std::optional<std::string>>(
        [&](Database& database) { return read(database, key, now); });
    return found ? *found : std::nullopt;
  }

  void keep(std::string_view key, std::string_view answer, std::chrono::sys_seconds now) override {
    [[maybe_unused]] const auto written = with_database<bool>([&](Database& database) -> Result<bool> {
      const std::int64_t day = day_of(now);
      auto insert = MLX_TRY(database.prepare("INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)"));
      MLX_CHECK(insert.run(key, answer, std::string_view(digest_of(key, answer)), day));
      auto forget = MLX_TRY(database.prepare("DELETE FROM answers WHERE day <= ?"));
      MLX_CHECK(forget.run(day - kDaysKept));
      return true;
    });
  }

  Result<BudgetAnswer> reserve(const AdviceBudget& budget, std::int64_t tokens,
                               std::chrono::sys_seconds now) override {
    if (budget.requests < 1) return BudgetAnswer::kNoRequests;
    if (budget.tokens < tokens) return BudgetAnswer::kNoTokens;
    return with_database<BudgetAnswer>(
        [&](Database& database) { return take(database, budget, tokens, day_of(now)); });
  }

  void give_back(std::int64_t tokens, std::chrono::sys_seconds reserved_at) override {
    [[maybe_unused]] const auto written = with_database<bool>([&](Database& database) -> Result<bool> {
      auto update =
          MLX_TRY(database.prepare("UPDATE spending SET tokens = max(0, tokens - ?) WHERE day = ?"));
      MLX_CHECK(update.run(tokens, day_of(reserved_at)));
      return true;
    });
  }

 private:
  static Result<std::optional<std::string>> read(Database& database, std::string_view key,
                                                 std::chrono::sys_seconds now) {
    std::optional<std::string> answer;
    std::string digest;
    auto select = MLX_TRY(database.prepare("SELECT answer, digest FROM answers WHERE key = ? AND day > ?"));
    MLX_CHECK(select.each(
        [&](const Rows& row) {
          answer = row.text(0);
          digest = row.text(1);
        },
        key, day_of(now) - kDaysKept));
    if (answer && digest_of(key, *answer) != digest) answer.reset();
    return answer;
  }

  /// In one statement, so that nobody comes in between.
  static Result<BudgetAnswer> take(Database& database, const AdviceBudget& budget, std::int64_t tokens,
                                   std::int64_t day) {
    {
      auto statement = MLX_TRY(database.prepare(
          "INSERT INTO spending VALUES (?1, 1, ?2) ON CONFLICT (day) DO UPDATE SET requests = requests + 1,"
          " tokens = tokens + ?2 WHERE requests + 1 <= ?3 AND tokens + ?2 <= ?4"));
      MLX_CHECK(statement.run(day, tokens, budget.requests, budget.tokens));
    }
    if (database.changes() > 0) return BudgetAnswer::kGranted;
    auto select = MLX_TRY(database.prepare("SELECT requests FROM spending WHERE day = ?"));
    std::int64_t requests = 0;
    MLX_CHECK(select.each([&](const Rows& row) { requests = row.integer(0); }, day));
    return requests >= budget.requests ? BudgetAnswer::kNoRequests : BudgetAnswer::kNoTokens;
  }

  /// Calls `use(Database&)`; if it fails because the file is damaged, again with a new one.
  template <typename T, typename Use>
  Result<T> with_database(Use use) {
    const std::scoped_lock lock(mutex_);
    auto result = try_with_database<T>(use);
    if (result || !is_damaged_) return result;
    database_.reset();
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(file_.string() + suffix, ignored);
    return try_with_database<T>(use);
  }

  template <typename T, typename Use>
  Result<T> try_with_database(Use& use) {
    is_damaged_ = false;
    if (!database_) MLX_CHECK(open());
    auto result = use(*database_);
    is_damaged_ = !result && database_->is_damaged();
    return result;
  }

  Result<void> open() {
    std::error_code ignored;
    if (file_.has_parent_path()) fs::create_directories(file_.parent_path(), ignored);
    database_ = std::make_unique<Database>(MLX_TRY(Database::open(file_.string())));
    auto prepared = prepare(*database_);
    if (!prepared) {
      is_damaged_ = database_->is_damaged();
      database_.reset();
    }
    return prepared;
  }

  static Result<void> prepare(Database& database) {
    MLX_CHECK(database.execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cell_size_check = ON"));
    if (MLX_TRY(database.number("PRAGMA user_version")) == kStoreFormat) return {};
    MLX_CHECK(database.execute("BEGIN IMMEDIATE"));
    // Another process may have done it meanwhile.
    if (MLX_TRY(database.number("PRAGMA user_version")) != kStoreFormat) MLX_CHECK(database.execute(kSchema));
    return database.execute("COMMIT");
  }

  const fs::path file_;
  std::mutex mutex_;
  std::unique_ptr<Database> database_;
  bool is_damaged_ = false;
};

}  // namespace

std::unique_ptr<AdviceStore> make_advice_store(fs::path file) {
  return std::make_unique<SqliteAdviceStore>(std::move(file));
}

}  // namespace mlx
