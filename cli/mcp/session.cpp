#include "cli/mcp/session.h"

#include <algorithm>
#include <array>

#include "engine/base/digest.h"
#include "engine/base/suggest.h"

namespace mlx::mcp {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 4> kMethods = {"initialize", "ping", "tools/list", "tools/call"};

/// Names from outside, as they are repeated.
std::string shortened(const std::string& name) {
  constexpr std::size_t kLongest = 200;
  return name.size() <= kLongest ? name : std::string(utf8_prefix(name, kLongest)) + "…";
}

json refusal(const Request& request, int code, std::string message) {
  return error_response(request.id, code, std::move(message));
}

}  // namespace

Session::Session(ServerDescription server, std::vector<Tool> tools)
    : server_(std::move(server)), tools_(std::move(tools)) {}

Reaction Session::receive(const Line& line) {
  Reaction reaction;
  if (line.is_too_long) {
    const std::string message =
        "a message may have at most " + std::to_string(kLongestMessage) + " bytes; this one was not read";
    reaction.lines.push_back(write_message(error_response({}, kInvalidRequest, message)));
    return reaction;
  }
  if (line.text.find_first_not_of(" \t") == std::string::npos) return reaction;
  const bool takes_batches = is_introduced_ && has_batches(revision_);
  const MessageLine read = read_messages(line.text, takes_batches ? Batches::kTaken : Batches::kRefused);
  if (read.is_batch) {
    take_batch(read, reaction);
    return reaction;
  }
  if (const auto response = take(read.messages.front(), nullptr, reaction)) {
    reaction.lines.push_back(write_message(*response));
  }
  return reaction;
}

void Session::begin(std::uint64_t key) {
  const auto found = waiting_.find(key);
  if (found != waiting_.end()) found->second.has_begun = true;
}

std::vector<std::string> Session::finish(std::uint64_t key, const ToolOutcome& outcome) {
  const auto found = waiting_.extract(key);
  if (found.empty()) return {};
  const Waiting& waiting = found.mapped();
  const std::shared_ptr<Batch>& batch = waiting.batch;
  json response = result_response(waiting.id, call_result(outcome, revision_));
  if (!batch) return {write_message(response)};
  batch->responses.push_back(std::move(response));
  std::vector<std::string> lines;
  leave(*batch, lines);
  return lines;
}

void Session::take_batch(const MessageLine& line, Reaction& reaction) {
  const auto batch = std::make_shared<Batch>();
  // Until all is taken, the batch waits for itself: a call that is cancelled on the way must not end it.
  batch->waiting = 1;
  for (const Message& message : line.messages) {
    if (auto response = take(message, batch, reaction)) batch->responses.push_back(*std::move(response));
  }
  leave(*batch, reaction.lines);
}

void Session::leave(Batch& batch, std::vector<std::string>& lines) {
  if (--batch.waiting == 0 && !batch.responses.empty()) lines.push_back(write_message(batch.responses));
}

std::optional<json> Session::take(const Message& message, const std::shared_ptr<Batch>& batch,
                                  Reaction& reaction) {
  if (const auto* wrong = std::get_if<Malformed>(&message)) {
    return error_response(wrong->id, wrong->code, wrong->message);
  }
  if (const auto* request = std::get_if<Request>(&message)) return answer(*request, batch, reaction);
  if (const auto* notification = std::get_if<Notification>(&message)) notice(*notification, reaction);
  return std::nullopt;
}

std::optional<json> Session::answer(const Request& request, const std::shared_ptr<Batch>& batch,
                                    Reaction& reaction) {
  const std::string& method = request.method;
  if (std::ranges::find(kMethods, method) == kMethods.end()) {
    return refusal(request, kMethodNotFound, "there is no method `" + shortened(method) + "` here");
  }
  if (is_waiting(request.id)) {
    return refusal(request, kInvalidRequest, "a request with this id is not answered yet");
  }
  if (method == "ping") return result_response(request.id, json::object());
  if (method == "initialize") return initialize(request);
  if (!is_introduced_) return refusal(request, kInvalidRequest, "send `initialize` first");
  if (method == "tools/list") return list_tools(request);
  return call_tool(request, batch, reaction);
}

json Session::initialize(const Request& request) {
  if (is_introduced_) return refusal(request, kInvalidRequest, "this session is initialized already");
  const json asked = request.params.value("protocolVersion", json());
  if (!asked.is_string()) return refusal(request, kInvalidParams, "`protocolVersion` must be a string");
  const Revision revision = negotiated(asked.get_ref<const std::string&>());
  revision_ = revision;
  is_introduced_ = true;
  json server = {{"name", "mlx"}, {"version", server_.version}};
  if (has_titles(revision)) server["title"] = "MLX";
  return result_response(request.id, {{"protocolVersion", to_string(revision)},
                                      {"capabilities", {{"tools", json::object()}}},
                                      {"serverInfo", std::move(server)},
                                      {"instructions", server_.instructions}});
}

json Session::list_tools(const Request& request) const {
  // All are on the first page, so that there is no place in the list to go on from.
  const bool has_cursor = !request.params.value("cursor", json()).is_null();
  if (has_cursor) return refusal(request, kInvalidParams, "there is no such `cursor`");
  json list = json::array();
  for (const Tool& tool : tools_) list.push_back(described(tool, revision_));
  return result_response(request.id, {{"tools", std::move(list)}});
}

std::optional<json> Session::call_tool(const Request& request, const std::shared_ptr<Batch>& batch,
                                       Reaction& reaction) {
  const json name = request.params.value("name", json());
  if (!name.is_string()) return refusal(request, kInvalidParams, "`name` must be the name of a tool");
  const auto tool = std::ranges::find(tools_, name.get_ref<const std::string&>(), &Tool::name);
  if (tool == tools_.end()) return unknown_tool(request, name.get<std::string>());
  json arguments = member_or_object(request.params, "arguments");
  if (!arguments.is_object()) return refusal(request, kInvalidParams, "`arguments` must be an object");
  if (std::string complaint = complaint_about(arguments, *tool); !complaint.empty()) {
    // As the outcome of a call it reaches the model, which can try again.
    const ToolOutcome outcome{.value = {}, .remarks = {std::move(complaint)}, .is_error = true};
    return result_response(request.id, call_result(outcome, revision_));
  }
  if (waiting_.size() >= kMostCalls) {
    return refusal(request, kTooBusy, "too many calls are waiting; try again when some are answered");
  }
  const std::uint64_t key = next_key_++;
  if (batch) ++batch->waiting;
  waiting_.emplace(key, Waiting{.id = request.id, .batch = batch, .is_read_only = tool->is_read_only});
  reaction.calls.push_back({.key = key, .tool = tool->name, .arguments = std::move(arguments)});
  return std::nullopt;
}

json Session::unknown_tool(const Request& request, const std::string& name) const {
  std::vector<std::string> names;
  names.reserve(tools_.size());
  for (const Tool& tool : tools_) names.push_back(tool.name);
  return refusal(request, kInvalidParams,
                 "there is no tool `" + shortened(name) + "`" + did_you_mean(shortened(name), names));
}

void Session::notice(const Notification& notification, Reaction& reaction) {
  if (notification.method == "notifications/cancelled") {
    cancel(notification.params.value("requestId", json()), reaction);
  }
}

void Session::cancel(const json& id, Reaction& reaction) {
  const auto found = std::ranges::find_if(waiting_, [&](const auto& entry) { return entry.second.id == id; });
  if (found == waiting_.end()) return;
  if (found->second.has_begun && !found->second.is_read_only) return;
  const std::uint64_t key = found->first;
  const std::shared_ptr<Batch> batch = found->second.batch;
  waiting_.erase(found);
  std::erase_if(reaction.calls, [&](const ToolCall& call) { return call.key == key; });
  reaction.cancelled.push_back(key);
  if (batch) leave(*batch, reaction.lines);
}

bool Session::is_waiting(const json& id) const {
  return std::ranges::any_of(waiting_, [&](const auto& entry) { return entry.second.id == id; });
}

}  // namespace mlx::mcp
