#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace mlx::sqlite {

class Statement;

/// A connection to one SQLite file in WAL mode. For one thread at a time.
class Database {
 public:
  /// Opens the file, or makes it with mode 0600.
  [[nodiscard]] static Result<Database> open(const std::string& path);

  /// Runs one or more statements that give no rows.
  [[nodiscard]] Result<void> execute(const char* sql);
  [[nodiscard]] Result<Statement> prepare(std::string_view sql);
  /// The first column of the first row, or 0.
  [[nodiscard]] Result<std::int64_t> number(std::string_view sql);
  [[nodiscard]] std::int64_t changes() const;

  /// The last failure as kIo: the file as the location, and advice.
  [[nodiscard]] Error failure() const;
  /// Was it that the file holds something else than a sound database?
  [[nodiscard]] bool is_damaged() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  Database(std::unique_ptr<sqlite3, Close> handle, std::string path)
      : handle_(std::move(handle)), path_(std::move(path)) {}

  std::unique_ptr<sqlite3, Close> handle_;
  std::string path_;
};

/// A blob parameter; other text is bound as text.
struct Blob {
  std::string_view bytes;
};

/// The rows of a statement that is running; ends it on destruction.
class Rows {
 public:
  explicit Rows(sqlite3_stmt* statement) : statement_(statement) {}
  Rows(const Rows&) = delete;
  Rows& operator=(const Rows&) = delete;
  ~Rows();

  /// Columns count from 0. NULL reads as 0 or empty.
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::string text(int column) const;
  [[nodiscard]] bool is_null(int column) const;

 private:
  friend class Statement;
  sqlite3_stmt* statement_;
};

/// A prepared statement. Its Database must neither move nor end before it.
class Statement {
 public:
  Statement() = default;

  /// Runs to the end; rows are dropped. Parameters are borrowed for the call.
  template <typename... Values>
  [[nodiscard]] Result<void> run(const Values&... values) {
    const Rows ends(handle_.get());
    bind_all(values...);
    bool row = true;
    while (row) row = MLX_TRY(step());
    return {};
  }

  /// Calls `read(const Rows&)` for each row.
  template <typename Read, typename... Values>
  [[nodiscard]] Result<void> each(Read read, const Values&... values) {
    const Rows rows(handle_.get());
    bind_all(values...);
    while (MLX_TRY(step())) read(rows);
    return {};
  }

 private:
  friend class Database;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  Statement(const Database& database, std::unique_ptr<sqlite3_stmt, Finalize> handle)
      : database_(&database), handle_(std::move(handle)) {}

  template <typename... Values>
  void bind_all(const Values&... values) {
    int index = 0;
    (bind(++index, values), ...);
  }
  void bind(int index, std::int64_t value);
  void bind(int index, std::string_view text);
  void bind(int index, Blob blob);
  [[nodiscard]] Result<bool> step();

  const Database* database_ = nullptr;
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

}  // namespace mlx::sqlite
