#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "engine/advise/advisor.h"
#include "tests/engine/io/raw_server.h"

namespace mlx::test {

/// A language model that a test has written: it reads a request, and does to the connection what it is told.
class ScriptedModel {
 public:
  struct Request {
    std::string head;
    std::string body;
  };
  using Script = std::function<void(RawServer::Connection& connection, const Request& request)>;

  explicit ScriptedModel(Script script);
  /// Answers everything with these bytes, and closes the connection.
  explicit ScriptedModel(std::string answer);

  [[nodiscard]] std::string url() const { return server_.url() + "/v1/chat/completions"; }
  [[nodiscard]] std::string origin() const { return server_.url(); }
  [[nodiscard]] std::vector<Request> requests() const;

 private:
  Script script_;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  RawServer server_;
};

/// An HTTP answer; the headers end with line ends.
[[nodiscard]] std::string http_answer(std::string_view body, std::string_view status = "200 OK",
                                      std::string_view headers = {});

/// A completion with this content, as an OpenAI-compatible endpoint sends it.
[[nodiscard]] std::string completion(std::string_view content);

/// What a model says about one finding.
[[nodiscard]] std::string said_about(std::string_view id, std::string_view explanation,
                                     std::string_view suggestion = {});

/// About as many findings as are given codes.
[[nodiscard]] AdviceRequest request_about(const std::vector<std::string>& codes);

}  // namespace mlx::test
