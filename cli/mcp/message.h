#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

namespace mlx::mcp {

// Codes of JSON-RPC 2.0.
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kTooBusy = -32000;  ///< our own: more calls than are kept

/// Values in values: what is nested deeper is not read.
inline constexpr int kDeepestMessage = 64;
/// Messages that one line may hold.
inline constexpr std::size_t kMostMessages = 100;

struct Request {
  nlohmann::json id;  ///< a string or a whole number
  std::string method;
  nlohmann::json params;  ///< an object
};

/// Is never answered.
struct Notification {
  std::string method;
  nlohmann::json params;  ///< an object
};

/// An answer to a request of ours. There are none, so it means nothing.
struct StrayResponse {};

/// What cannot be taken, and what is said of it.
struct Malformed {
  nlohmann::json id;  ///< null if it is not known
  int code = kInvalidRequest;
  std::string message;
};

using Message = std::variant<Request, Notification, StrayResponse, Malformed>;

/// What one line of input says: a message, or an array of them.
struct MessageLine {
  std::vector<Message> messages;
  bool is_batch = false;
};

/// Are arrays of messages taken?
enum class Batches { kTaken, kRefused };

/// Reads a line; any bytes are a message, if only a malformed one. So is an array that is not taken, as a
/// whole: what is in it is not looked at.
[[nodiscard]] MessageLine read_messages(std::string_view line, Batches batches);

/// A member of an object as it is; an empty object if it is absent or null.
[[nodiscard]] nlohmann::json member_or_object(const nlohmann::json& object, std::string_view key);

[[nodiscard]] nlohmann::json result_response(const nlohmann::json& id, nlohmann::json result);
[[nodiscard]] nlohmann::json error_response(const nlohmann::json& id, int code, std::string message);

/// A message on one line, without its end. Bytes that are no UTF-8 are replaced.
[[nodiscard]] std::string write_message(const nlohmann::json& message);

}  // namespace mlx::mcp
