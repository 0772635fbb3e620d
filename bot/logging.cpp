#include "bot/logging.h"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <shared_mutex>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

namespace mlx::bot {
namespace {

/// The lines of a private key are secrets too; shorter ones may be words.
constexpr std::size_t kShortestSecretLine = 16;

std::vector<std::pair<std::string, std::string>>& scope_fields() {
  thread_local std::vector<std::pair<std::string, std::string>> fields;
  return fields;
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return spdlog::level::debug;
    case LogLevel::kInfo: return spdlog::level::info;
    case LogLevel::kWarning: return spdlog::level::warn;
    case LogLevel::kError: return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return "debug";
    case LogLevel::kInfo: return "info";
    case LogLevel::kWarning: return "warning";
    case LogLevel::kError: return "error";
  }
  return "error";
}

/// RFC 3339 in UTC with milliseconds.
std::string timestamp() {
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), (now - seconds).count());
}

std::string json_quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// One line without anything that a terminal would obey.
std::string printable(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      line += "\\n";
    } else if (byte < 0x20 || byte == 0x7F) {
      fmt::format_to(std::back_inserter(line), "\\x{:02x}", byte);
    } else {
      line += c;
    }
  }
  return line;
}

/// Bare if it is one word, else quoted, so that no value looks like another field.
std::string text_value(std::string_view value) {
  const bool is_word = !value.empty() && std::ranges::all_of(value, [](char c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '=' && c != '\\';
  });
  return is_word ? std::string(value) : json_quoted(value);
}

void replace_all(std::string& text, std::string_view what) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 3)) {
    text.replace(at, what.size(), "***");
  }
}

}  // namespace

class Log::Writer {
 public:
  Writer(spdlog::sink_ptr sink, LogFormat format, LogLevel level)
      : logger_("mlx", std::move(sink)), format_(format) {
    logger_.set_formatter(
        std::make_unique<spdlog::pattern_formatter>("%v", spdlog::pattern_time_type::utc, "\n"));
    logger_.set_level(spdlog_level(level));
    logger_.flush_on(spdlog::level::debug);
  }

  void keep_secret(std::string_view value) {
    const std::unique_lock lock(mutex_);
    add(value);
    if (!value.contains('\n')) return;
    add(escaped_line_ends(value));
    while (!value.empty()) {
      const auto line = value.substr(0, value.find('\n'));
      if (line.size() >= kShortestSecretLine && !line.starts_with("-----")) add(line);
      value.remove_prefix(std::min(line.size() + 1, value.size()));
    }
  }

  void write(LogLevel level, std::string_view message, LogFields fields) {
    if (!logger_.should_log(spdlog_level(level))) return;
    logger_.log(spdlog_level(level),
                spdlog::string_view_t(format_ == LogFormat::kJson ? json_line(level, message, fields)
                                                                  : text_line(level, message, fields)));
  }

 private:
  static std::string escaped_line_ends(std::string_view value) {
    std::string text;
    for (const char c : value) c == '\n' ? text += "\\n" : text += c;
    return text;
  }

  void add(std::string_view value) {
    if (value.empty()) return;
    secrets_.emplace_back(std::string(value));
    // The longest first: one may be a part of another.
    std::ranges::stable_sort(secrets_, std::greater(),
                             [](const Secret& secret) { return secret.reveal().size(); });
  }

  std::string redacted(std::string_view text) const {
    std::string copy(text);
    const std::shared_lock lock(mutex_);
    for (const Secret& secret : secrets_) replace_all(copy, secret.reveal());
    return copy;
  }

  std::string json_line(LogLevel level, std::string_view message, LogFields fields) const {
    std::string line = fmt::format(R"({{"time":"{}","level":"{}","message":{})", timestamp(), name_of(level),
                                   json_quoted(redacted(message)));
    const auto append = [&](std::string_view name, std::string_view value) {
      fmt::format_to(std::back_inserter(line), ",{}:{}", json_quoted(name), json_quoted(redacted(value)));
    };
    for (const auto& [name, value] : scope_fields()) append(name, value);
    for (const auto& [name, value] : fields) append(name, value);
    return line + "}";
  }

  std::string text_line(LogLevel level, std::string_view message, LogFields fields) const {
    std::string line = fmt::format("{} {:<7} {}", timestamp(), name_of(level), printable(redacted(message)));
    const auto append = [&](std::string_view name, std::string_view value) {
      fmt::format_to(std::back_inserter(line), " {}={}", name, text_value(redacted(value)));
    };
    for (const auto& [name, value] : scope_fields()) append(name, value);
    for (const auto& [name, value] : fields) append(name, value);
    return line;
  }

  spdlog::logger logger_;
  LogFormat format_;
  mutable std::shared_mutex mutex_;
  std::vector<Secret> secrets_;
};

Log Log::to_stderr(LogFormat format, LogLevel level) {
  return Log(std::make_shared<Writer>(std::make_shared<spdlog::sinks::stderr_sink_mt>(), format, level));
}

Log Log::to_stream(std::ostream& out, LogFormat format, LogLevel level) {
  return Log(std::make_shared<Writer>(std::make_shared<spdlog::sinks::ostream_sink_mt>(out), format, level));
}

Log Log::to_nowhere() {
  return Log(std::make_shared<Writer>(std::make_shared<spdlog::sinks::null_sink_mt>(), LogFormat::kText,
                                      LogLevel::kError));
}

void Log::keep_secret(const Secret& secret) { writer_->keep_secret(secret.reveal()); }

void Log::write(LogLevel level, std::string_view message, LogFields fields) const {
  writer_->write(level, message, fields);
}

LogScope::LogScope(LogFields fields) : outer_size_(scope_fields().size()) {
  for (const auto& [name, value] : fields) scope_fields().emplace_back(name, value);
}

LogScope::~LogScope() { scope_fields().resize(outer_size_); }

}  // namespace mlx::bot
