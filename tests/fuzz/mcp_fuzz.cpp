// Any bytes are lines of a session; each line that goes out is one message of JSON-RPC, or an array of them,
// and a call is answered once at most:
//   build/fuzz/mcp_fuzz -max_len=4096 -max_total_time=300 CORPUS
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/mcp/session.h"

namespace {

using nlohmann::json;

std::vector<mlx::mcp::Tool> tools() {
  return {{.name = "t",
           .title = "T",
           .description = "T.",
           .parameters = {{.name = "w", .kind = mlx::mcp::ParameterKind::kText},
                          {.name = "n", .kind = mlx::mcp::ParameterKind::kTexts},
                          {.name = "f", .kind = mlx::mcp::ParameterKind::kFlag},
                          {.name = "c", .kind = mlx::mcp::ParameterKind::kCount}},
           .output_schema = json::object()}};
}

void check_response(const json& message) {
  if (!message.is_object() || message.value("jsonrpc", "") != "2.0" || !message.contains("id")) std::abort();
  if (message.contains("result") == message.contains("error")) std::abort();
}

void check_lines(const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    if (line.find('\n') != std::string::npos) std::abort();
    const json message = json::parse(line, nullptr, false);
    if (message.is_array()) {
      if (message.empty()) std::abort();
      std::ranges::for_each(message, check_response);
    } else {
      check_response(message);
    }
  }
}

class FuzzedClient {
 public:
  void take(const mlx::mcp::Line& line) {
    const mlx::mcp::Reaction reaction = session_.receive(line);
    check_lines(reaction.lines);
    for (const auto& call : reaction.calls) {
      if (!mlx::mcp::complaint_about(call.arguments, tools_.front()).empty()) std::abort();
      waiting_.push_back(call.key);
    }
    if (waiting_.size() > mlx::mcp::kMostCalls) finish();
  }

  void finish() {
    for (const std::uint64_t key : waiting_) {
      check_lines(session_.finish(key, {.value = {{"x", 1}}, .remarks = {"\xff"}, .is_error = false}));
      if (!session_.finish(key, {}).empty()) std::abort();
    }
    waiting_.clear();
  }

 private:
  std::vector<mlx::mcp::Tool> tools_ = tools();
  mlx::mcp::Session session_{{.version = "1", .instructions = "i"}, tools()};
  std::vector<std::uint64_t> waiting_;
};

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer calls it by this name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  constexpr std::size_t kLongestLine = 1024;
  mlx::mcp::LineBuffer buffer(kLongestLine);
  FuzzedClient client;
  client.take(
      {.text =
           R"({"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-03-26"}})"});
  buffer.feed(bytes);
  while (const auto line = buffer.next()) client.take(*line);
  if (const auto line = buffer.last()) client.take(*line);
  client.finish();
  return 0;
}
