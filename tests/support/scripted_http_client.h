#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "engine/base/http.h"

namespace mlx::testing {

/// Answers from a script, and remembers what was asked. Answers that were put for one request come
/// before those that are given in turn; when there is none, nobody answers.
class ScriptedHttpClient final : public HttpClient {
 public:
  /// The next answer to anything.
  void then(int status, std::string body = "{}", HttpHeaders headers = {}) {
    answers_.push_back({.status = status, .headers = std::move(headers), .body = std::move(body)});
  }
  void then_no_answer() { answers_.push_back({}); }
  /// The answer to `GET /path?query`, from now on. The path is below the API's address.
  void always(const std::string& request, int status, std::string body) {
    always_[request] = {.status = status, .headers = {}, .body = std::move(body)};
  }

  Result<HttpResponse> send(const HttpRequest& request) override {
    requests.push_back(request);
    const std::string line = request.method + " " + request.url.substr(kApi.size());
    if (const auto found = always_.find(line); found != always_.end()) return found->second;
    HttpResponse answer;
    if (!answers_.empty()) {
      answer = std::move(answers_.front());
      answers_.pop_front();
    }
    if (answer.status == 0) return fail(ErrorCode::kUnavailable, "nobody answered " + line);
    return answer;
  }

  /// `GET /path` of every request so far.
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> all;
    all.reserve(requests.size());
    for (const HttpRequest& request : requests) {
      all.push_back(request.method + " " + request.url.substr(kApi.size()));
    }
    return all;
  }

  static constexpr std::string_view kApi = "https://api.test";
  std::vector<HttpRequest> requests;

 private:
  std::deque<HttpResponse> answers_;
  std::map<std::string, HttpResponse> always_;
};

}  // namespace mlx::testing
