#include "engine/io/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

#include <sys/wait.h>

extern "C" char** environ;  // POSIX declares it nowhere

namespace mlx {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostOutput = 64 * 1024UL;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { close(); }
  [[nodiscard]] int get() const { return number_; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

/// What posix_spawn is told to do in the child before the program runs.
class SpawnActions {
 public:
  SpawnActions() {
    posix_spawn_file_actions_init(&actions_);
    posix_spawnattr_init(&attributes_);
  }
  SpawnActions(const SpawnActions&) = delete;
  SpawnActions& operator=(const SpawnActions&) = delete;
  ~SpawnActions() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  /// A process group of its own, no input, both outputs to one descriptor, every signal as it is by default.
  void prepare(const fs::path& directory, int output) {
    posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    sigset_t all;
    sigset_t none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setpgroup(&attributes_, 0);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }

  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

std::vector<std::string> environment_with(const std::map<std::string, std::string>& settings) {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    if (!settings.contains(std::string(variable.substr(0, variable.find('=')))))
      variables.emplace_back(variable);
  }
  for (const auto& [name, value] : settings) variables.push_back(name + "=" + value);
  return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// Reads until the other end is closed; false if that takes too long.
bool read_all(int descriptor, Clock::time_point end, std::string& output) {
  std::array<char, 8192> buffer{};
  while (true) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    if (left <= 0) return false;
    pollfd wait{.fd = descriptor, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, static_cast<int>(left)) == 0) continue;
    const ssize_t count = ::read(descriptor, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return true;
    output.append(buffer.data(), static_cast<std::size_t>(count));
    if (output.size() > 2 * kMostOutput) output.erase(0, output.size() - kMostOutput);
  }
}

/// Waits for a child that has closed its output; false if it goes on for too long.
bool wait_for(pid_t child, Clock::time_point end, int& status) {
  while (true) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child || (ended < 0 && errno != EINTR)) return true;
    if (Clock::now() > end) return false;
    ::poll(nullptr, 0, 5);
  }
}

}  // namespace

fs::path find_program(const std::string& name) {
  if (name.contains('/')) return ::access(name.c_str(), X_OK) == 0 ? fs::path(name) : fs::path();
  const char* path = std::getenv("PATH");
  std::string_view rest = path == nullptr ? "" : path;
  while (!rest.empty()) {
    const std::string_view directory = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(directory.size() + 1, rest.size()));
    if (!directory.starts_with('/')) continue;  // the current directory is not a place for programs
    fs::path candidate = fs::path(directory) / name;
    std::error_code ignored;
    if (fs::is_regular_file(candidate, ignored) && ::access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

Result<ProgramResult> run_program(const ProgramCall& call) {
  const fs::path program = find_program(call.command.front());
  if (program.empty())
    return fail(ErrorCode::kNotFound, "there is no `" + call.command.front() + "` on PATH");
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return fail(ErrorCode::kIo, std::string("no pipe: ") + std::strerror(errno));
  const Descriptor output(ends[0]);
  Descriptor input(ends[1]);

  SpawnActions actions;
  actions.prepare(call.directory, input.get());
  std::vector<std::string> arguments = call.command;
  std::vector<std::string> variables = environment_with(call.settings);
  pid_t child = 0;
  const int error = ::posix_spawn(&child, program.c_str(), actions.actions(), actions.attributes(),
                                  pointers_to(arguments).data(), pointers_to(variables).data());
  if (error != 0)
    return fail(ErrorCode::kIo, "`" + call.command.front() + "` cannot be run: " + std::strerror(error));
  input.close();

  const Clock::time_point end = Clock::now() + call.deadline;
  ProgramResult result;
  int status = 0;
  const bool has_ended = read_all(output.get(), end, result.output) && wait_for(child, end, status);
  if (!has_ended) {
    ::kill(-child, SIGKILL);
    ::waitpid(child, &status, 0);
    return fail(ErrorCode::kUnavailable, "`" + call.command.front() + "` did not end in " +
                                             std::to_string(call.deadline.count()) + " seconds");
  }
  if (result.output.size() > kMostOutput) result.output.erase(0, result.output.size() - kMostOutput);
  result.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

}  // namespace mlx
