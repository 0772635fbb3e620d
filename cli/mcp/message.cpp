#include "cli/mcp/message.h"

#include <algorithm>

#include "engine/base/json_reader.h"

namespace mlx::mcp {
namespace {

using nlohmann::json;

/// Of brackets outside of strings. Parsing would need no stack for them, but writing would.
int deepest_nesting(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool is_in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_in_string) {
      if (c == '\\') ++i;
      if (c == '"') is_in_string = false;
    } else if (c == '"') {
      is_in_string = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return deepest;
}

json id_of(const json& message) {
  const auto found = message.find("id");
  const bool is_usable = found != message.end() && (found->is_string() || found->is_number_integer());
  return is_usable ? *found : json();
}

Malformed malformed(const json& id, std::string message, int code = kInvalidRequest) {
  return {.id = id, .code = code, .message = std::move(message)};
}

/// What is wrong with an array as a whole; empty if its messages can be read.
std::string complaint_about_batch(const json& array, Batches batches) {
  if (array.empty()) return "an empty array says nothing";
  if (batches == Batches::kRefused) return "send each message on a line of its own";
  if (array.size() <= kMostMessages) return {};
  return "an array may have at most " + std::to_string(kMostMessages) + " messages";
}

Message read_message(const json& value) {
  if (!value.is_object()) return malformed({}, "a message is a JSON object");
  const json id = id_of(value);
  if (value.value("jsonrpc", json()) != "2.0") return malformed(id, "`jsonrpc` must be \"2.0\"");
  const bool is_response = value.contains("result") || value.contains("error");
  const auto method = value.find("method");
  if (method == value.end()) {
    if (is_response) return StrayResponse{};
    return malformed(id, "there is no `method`");
  }
  if (!method->is_string()) return malformed(id, "`method` must be a string");
  json params = member_or_object(value, "params");
  const bool has_id = value.contains("id");
  if (!has_id) {
    // Whatever is wrong with a notification, nobody is told.
    if (!params.is_object()) params = json::object();
    return Notification{.method = method->get<std::string>(), .params = std::move(params)};
  }
  if (id.is_null()) return malformed({}, "`id` must be a string or a whole number");
  if (!params.is_object()) return malformed(id, "`params` must be an object", kInvalidParams);
  return Request{.id = id, .method = method->get<std::string>(), .params = std::move(params)};
}

}  // namespace

json member_or_object(const json& object, std::string_view key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? json::object() : *found;
}

MessageLine read_messages(std::string_view line, Batches batches) {
  if (deepest_nesting(line) > kDeepestMessage) {
    return {.messages = {malformed({}, "the message is nested too deeply", kParseError)}};
  }
  const auto parsed = parse_json(line, "message");
  if (!parsed) return {.messages = {malformed({}, to_string(parsed.error()), kParseError)}};
  if (!parsed->is_array()) return {.messages = {read_message(*parsed)}};
  if (std::string complaint = complaint_about_batch(*parsed, batches); !complaint.empty()) {
    return {.messages = {malformed({}, std::move(complaint))}};
  }
  MessageLine batch{.messages = {}, .is_batch = true};
  for (const json& value : *parsed) batch.messages.push_back(read_message(value));
  return batch;
}

json result_response(const json& id, json result) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}};
}

json error_response(const json& id, int code, std::string message) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"error", {{"code", code}, {"message", std::move(message)}}}};
}

std::string write_message(const json& message) {
  return message.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace mlx::mcp
