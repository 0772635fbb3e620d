#pragma once

#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bot/secret.h"

namespace mlx::bot {

enum class LogFormat { kText, kJson };
enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// A name and a value that belong to a line: {"repository", "octo/repo"}.
using LogField = std::pair<std::string_view, std::string_view>;
using LogFields = std::initializer_list<LogField>;

/// Writes lines for operators: one line each, whatever is in the message and the values, with
/// the time in UTC. JSON lines are objects with "time", "level", "message" and the fields.
///
/// Registered secrets are replaced by `***` wherever they would appear. Safe from several
/// threads; copies write to the same place and know the same secrets.
class Log {
 public:
  /// Lines below `level` are not written.
  [[nodiscard]] static Log to_stderr(LogFormat format, LogLevel level);
  /// `out` must outlive the log and its copies.
  [[nodiscard]] static Log to_stream(std::ostream& out, LogFormat format, LogLevel level);
  /// Writes nothing.
  [[nodiscard]] static Log to_nowhere();

  /// From now on the value never appears; of one with several lines, none of its lines does.
  void keep_secret(const Secret& secret);

  void debug(std::string_view message, LogFields fields = {}) const {
    write(LogLevel::kDebug, message, fields);
  }
  void info(std::string_view message, LogFields fields = {}) const {
    write(LogLevel::kInfo, message, fields);
  }
  void warning(std::string_view message, LogFields fields = {}) const {
    write(LogLevel::kWarning, message, fields);
  }
  void error(std::string_view message, LogFields fields = {}) const {
    write(LogLevel::kError, message, fields);
  }

 private:
  class Writer;
  explicit Log(std::shared_ptr<Writer> writer) : writer_(std::move(writer)) {}
  void write(LogLevel level, std::string_view message, LogFields fields) const;

  std::shared_ptr<Writer> writer_;
};

/// Adds fields to every line that this thread logs, until it goes: so every line of a job
/// carries its delivery, however deep it comes from.
class LogScope {
 public:
  explicit LogScope(LogFields fields);
  LogScope(const LogScope&) = delete;
  LogScope& operator=(const LogScope&) = delete;
  ~LogScope();

 private:
  std::size_t outer_size_;
};

}  // namespace mlx::bot
