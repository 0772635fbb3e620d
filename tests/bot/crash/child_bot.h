#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <sys/types.h>

/// What a crash_bot is started with; see crash_bot.cpp.
struct ChildBotOptions {
  int port = 0;
  std::filesystem::path database;
  std::string api_url;
  std::string token;
  std::string secret;
  std::string fuse = "none";
  int clock_offset_seconds = 0;
  std::string registry = "builtin";
};

/// A crash_bot process. It is listening when start() returns, unless it has died already.
class ChildBot {
 public:
  explicit ChildBot(const ChildBotOptions& options);
  ChildBot(const ChildBot&) = delete;
  ChildBot& operator=(const ChildBot&) = delete;
  ~ChildBot();

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] bool is_dead();
  /// Stops it in order; returns how many effects it had.
  [[nodiscard]] long stop();

 private:
  [[nodiscard]] std::string read_line() const;

  pid_t process_ = -1;
  int output_ = -1;
  int port_ = 0;
};
