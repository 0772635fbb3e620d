#include "engine/io/sqlite_database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <sys/stat.h>

namespace mlx::sqlite {
namespace {

constexpr int kBusyTimeoutMilliseconds = 5000;

/// SQLite would make the file with the process's umask; webhook bodies are nobody else's business.
Result<void> make_private_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (descriptor >= 0) {
    ::close(descriptor);
    return {};
  }
  if (errno == EEXIST) return {};
  return fail(ErrorCode::kIo,
              std::string("cannot make the database: ") + std::strerror(errno) +
                  "; check that its directory exists and belongs to this user",
              {.file = path});
}

std::string advice(int code, const char* detail) {
  const std::string said = std::string(" (SQLite: ") + detail + ")";
  switch (code) {
    case SQLITE_FULL: return "the disk is full; free some space" + said;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another process has held the database for more than 5 seconds; look for a second bot or an "
             "open "
             "sqlite3 shell" +
             said;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return "this is no readable database; stop the bot, keep a copy of the file, and save what is left "
             "with "
             "`sqlite3 FILE .recover`" +
             said;
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return "the database cannot be written; check that the file and its directory belong to this user" +
             said;
    case SQLITE_IOERR: return "the disk reported an error; check the file system" + said;
    default: return "the database failed" + said;
  }
}

/// SQLite takes a null pointer for NULL, and an empty view may hold one.
const char* not_null(std::string_view text) { return text.data() == nullptr ? "" : text.data(); }

}  // namespace

void Database::Close::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Result<Database> Database::open(const std::string& path) {
  MLX_CHECK(make_private_file(path));
  sqlite3* raw = nullptr;
  const int opened =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  Database database(std::unique_ptr<sqlite3, Close>(raw), path);
  if (opened != SQLITE_OK) return std::unexpected(database.failure());
  sqlite3_extended_result_codes(raw, 1);
  sqlite3_busy_timeout(raw, kBusyTimeoutMilliseconds);
  return database;
}

Result<void> Database::execute(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return std::unexpected(failure());
  }
  return {};
}

Result<Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                         &raw, nullptr) != SQLITE_OK) {
    return std::unexpected(failure());
  }
  return Statement(*this, std::unique_ptr<sqlite3_stmt, Statement::Finalize>(raw));
}

Result<std::int64_t> Database::number(std::string_view sql) {
  std::int64_t value = 0;
  auto statement = MLX_TRY(prepare(sql));
  MLX_CHECK(statement.each([&](const Rows& row) { value = row.integer(0); }));
  return value;
}

std::int64_t Database::changes() const { return sqlite3_changes64(handle_.get()); }

Error Database::failure() const {
  if (handle_ == nullptr) return {ErrorCode::kIo, "out of memory", {.file = path_}};
  const int code = sqlite3_errcode(handle_.get()) & 0xFF;
  return {ErrorCode::kIo, advice(code, sqlite3_errmsg(handle_.get())), {.file = path_}};
}

bool Database::is_damaged() const {
  const int code = handle_ == nullptr ? SQLITE_OK : sqlite3_errcode(handle_.get()) & 0xFF;
  return code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
}

Rows::~Rows() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

std::int64_t Rows::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Rows::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return bytes == nullptr ? std::string() : std::string(static_cast<const char*>(bytes), size);
}

bool Rows::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

void Statement::bind(int index, std::int64_t value) { sqlite3_bind_int64(handle_.get(), index, value); }

void Statement::bind(int index, std::string_view text) {
  sqlite3_bind_text64(handle_.get(), index, not_null(text), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}

void Statement::bind(int index, Blob blob) {
  sqlite3_bind_blob64(handle_.get(), index, not_null(blob.bytes), blob.bytes.size(), SQLITE_STATIC);
}

Result<bool> Statement::step() {
  switch (sqlite3_step(handle_.get())) {
    case SQLITE_ROW: return true;
    case SQLITE_DONE: return false;
    default: return std::unexpected(database_->failure());
  }
}

}  // namespace mlx::sqlite
