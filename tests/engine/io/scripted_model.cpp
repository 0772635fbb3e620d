#include "tests/engine/io/scripted_model.h"

#include <utility>

#include <nlohmann/json.hpp>

namespace mlx::test {
namespace {

using nlohmann::json;

std::size_t length_in(const std::string& head) {
  constexpr std::string_view kName = "Content-Length: ";
  const auto at = head.find(kName);
  return at == std::string::npos ? 0 : std::stoul(head.substr(at + kName.size()));
}

}  // namespace

ScriptedModel::ScriptedModel(Script script)
    : script_(std::move(script)), server_([this](RawServer::Connection& connection) {
        Request request{.head = connection.read_head(), .body = {}};
        if (request.head.empty()) return;
        request.body = connection.read(length_in(request.head));
        {
          const std::scoped_lock lock(mutex_);
          requests_.push_back(request);
        }
        script_(connection, request);
      }) {}

ScriptedModel::ScriptedModel(std::string answer)
    : ScriptedModel([answer = std::move(answer)](RawServer::Connection& connection, const Request&) {
        connection.write(answer);
      }) {}

std::vector<ScriptedModel::Request> ScriptedModel::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

std::string http_answer(std::string_view body, std::string_view status, std::string_view headers) {
  return "HTTP/1.1 " + std::string(status) +
         "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n" + std::string(headers) + "\r\n" + std::string(body);
}

std::string completion(std::string_view content) {
  const json message = {{"role", "assistant"}, {"content", content}};
  const json whole = {
      {"id", "chatcmpl-1"},
      {"object", "chat.completion"},
      {"model", "whatever"},
      {"choices", json::array({{{"index", 0}, {"message", message}, {"finish_reason", "stop"}}})},
      {"usage", {{"prompt_tokens", 100}, {"completion_tokens", 23}, {"total_tokens", 123}}}};
  return whole.dump();
}

std::string said_about(std::string_view id, std::string_view explanation, std::string_view suggestion) {
  const json item = {{"finding", id}, {"explanation", explanation}, {"suggestion", suggestion}};
  return json{{"advice", json::array({item})}}.dump();
}

AdviceRequest request_about(const std::vector<std::string>& codes) {
  AdviceRequest request;
  for (const std::string& code : codes) {
    AdviceSubject subject{.id = "f" + std::to_string(request.subjects.size() + 1),
                          .finding = request.subjects.size(),
                          .facts = {},
                          .excerpts = {}};
    subject.facts.code = code;
    subject.facts.message = "something is wrong";
    request.subjects.push_back(std::move(subject));
  }
  return request;
}

}  // namespace mlx::test
