#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/mcp/line_buffer.h"
#include "cli/mcp/message.h"
#include "cli/mcp/revision.h"
#include "cli/mcp/tool.h"

namespace mlx::mcp {

/// The longest message that is read, in bytes.
inline constexpr std::size_t kLongestMessage = std::size_t{4} << 20U;
/// Calls that may wait at a time.
inline constexpr std::size_t kMostCalls = 100;

/// What the server says of itself.
struct ServerDescription {
  std::string version;
  std::string instructions;  ///< for the model
};

/// A tool that is to be called, with arguments that fit its parameters.
struct ToolCall {
  std::uint64_t key = 0;  ///< which call it is, in this session
  std::string tool;
  nlohmann::json arguments;
};

/// What follows from a line of input.
struct Reaction {
  std::vector<std::string> lines;        ///< to write now, in order, each with a line end
  std::vector<ToolCall> calls;           ///< to make, in order; finish() takes what they come to
  std::vector<std::uint64_t> cancelled;  ///< of earlier calls: that need not be made any more
};

/// One session of the Model Context Protocol, as a server that offers tools. Lines in, lines out: it reads,
/// writes and calls nothing itself. Not safe to share between threads.
class Session {
 public:
  Session(ServerDescription server, std::vector<Tool> tools);

  [[nodiscard]] Reaction receive(const Line& line);
  /// A call is being made from here on. If it may change something, it cannot be cancelled any more: its
  /// client has to hear what became of it.
  void begin(std::uint64_t key);
  /// The lines to write when a call is over: none if it was cancelled meanwhile, or if others of its batch
  /// are not.
  [[nodiscard]] std::vector<std::string> finish(std::uint64_t key, const ToolOutcome& outcome);

 private:
  /// Answers that go out together, once all are there.
  struct Batch {
    nlohmann::json responses = nlohmann::json::array();
    std::size_t waiting = 0;  ///< for how many of them
  };
  struct Waiting {
    nlohmann::json id;
    std::shared_ptr<Batch> batch;  ///< null for a request that came alone
    bool is_read_only = true;
    bool has_begun = false;
  };

  /// One answer less to wait for; with the last, all are written.
  static void leave(Batch& batch, std::vector<std::string>& lines);
  void take_batch(const MessageLine& line, Reaction& reaction);
  /// The answer, unless there is none, or it follows with finish().
  [[nodiscard]] std::optional<nlohmann::json> take(const Message& message,
                                                   const std::shared_ptr<Batch>& batch, Reaction& reaction);
  [[nodiscard]] std::optional<nlohmann::json> answer(const Request& request,
                                                     const std::shared_ptr<Batch>& batch, Reaction& reaction);
  [[nodiscard]] nlohmann::json initialize(const Request& request);
  [[nodiscard]] nlohmann::json list_tools(const Request& request) const;
  [[nodiscard]] std::optional<nlohmann::json> call_tool(const Request& request,
                                                        const std::shared_ptr<Batch>& batch,
                                                        Reaction& reaction);
  [[nodiscard]] nlohmann::json unknown_tool(const Request& request, const std::string& name) const;
  void notice(const Notification& notification, Reaction& reaction);
  void cancel(const nlohmann::json& id, Reaction& reaction);
  [[nodiscard]] bool is_waiting(const nlohmann::json& id) const;

  ServerDescription server_;
  std::vector<Tool> tools_;
  Revision revision_ = kLatestRevision;
  bool is_introduced_ = false;  ///< the client has said which revision it speaks
  std::map<std::uint64_t, Waiting> waiting_;
  std::uint64_t next_key_ = 1;
};

}  // namespace mlx::mcp
