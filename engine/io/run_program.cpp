#include "engine/io/run_program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <string_view>
#include <utility>

#include <sys/wait.h>

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

std::vector<std::string> environment_of(const ProgramCall& call) {
  std::vector<std::string> variables;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view variable = *entry;
    const std::string name(variable.substr(0, variable.find('=')));
    if (!call.settings.contains(name) && (!call.passes || call.passes(name)))
      variables.emplace_back(variable);
  }
  for (const auto& [name, value] : call.settings)
    variables.push_back(std::string(name).append("=").append(value));
  return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

constexpr std::chrono::milliseconds kLook{50};

/// Keeps signals that ask this process to end until a child was told of them: it has a process group of its
/// own, which the terminal knows nothing of.
class HeldSignals {
 public:
  HeldSignals() {
    sigemptyset(&held_);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&held_, number);
    pthread_sigmask(SIG_BLOCK, &held_, &before_);
  }
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  ~HeldSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  /// The one that has come; 0 if none has.
  [[nodiscard]] int take() const {
    const timespec at_once{};
    return std::max(0, ::sigtimedwait(&held_, nullptr, &at_once));
  }

 private:
  sigset_t held_{};
  sigset_t before_{};
};

/// A child and the end of its output, until both are done.
class Child {
 public:
  Child(pid_t process, int output) : process_(process), output_(output) {}

  /// Reads and waits until it has ended; what it leaves running does not count. False if that takes too long.
  /// kIo if its end cannot be seen.
  Result<bool> run(Clock::time_point end, const HeldSignals& signals) {
    while (true) {
      read_some(kLook);
      const pid_t ended = ::waitpid(process_, &status_, WNOHANG);
      if (ended == process_) {
        while (read_some(std::chrono::milliseconds(0))) {
        }
        return true;
      }
      if (ended < 0 && errno != EINTR)
        return fail(ErrorCode::kIo, std::string("a program's end cannot be seen: ") + std::strerror(errno));
      if (const int number = signals.take(); number != 0) {
        stop(number);
        static_cast<void>(::raise(number));  // held until this call is over
        return false;
      }
      if (Clock::now() > end) {
        stop(SIGKILL);
        return false;
      }
    }
  }

  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] std::string& output() { return text_; }

 private:
  /// False at the end, and if nothing came in that time.
  bool read_some(std::chrono::milliseconds patience) {
    pollfd wait{.fd = is_closed_ ? -1 : output_, .events = POLLIN, .revents = 0};
    if (::poll(&wait, 1, static_cast<int>(patience.count())) <= 0) return false;
    std::array<char, 8192> buffer{};
    const ssize_t count = ::read(output_, buffer.data(), buffer.size());
    if (count <= 0) {
      is_closed_ = count == 0 || errno != EINTR;
      return false;
    }
    text_.append(buffer.data(), static_cast<std::size_t>(count));
    if (text_.size() > 2 * kMostOutput) text_.erase(0, text_.size() - kMostOutput);
    return true;
  }

  /// With all that it has started.
  void stop(int number) {
    ::kill(-process_, number);
    const Clock::time_point end = Clock::now() + std::chrono::seconds(5);
    while (::waitpid(process_, &status_, WNOHANG) == 0) {
      if (Clock::now() > end) ::kill(-process_, SIGKILL);
      ::poll(nullptr, 0, static_cast<int>(kLook.count()));
    }
  }

  pid_t process_;
  int output_;
  bool is_closed_ = false;
  int status_ = 0;
  std::string text_;
};

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
  std::vector<std::string> variables = environment_of(call);
  const HeldSignals signals;
  pid_t process = 0;
  const int error = ::posix_spawn(&process, program.c_str(), actions.actions(), actions.attributes(),
                                  pointers_to(arguments).data(), pointers_to(variables).data());
  if (error != 0)
    return fail(ErrorCode::kIo, "`" + call.command.front() + "` cannot be run: " + std::strerror(error));
  input.close();

  Child child(process, output.get());
  if (!MLX_TRY(child.run(Clock::now() + call.deadline, signals))) {
    return fail(ErrorCode::kUnavailable, "`" + call.command.front() + "` did not end in " +
                                             std::to_string(call.deadline.count()) + " seconds");
  }
  ProgramResult result;
  result.status = WIFSIGNALED(child.status()) ? 128 + WTERMSIG(child.status()) : WEXITSTATUS(child.status());
  result.output = std::move(child.output());
  if (result.output.size() > kMostOutput) result.output.erase(0, result.output.size() - kMostOutput);
  return result;
}

}  // namespace mlx
