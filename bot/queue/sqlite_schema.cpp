#include "bot/queue/sqlite_schema.h"

#include <tuple>

namespace mlx::bot {
namespace {

constexpr std::int64_t kApplicationId = 0x4D4C5851;  // "MLXQ"
constexpr std::int64_t kSchemaVersion = 1;

/// The page size is fixed with the first table. Of 2, 4, 8 and 16 KB, 4 KB cost the least CPU for
/// webhooks of 12 KB: larger pages make for fewer writes, but of many more bytes.
constexpr const char* kSettings =
    "PRAGMA page_size = 4096;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA cache_size = -2048;"
    "PRAGMA temp_store = MEMORY;"
    // 16 MB: pages that are written again and again are copied into the file less often.
    "PRAGMA wal_autocheckpoint = 4000;"
    "PRAGMA journal_size_limit = 67108864;";

/// A delivery's row hardly changes, since its body would be written again; what changes while it is
/// worked on is in `jobs`, which has rows for unfinished ones only. Storing a delivery touches no
/// index but the one on its id. Times are milliseconds since 1970.
constexpr const char* kSchema =
    "CREATE TABLE deliveries ("
    "  id INTEGER PRIMARY KEY,"  // rises with the order of arrival
    "  delivery TEXT NOT NULL,"
    "  forge TEXT NOT NULL,"
    "  event TEXT NOT NULL,"
    "  received_at INTEGER NOT NULL,"
    "  finished_at INTEGER,"  // NULL while there is a job
    "  outcome TEXT,"
    "  reason TEXT,"  // for being given up
    "  body BLOB);"   // NULL once completed
    "CREATE UNIQUE INDEX deliveries_by_id ON deliveries (delivery, forge);"
    "CREATE INDEX deliveries_completed ON deliveries (finished_at)"
    "  WHERE finished_at IS NOT NULL AND outcome <> 'dead';"
    "CREATE INDEX deliveries_dead ON deliveries (id) WHERE outcome = 'dead';"
    "CREATE TABLE jobs ("
    "  id INTEGER PRIMARY KEY,"  // of the delivery
    "  received_at INTEGER NOT NULL,"
    "  state INTEGER NOT NULL DEFAULT 0,"       // 0 waiting, 1 running
    "  attempt INTEGER NOT NULL DEFAULT 0,"     // how often it was claimed, as far as that counts
    "  not_before INTEGER NOT NULL DEFAULT 0,"  // while waiting
    "  lease INTEGER NOT NULL DEFAULT 0,"       // rises with every claim
    "  lease_until INTEGER NOT NULL DEFAULT 0,"
    "  repository TEXT,"  // NULL: not known yet; empty: about none
    "  reason TEXT);"     // of the last retry
    "CREATE INDEX jobs_running ON jobs (lease_until) WHERE state = 1;"
    "CREATE INDEX jobs_of_repository ON jobs (repository, id) WHERE repository IS NOT NULL;"
    "CREATE TABLE outcomes (outcome TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;"
    "PRAGMA application_id = 1296848977;"
    "PRAGMA user_version = 1;";

Result<void> check_owner(sqlite::Database& database, const std::string& path) {
  const auto tables = MLX_TRY(database.number("SELECT count(*) FROM sqlite_schema"));
  if (tables == 0) return {};
  // After the tables were seen: they are made in one transaction with these.
  const auto application = MLX_TRY(database.number("PRAGMA application_id"));
  const auto version = MLX_TRY(database.number("PRAGMA user_version"));
  if (application != kApplicationId) {
    return fail(ErrorCode::kRefused, "this is a SQLite database, but not an MLX queue; name another file",
                {.file = path});
  }
  if (version > kSchemaVersion) {
    return fail(ErrorCode::kRefused,
                "the queue has schema version " + std::to_string(version) + ", and this MLX knows " +
                    std::to_string(kSchemaVersion) + "; use the newer MLX that wrote it",
                {.file = path});
  }
  return {};
}

Result<void> create_if_empty(sqlite::Database& database) {
  const auto tables = MLX_TRY(database.number("SELECT count(*) FROM sqlite_schema"));
  if (tables != 0) return {};
  return database.execute(kSchema);
}

}  // namespace

Result<void> prepare_schema(sqlite::Database& database, const std::string& path) {
  MLX_CHECK(check_owner(database, path));
  MLX_CHECK(database.execute(kSettings));
  MLX_CHECK(database.execute("PRAGMA journal_mode = WAL"));
  // Two processes may start at once on a new file: one makes the tables, the other finds them.
  MLX_CHECK(database.execute("BEGIN IMMEDIATE"));
  const auto created = create_if_empty(database);
  if (!created) {
    std::ignore = database.execute("ROLLBACK");
    return created;
  }
  return database.execute("COMMIT");
}

}  // namespace mlx::bot
