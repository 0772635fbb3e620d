#include "tests/bot/crash/child_bot.h"

#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include <sys/wait.h>

ChildBot::ChildBot(const ChildBotOptions& options) {
  const std::array<std::string, 9> texts = {MLX_CRASH_BOT,
                                            std::to_string(options.port),
                                            options.database.string(),
                                            options.api_url,
                                            options.token,
                                            options.secret,
                                            options.fuse,
                                            std::to_string(options.clock_offset_seconds),
                                            options.registry};
  std::vector<char*> arguments;
  for (const std::string& text : texts) arguments.push_back(const_cast<char*>(text.c_str()));  // NOLINT
  arguments.push_back(nullptr);
  std::array<int, 2> pipe{};
  if (::pipe(pipe.data()) != 0) throw std::runtime_error("pipe failed");
  process_ = ::fork();
  if (process_ < 0) throw std::runtime_error("fork failed");
  if (process_ == 0) {
    ::dup2(pipe[1], STDOUT_FILENO);
    ::close(pipe[0]);
    ::close(pipe[1]);
    ::execv(MLX_CRASH_BOT, arguments.data());
    std::_Exit(127);
  }
  ::close(pipe[1]);
  output_ = pipe[0];
  const std::string line = read_line();
  if (!line.empty()) port_ = std::stoi(line);
}

ChildBot::~ChildBot() {
  if (process_ > 0) {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }
  ::close(output_);
}

bool ChildBot::is_dead() {
  if (process_ < 0) return true;
  if (::waitpid(process_, nullptr, WNOHANG) != process_) return false;
  process_ = -1;
  return true;
}

long ChildBot::stop() {
  ::kill(process_, SIGTERM);
  const std::string line = read_line();
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
  return line.empty() ? -1 : std::stol(line);
}

std::string ChildBot::read_line() const {
  std::string line;
  char c = 0;
  while (::read(output_, &c, 1) == 1 && c != '\n') line += c;
  return line;
}
