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
  /// The answer to `GET /path?query`, from now on. The path is below the API's address; elsewhere it is the
  /// whole address.
  void always(const std::string& request, int status, std::string body, HttpHeaders headers = {}) {
    always_[request] = {.status = status, .headers = std::move(headers), .body = std::move(body)};
  }

  Result<HttpResponse> send(const HttpRequest& request) override {
    requests.push_back(request);
    const std::string line = line_of(request);
    HttpResponse answer;
    if (const auto found = always_.find(line); found != always_.end()) {
      answer = found->second;
    } else if (!answers_.empty()) {
      answer = std::move(answers_.front());
      answers_.pop_front();
    }
    if (answer.status == 0) return fail(ErrorCode::kUnavailable, "nobody answered " + line);
    if (!request.take_body || answer.status != 200) return answer;
    if (!request.take_body(answer.body)) return fail(ErrorCode::kUnavailable, "not read to its end");
    answer.body.clear();
    return answer;
  }

  /// `GET /path` of every request so far.
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> all;
    all.reserve(requests.size());
    for (const HttpRequest& request : requests) {
      all.push_back(line_of(request));
    }
    return all;
  }

  static constexpr std::string_view kApi = "https://api.test";
  std::vector<HttpRequest> requests;

 private:
  static std::string line_of(const HttpRequest& request) {
    const bool is_api = request.url.starts_with(kApi);
    return request.method + " " + (is_api ? request.url.substr(kApi.size()) : request.url);
  }

  std::deque<HttpResponse> answers_;
  std::map<std::string, HttpResponse> always_;
};

}  // namespace mlx::testing
