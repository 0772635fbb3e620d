#include "cli/mcp/message.h"

#include <catch2/catch.hpp>

using namespace mlx::mcp;
using nlohmann::json;

namespace {

Message only(std::string_view line) {
  const MessageLine read = read_messages(line, Batches::kTaken);
  REQUIRE_FALSE(read.is_batch);
  REQUIRE(read.messages.size() == 1);
  return read.messages.front();
}

/// `CODE ID` of what cannot be taken.
std::string complaint(std::string_view line) {
  const Message message = only(line);
  const auto* wrong = std::get_if<Malformed>(&message);
  REQUIRE(wrong != nullptr);
  CHECK_FALSE(wrong->message.empty());
  return std::to_string(wrong->code) + " " + wrong->id.dump();
}

}  // namespace

TEST_CASE("a request has an id, a method and parameters") {
  const Message message = only(R"({"jsonrpc":"2.0","id":7,"method":"ping","params":{"a":1}})");
  const auto& request = std::get<Request>(message);
  CHECK(request.id == 7);
  CHECK(request.method == "ping");
  CHECK(request.params == json{{"a", 1}});
  const Message without = only(R"({"jsonrpc":"2.0","id":"x","method":"ping"})");
  CHECK(std::get<Request>(without).id == "x");
  CHECK(std::get<Request>(without).params == json::object());
}

TEST_CASE("what has no id is a notification, whatever its parameters are") {
  const Message message = only(R"({"jsonrpc":"2.0","method":"notifications/initialized"})");
  CHECK(std::get<Notification>(message).method == "notifications/initialized");
  const Message odd = only(R"({"jsonrpc":"2.0","method":"x","params":[1]})");
  CHECK(std::get<Notification>(odd).params == json::object());
}

TEST_CASE("answers to requests that were never made mean nothing") {
  CHECK(std::holds_alternative<StrayResponse>(only(R"({"jsonrpc":"2.0","id":1,"result":{}})")));
  CHECK(std::holds_alternative<StrayResponse>(
      only(R"({"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}})")));
}

TEST_CASE("what is no JSON is a parse error") {
  CHECK(complaint("garbage") == "-32700 null");
  CHECK(complaint("{") == "-32700 null");
  CHECK(complaint("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}") == "-32700 null");
  CHECK(complaint(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":1e999}})") == "-32700 null");
  CHECK(complaint(std::string("\0", 1)) == "-32700 null");
}

TEST_CASE("what is nested too deeply is not read") {
  const auto nested = [](std::size_t depth) {
    return R"({"jsonrpc":"2.0","id":1,"method":"ping","params":)" + std::string(depth, '[') +
           std::string(depth, ']') + "}";
  };
  CHECK(complaint(nested(kDeepestMessage)) == "-32700 null");
  CHECK(complaint(nested(kDeepestMessage - 1)) == "-32602 1");
  CHECK(complaint(std::string(1'000'000, '[')) == "-32700 null");
  // Brackets in a string nest nothing.
  const std::string text = R"("\"[)" + std::string(200, '[') + R"(")";
  CHECK(std::holds_alternative<Request>(
      only(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":)" + text + "}}")));
}

TEST_CASE("what is no message of JSON-RPC is an invalid request") {
  CHECK(complaint("1") == "-32600 null");
  CHECK(complaint("null") == "-32600 null");
  CHECK(complaint("{}") == "-32600 null");
  CHECK(complaint(R"({"id":1,"method":"ping"})") == "-32600 1");
  CHECK(complaint(R"({"jsonrpc":"1.0","id":1,"method":"ping"})") == "-32600 1");
  CHECK(complaint(R"({"jsonrpc":"2.0","id":1})") == "-32600 1");
  CHECK(complaint(R"({"jsonrpc":"2.0","id":1,"method":5})") == "-32600 1");
  CHECK(complaint("[]") == "-32600 null");
}

TEST_CASE("an id is a string or a whole number") {
  for (const char* id : {"null", "1.5", "true", "{}", "[1]"}) {
    CAPTURE(id);
    CHECK(complaint(R"({"jsonrpc":"2.0","method":"ping","id":)" + std::string(id) + "}") == "-32600 null");
  }
}

TEST_CASE("parameters are an object") {
  CHECK(complaint(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":[1]})") == "-32602 1");
}

TEST_CASE("an array is a batch, each of whose parts is read by itself") {
  const MessageLine batch =
      read_messages(R"([{"jsonrpc":"2.0","id":1,"method":"ping"}, 7])", Batches::kTaken);
  CHECK(batch.is_batch);
  REQUIRE(batch.messages.size() == 2);
  CHECK(std::holds_alternative<Request>(batch.messages[0]));
  CHECK(std::holds_alternative<Malformed>(batch.messages[1]));
}

TEST_CASE("a message is written on one line, as UTF-8") {
  const std::string line = write_message(result_response(1, {{"text", "a\nb \xff \u00fc"}}));
  CHECK(line.find('\n') == std::string::npos);
  CHECK(json::parse(line)["result"]["text"] == "a\nb \uFFFD \u00fc");
}

TEST_CASE("parameters that are null are absent") {
  const Message message = only(R"({"jsonrpc":"2.0","id":1,"method":"ping","params":null})");
  CHECK(std::get<Request>(message).params == json::object());
}

TEST_CASE("an array of too many messages is one malformed message") {
  const auto array_of = [](std::size_t count) {
    json array = json::array();
    for (std::size_t i = 0; i < count; ++i) array.push_back(1);
    return array.dump();
  };
  CHECK(read_messages(array_of(kMostMessages), Batches::kTaken).messages.size() == kMostMessages);
  CHECK(complaint(array_of(kMostMessages + 1)) == "-32600 null");
}

TEST_CASE("where batches are refused, what is in them is not read") {
  const MessageLine read =
      read_messages(R"([{"jsonrpc":"2.0","id":1,"method":"ping"}, 7])", Batches::kRefused);
  CHECK_FALSE(read.is_batch);
  REQUIRE(read.messages.size() == 1);
  CHECK(std::get<Malformed>(read.messages.front()).code == kInvalidRequest);
}
