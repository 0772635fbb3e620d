#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <deque>
#include <mutex>
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/mcp/session.h"
#include "cli/mcp_tools.h"
#include "cli/printable.h"
#include "cli/project.h"
#include "engine/io/directory.h"

namespace mlx::cli {
namespace {

/// A descriptor that is closed would be given to the next file that is opened: what is meant for people would
/// be written into it, or into the protocol.
void open_standard_descriptors() {
  for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
    const bool is_closed = ::fcntl(descriptor, F_GETFD) < 0 && errno == EBADF;
    // The lowest that is free is taken: this one.
    if (is_closed && ::open("/dev/null", O_RDWR) != descriptor) return;
  }
}

/// Waits until a descriptor that does not block can be used. Those of a client may be such.
void wait_for(int descriptor, short event) {
  pollfd waited{.fd = descriptor, .events = event, .revents = 0};
  static_cast<void>(::poll(&waited, 1, -1));
}

/// Did the last call only come too early?
bool may_go_on(int descriptor, short event) {
  if (errno == EINTR) return true;
  if (errno != EAGAIN && errno != EWOULDBLOCK) return false;
  wait_for(descriptor, event);
  return true;
}

/// Remarks that nobody can read are lost, and no reason to stop.
void say(const std::string& tool, const std::string& remark) {
  const std::string line = "mlx: " + tool + ": " + printable(remark) + "\n";
  static_cast<void>(std::fputs(line.c_str(), stderr));
}

/// Takes standard output for the protocol alone: what anything else prints goes to standard error from here
/// on.
FileDescriptor take_standard_output() {
  FileDescriptor output(::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
  ::dup2(STDERR_FILENO, STDOUT_FILENO);
  return output;
}

/// A client and the calls that it waits for. Lines are read by one thread, so that a ping is answered and a
/// call can be cancelled while another thread makes the calls, in order.
class Server {
 public:
  Server(const ToolAccess& access, FileDescriptor output)
      : access_(access),
        output_(std::move(output)),
        session_({.version = MLX_VERSION, .instructions = instructions(access)}, mcp_tools(access)) {}

  /// Until the input ends and all calls are answered, or nobody reads the output any more.
  void run() {
    std::thread caller([this] { make_calls(); });
    read_input();
    {
      const std::scoped_lock lock(mutex_);
      is_ending_ = true;
    }
    changed_.notify_all();
    caller.join();
  }

 private:
  static std::string instructions(const ToolAccess& access) {
    return fmt::format(
        "MLX adds whole capabilities of an ML service (code, configuration, tests, dependencies) to this "
        "project, "
        "as source that belongs to it from then on. Before you write something that sounds general, look for "
        "it with "
        "`search`, then read `info`. `add` shows the change that it would be{}. `check` finds clashes, "
        "`status` "
        "shows what is here.",
        access.may_write ? ", and makes it with `apply`, which the user should have agreed to"
                         : "; the user makes it with `mlx add NAME`");
  }

  void read_input() {
    mcp::LineBuffer buffer(mcp::kLongestMessage);
    constexpr std::size_t kChunk = 65536;
    std::array<char, kChunk> chunk{};
    while (true) {
      const auto count = ::read(STDIN_FILENO, chunk.data(), chunk.size());
      if (count < 0 && may_go_on(STDIN_FILENO, POLLIN)) continue;
      if (count <= 0) break;
      buffer.feed(std::string_view(chunk.data(), static_cast<std::size_t>(count)));
      while (const auto line = buffer.next()) receive(*line);
    }
    if (const auto line = buffer.last()) receive(*line);
  }

  void receive(const mcp::Line& line) {
    const std::scoped_lock lock(mutex_);
    mcp::Reaction reaction = session_.receive(line);
    for (const std::string& text : reaction.lines) write(text);
    for (const std::uint64_t key : reaction.cancelled) {
      std::erase_if(calls_, [&](const mcp::ToolCall& call) { return call.key == key; });
    }
    for (mcp::ToolCall& call : reaction.calls) calls_.push_back(std::move(call));
    changed_.notify_all();
  }

  void make_calls() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return !calls_.empty() || is_ending_; });
      if (calls_.empty()) return;
      const mcp::ToolCall call = std::move(calls_.front());
      calls_.pop_front();
      session_.begin(call.key);
      lock.unlock();
      const mcp::ToolOutcome outcome = call_mcp_tool(call, access_);
      for (const std::string& remark : outcome.remarks) say(call.tool, remark);
      lock.lock();
      for (const std::string& text : session_.finish(call.key, outcome)) write(text);
    }
  }

  /// A client that has gone is not an error; the end of its input follows.
  void write(std::string text) {
    text += '\n';
    std::string_view rest = text;
    while (!rest.empty()) {
      const auto count = ::write(output_.get(), rest.data(), rest.size());
      if (count < 0 && may_go_on(output_.get(), POLLOUT)) continue;
      if (count <= 0) return;
      rest.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  ToolAccess access_;
  FileDescriptor output_;
  std::mutex mutex_;  ///< of all below
  std::condition_variable changed_;
  mcp::Session session_;
  std::deque<mcp::ToolCall> calls_;
  bool is_ending_ = false;
};

}  // namespace

int mcp(const McpArguments& arguments) {
  open_standard_descriptors();
  // What is wrong with the project later is told to the client, who can mend it; without a directory there is
  // none.
  if (const auto directory = Directory::open(arguments.project.directory); !directory) {
    return report(directory.error());
  }
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
  Server server({.project = arguments.project, .may_write = arguments.may_write}, take_standard_output());
  server.run();
  return kDone;
}

}  // namespace mlx::cli
