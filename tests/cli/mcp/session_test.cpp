#include "cli/mcp/session.h"

#include <catch2/catch.hpp>

using namespace mlx::mcp;
using nlohmann::json;

namespace {

std::vector<Tool> tools() {
  return {
      {.name = "look",
       .title = "Look",
       .description = "Looks.",
       .parameters =
           {{.name = "word", .kind = ParameterKind::kText, .description = "What for.", .is_required = true}},
       .output_schema = {{"type", "object"}}},
      {.name = "make",
       .title = "Make",
       .description = "Makes.",
       .parameters = {},
       .output_schema = {{"type", "object"}},
       .is_read_only = false}};
}

json request(const json& id, const std::string& method, const json& params = json::object()) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}};
}

json call_of(const json& id, const std::string& tool, const json& arguments = json::object()) {
  return request(id, "tools/call", {{"name", tool}, {"arguments", arguments}});
}

json look(const json& id) { return call_of(id, "look", {{"word", "x"}}); }

json cancelled(const json& id) {
  return {{"jsonrpc", "2.0"}, {"method", "notifications/cancelled"}, {"params", {{"requestId", id}}}};
}

ToolOutcome found(int value) { return {.value = {{"found", value}}, .remarks = {}, .is_error = false}; }

/// A session with a client of this revision; of none if it is empty.
class Client {
 public:
  explicit Client(const std::string& revision = "2025-11-25")
      : session_({.version = "1.2.3", .instructions = "Look."}, tools()) {
    if (!revision.empty()) {
      introduction_ = ask(request("hello", "initialize", {{"protocolVersion", revision}}));
    }
  }

  Reaction send(const json& message) { return session_.receive({.text = message.dump()}); }
  Reaction send_text(const std::string& text) { return session_.receive({.text = text}); }

  /// The one answer that follows at once.
  json ask(const json& message) {
    const Reaction reaction = send(message);
    REQUIRE(reaction.lines.size() == 1);
    CHECK(reaction.calls.empty());
    return json::parse(reaction.lines.front());
  }

  /// The code with which a message is refused.
  int refusal_of(const json& message) {
    const json answer = ask(message);
    REQUIRE(answer.contains("error"));
    CHECK(answer["id"] == message.value("id", json()));
    return answer["error"]["code"];
  }

  void begin(std::uint64_t key) { session_.begin(key); }

  /// The answers when a call is over.
  std::vector<json> finish(std::uint64_t key, const ToolOutcome& outcome) {
    std::vector<json> answers;
    for (const std::string& line : session_.finish(key, outcome)) answers.push_back(json::parse(line));
    return answers;
  }

  /// Makes a call, and what comes of it.
  json result_of(const json& message, const ToolOutcome& outcome) {
    const Reaction reaction = send(message);
    CHECK(reaction.lines.empty());
    REQUIRE(reaction.calls.size() == 1);
    const auto answers = finish(reaction.calls.front().key, outcome);
    REQUIRE(answers.size() == 1);
    CHECK(answers.front()["id"] == message["id"]);
    return answers.front()["result"];
  }

  [[nodiscard]] const json& introduction() const { return introduction_; }

 private:
  Session session_;
  json introduction_;
};

}  // namespace

TEST_CASE("a client gets the revision that it asks for, or is offered the latest") {
  for (const char* revision : {"2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"}) {
    CHECK(Client(revision).introduction()["result"]["protocolVersion"] == revision);
  }
  CHECK(Client("2026-07-28").introduction()["result"]["protocolVersion"] == "2025-11-25");
  CHECK(Client("x").introduction()["result"]["protocolVersion"] == "2025-11-25");
}

TEST_CASE("the introduction says who is there, and what it can do") {
  const json result = Client().introduction()["result"];
  CHECK(result["serverInfo"] == json{{"name", "mlx"}, {"title", "MLX"}, {"version", "1.2.3"}});
  CHECK(result["capabilities"] == json{{"tools", json::object()}});
  CHECK(result["instructions"] == "Look.");
  CHECK_FALSE(Client("2025-03-26").introduction()["result"]["serverInfo"].contains("title"));
}

TEST_CASE("nothing is done before the introduction, but a ping answered") {
  Client client("");
  CHECK(client.ask(request(1, "ping"))["result"] == json::object());
  CHECK(client.refusal_of(request(2, "tools/list")) == kInvalidRequest);
  CHECK(client.refusal_of(look(3)) == kInvalidRequest);
  CHECK(client.refusal_of(request(4, "initialize")) == kInvalidParams);
  CHECK(client.refusal_of(request(5, "initialize", {{"protocolVersion", 1}})) == kInvalidParams);
  // What newer clients ask first; this answer tells them to introduce themselves.
  CHECK(client.refusal_of(request(6, "server/discover")) == kMethodNotFound);
  CHECK(client.ask(request(7, "initialize", {{"protocolVersion", "2025-11-25"}})).contains("result"));
  CHECK(client.refusal_of(request(8, "initialize", {{"protocolVersion", "2025-11-25"}})) == kInvalidRequest);
}

TEST_CASE("methods that are not there are refused, notifications passed over") {
  Client client;
  for (const char* method : {"resources/list", "prompts/get", "logging/setLevel", "tools/lists", ""}) {
    CHECK(client.refusal_of(request(1, method)) == kMethodNotFound);
  }
  for (const char* method : {"notifications/initialized", "notifications/nothing", "tools/call"}) {
    const Reaction reaction = client.send({{"jsonrpc", "2.0"}, {"method", method}});
    CHECK(reaction.lines.empty());
    CHECK(reaction.calls.empty());
  }
}

TEST_CASE("blank lines and answers are passed over") {
  Client client;
  CHECK(client.send_text("").lines.empty());
  CHECK(client.send_text("  ").lines.empty());
  CHECK(client.send({{"jsonrpc", "2.0"}, {"id", 1}, {"result", json::object()}}).lines.empty());
}

TEST_CASE("a line that was too long is answered, and the session goes on") {
  Session session({.version = "1", .instructions = ""}, tools());
  const Reaction reaction = session.receive({.text = "", .is_too_long = true});
  REQUIRE(reaction.lines.size() == 1);
  const json answer = json::parse(reaction.lines.front());
  CHECK(answer["error"]["code"] == kInvalidRequest);
  CHECK(answer["id"].is_null());
}

TEST_CASE("tools are described in the words of the revision") {
  const auto first = [](const std::string& revision) {
    return Client(revision).ask(request(1, "tools/list"))["result"]["tools"][0];
  };
  const json latest = first("2025-11-25");
  CHECK(latest["name"] == "look");
  CHECK(latest["title"] == "Look");
  CHECK(latest["annotations"]["readOnlyHint"] == true);
  CHECK(latest["inputSchema"]["required"] == json{"word"});
  CHECK(latest["outputSchema"] == json{{"type", "object"}});
  CHECK(first("2025-06-18") == latest);
  const json second = first("2025-03-26");
  CHECK(second.contains("annotations"));
  CHECK_FALSE(second.contains("title"));
  CHECK_FALSE(second.contains("outputSchema"));
  const json oldest = first("2024-11-05");
  CHECK(oldest.size() == 3);
  CHECK(oldest.contains("inputSchema"));
}

TEST_CASE("a tool that writes says so") {
  Client client;
  const json made = client.ask(request(1, "tools/list"))["result"]["tools"][1]["annotations"];
  CHECK(made["readOnlyHint"] == false);
  CHECK(made["destructiveHint"] == false);
  CHECK(made["idempotentHint"] == true);
}

TEST_CASE("there is one page of tools") {
  Client client;
  CHECK(client.refusal_of(request(1, "tools/list", {{"cursor", "x"}})) == kInvalidParams);
  CHECK(client.ask(request(1, "tools/list", {{"cursor", json()}})).contains("result"));
}

TEST_CASE("a call is handed out, and answered when it is over") {
  Client client;
  const json result = client.result_of(look("a"), found(3));
  CHECK(result["isError"] == false);
  CHECK(result["structuredContent"] == json{{"found", 3}});
  CHECK(result["content"] == json::array({{{"type", "text"}, {"text", "{\"found\":3}"}}}));
  CHECK_FALSE(Client("2025-03-26").result_of(look(1), found(3)).contains("structuredContent"));
}

TEST_CASE("what a call fails with is text for the model") {
  Client client;
  const json result =
      client.result_of(look(1), {.value = {}, .remarks = {"There is none."}, .is_error = true});
  CHECK(result["isError"] == true);
  CHECK_FALSE(result.contains("structuredContent"));
  CHECK(result["content"][0]["text"] == "There is none.");
}

TEST_CASE("remarks stand beside the value") {
  Client client;
  const json result =
      client.result_of(look(1), {.value = {{"found", 1}}, .remarks = {"It is old."}, .is_error = false});
  CHECK(result["content"].size() == 2);
  CHECK(result["content"][1]["text"] == "It is old.");
}

TEST_CASE("calls that are none are refused") {
  Client client;
  CHECK(client.refusal_of(request(1, "tools/call")) == kInvalidParams);
  CHECK(client.refusal_of(request(1, "tools/call", {{"name", 5}})) == kInvalidParams);
  CHECK(client.refusal_of(call_of(1, "lok")) == kInvalidParams);
  CHECK(client.refusal_of(call_of(1, "look", json::array())) == kInvalidParams);
  CHECK(
      client.ask(call_of(1, "lok"))["error"]["message"].get<std::string>().ends_with("did you mean `look`?"));
  CHECK(client.ask(call_of(1, std::string(5000, 'x')))["error"]["message"].get<std::string>().size() < 300);
}

TEST_CASE("arguments that do not fit are an outcome, so that the model reads it") {
  Client client;
  const json result = client.ask(call_of(1, "look", {{"word", 5}}))["result"];
  CHECK(result["isError"] == true);
  CHECK(result["content"][0]["text"] == "`word` must be a string of 1 to 200 bytes");
}

TEST_CASE("a call that is cancelled gets no answer, and need not be made") {
  Client client;
  const std::uint64_t first = client.send(look(1)).calls.front().key;
  const std::uint64_t second = client.send(look(2)).calls.front().key;
  CHECK(client.send(cancelled(1)).cancelled == std::vector{first});
  CHECK(client.finish(first, found(1)).empty());
  CHECK(client.finish(second, found(2)).size() == 1);
  // What is over, unknown or no id at all is passed over.
  for (const json& id : {json(2), json("1"), json(), json::object()}) {
    const Reaction reaction = client.send(cancelled(id));
    CHECK(reaction.cancelled.empty());
    CHECK(reaction.lines.empty());
  }
  CHECK(client.finish(99, found(1)).empty());
}

TEST_CASE("a call that may change something is answered once it has begun") {
  Client client;
  const std::uint64_t reading = client.send(look(1)).calls.front().key;
  const std::uint64_t writing = client.send(call_of(2, "make")).calls.front().key;
  const std::uint64_t queued = client.send(call_of(3, "make")).calls.front().key;
  client.begin(reading);
  CHECK(client.send(cancelled(1)).cancelled == std::vector{reading});
  CHECK(client.finish(reading, found(1)).empty());
  client.begin(writing);
  CHECK(client.send(cancelled(2)).cancelled.empty());
  CHECK(client.send(cancelled(3)).cancelled == std::vector{queued});
  const auto answers = client.finish(writing, found(2));
  REQUIRE(answers.size() == 1);
  CHECK(answers.front()["id"] == 2);
  client.begin(99);
}

TEST_CASE("arguments that are null are absent") {
  Client client;
  CHECK(client.send(call_of(1, "make", json())).calls.size() == 1);
  CHECK(client.ask(call_of(2, "look", json()))["result"]["isError"] == true);
}

TEST_CASE("a batch of too many messages gets one error") {
  Client client("2025-03-26");
  json batch = json::array();
  for (std::size_t i = 0; i <= kMostMessages; ++i) batch.push_back(request(i, "ping"));
  const json answer = client.ask(batch);
  CHECK(answer["error"]["code"] == kInvalidRequest);
}

TEST_CASE("an id is used once at a time") {
  Client client;
  const std::uint64_t key = client.send(look(1)).calls.front().key;
  CHECK(client.refusal_of(look(1)) == kInvalidRequest);
  CHECK(client.refusal_of(request(1, "ping")) == kInvalidRequest);
  CHECK(client.finish(key, found(1)).size() == 1);
  CHECK(client.send(look(1)).calls.size() == 1);
}

TEST_CASE("calls beyond what may wait are refused") {
  Client client;
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < kMostCalls; ++i) key = client.send(look(i)).calls.front().key;
  CHECK(client.refusal_of(look("more")) == kTooBusy);
  CHECK(client.finish(key, found(1)).size() == 1);
  CHECK(client.send(look("more")).calls.size() == 1);
}

TEST_CASE("a batch is answered together, by clients that know batches") {
  const json batch =
      json::array({look(1), request(2, "ping"), look(3), {{"jsonrpc", "2.0"}, {"method", "n"}}, 5});
  Client client("2025-03-26");
  const Reaction reaction = client.send(batch);
  CHECK(reaction.lines.empty());
  REQUIRE(reaction.calls.size() == 2);
  CHECK(client.finish(reaction.calls[1].key, found(3)).empty());
  const auto answers = client.finish(reaction.calls[0].key, found(1));
  REQUIRE(answers.size() == 1);
  REQUIRE(answers.front().size() == 4);
  std::vector<json> ids;
  for (const json& answer : answers.front()) ids.push_back(answer["id"]);
  CHECK(ids == std::vector<json>{2, nullptr, 3, 1});
}

TEST_CASE("a batch without requests is not answered") {
  Client client("2024-11-05");
  CHECK(client.send(json::array({{{"jsonrpc", "2.0"}, {"method", "n"}}})).lines.empty());
}

TEST_CASE("calls of a batch can be cancelled, in it too") {
  Client client("2025-03-26");
  const Reaction within = client.send(json::array({look(1), cancelled(1), request(2, "ping")}));
  CHECK(within.calls.empty());
  REQUIRE(within.lines.size() == 1);
  CHECK(json::parse(within.lines.front()).size() == 1);
  CHECK(client.send(json::array({look(3), cancelled(3)})).lines.empty());
  const Reaction later = client.send(json::array({look(4), request(5, "ping")}));
  CHECK(later.lines.empty());
  const Reaction last = client.send(cancelled(4));
  REQUIRE(last.lines.size() == 1);
  CHECK(json::parse(last.lines.front()).front()["id"] == 5);
}

TEST_CASE("a batch from a client that knows none is refused as a whole") {
  const json batch = json::array({request(1, "ping")});
  for (const char* revision : {"2025-06-18", "2025-11-25", ""}) {
    Client client(revision);
    const json answer = client.ask(batch);
    CHECK(answer["error"]["code"] == kInvalidRequest);
    CHECK(answer["id"].is_null());
  }
}
