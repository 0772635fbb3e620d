#include "engine/io/llm_client.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

#include "engine/advise/advice_answer.h"
#include "engine/advise/advice_prompt.h"
#include "engine/advise/mask_secrets.h"
#include "engine/base/json_reader.h"
#include "engine/io/http_client.h"

namespace mlx {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t kMostAnswerTokens = 4'096;
constexpr std::int64_t kBytesPerToken = 3;
/// More than any answer can have cost; what is beyond is made up.
constexpr std::int64_t kMostTokens = 10'000'000;

/// Should the key stand in the repository itself.
AdviceRequest without(AdviceRequest request, const std::string& key) {
  constexpr std::size_t kShortest = 5;  // `none` and `x` are no keys
  const auto mask = [&](std::string& text) {
    for (auto at = text.find(key); at != text.npos; at = text.find(key, at + kMasked.size())) {
      text.replace(at, key.size(), kMasked);
    }
  };
  if (key.size() < kShortest) return request;
  for (AdviceSubject& subject : request.subjects) {
    for (std::string* const text : {&subject.facts.code, &subject.facts.message, &subject.facts.remedy})
      mask(*text);
    for (Evidence& evidence : subject.facts.evidence) mask(evidence.file);
    for (Excerpt& excerpt : subject.excerpts) {
      mask(excerpt.file);
      mask(excerpt.text);
    }
  }
  return request;
}

/// With a schema for its answer, or without anything that an endpoint might not know.
enum class Manner { kSchema, kPlain };

json body_of(const AdviceRequest& request, const std::string& model, Manner manner) {
  json messages = json::array();
  for (const PromptMessage& message : advice_prompt(request)) {
    messages.push_back({{"role", message.role}, {"content", message.content}});
  }
  json body = {{"model", model}, {"messages", std::move(messages)}};
  if (manner == Manner::kSchema) {
    body["max_completion_tokens"] = kMostAnswerTokens;
    body["response_format"] = {
        {"type", "json_schema"},
        {"json_schema", {{"name", "advice"}, {"strict", true}, {"schema", advice_schema()}}}};
  }
  return body;
}

long retry_after(const HttpResponse& response) {
  const std::string_view text = response.header("retry-after");
  long seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  constexpr long kLongest = 24L * 3600;
  return error == std::errc() && end == text.data() + text.size() ? std::clamp(seconds, 0L, kLongest) : 0;
}

Error refusal(const HttpResponse& response) {
  const std::string status = std::to_string(response.status);
  switch (response.status) {
    case 401:
    case 403:
      return {ErrorCode::kUnauthorized,
              "the model's endpoint refuses the key (" + status + "); check MLX_LLM_KEY"};
    case 404:
      return {
          ErrorCode::kNotFound,
          "the model's endpoint knows no such address or model (404); check MLX_LLM_URL and MLX_LLM_MODEL"};
    case 429:
      return {.code = ErrorCode::kRateLimited,
              .message = "the model's endpoint allows no more requests for now (429)",
              .location = {},
              .retry_after_seconds = retry_after(response)};
    default: break;
  }
  if (response.status >= 300 && response.status < 400) {
    return {ErrorCode::kRefused, "the model's endpoint sends to another address (" + status +
                                     "), which is not followed; set MLX_LLM_URL to it"};
  }
  if (response.status >= 500) {
    return {.code = ErrorCode::kUnavailable,
            .message = "the model's endpoint is out of order (" + status + ")",
            .location = {},
            .retry_after_seconds = retry_after(response)};
  }
  return {ErrorCode::kRefused, "the model's endpoint refused the request (" + status + ")"};
}

std::unexpected<Error> not_an_answer(std::string_view what) {
  return fail(ErrorCode::kInvalidInput,
              "the model's endpoint answered with something else than advice: " + std::string(what));
}

/// `choices[0].message.content` of a completion, if that is a text.
Result<std::string> content_of(const json& completion) {
  const JsonReader top(completion, "answer");
  const auto choices = top.elements("choices");
  if (!choices || choices->empty()) return not_an_answer("there is no choice in it");
  const auto message = choices->front().at("message");
  if (!message) return not_an_answer("there is no message in it");
  const auto text_of = [&](std::string_view key) {
    return message->string_if_present(key).value_or(std::nullopt).value_or("");
  };
  if (!text_of("refusal").empty()) return not_an_answer("the model refused");
  if (!message->string_if_present("content")) return not_an_answer("its content is no text");
  std::string content = text_of("content");
  if (!content.empty()) return content;
  return not_an_answer(message->has("tool_calls") ? "it wants to call tools, and there are none"
                                                  : "it is empty");
}

/// `usage.total_tokens`, if that is a number that can be.
std::optional<std::int64_t> tokens_of(const json& completion) {
  const JsonReader top(completion, "answer");
  const auto usage = top.at("usage");
  const auto total = usage ? usage->integer("total_tokens") : std::unexpected(usage.error());
  if (!total || *total <= 0 || *total > kMostTokens) return std::nullopt;
  return *total;
}

class LlmAdvisor final : public Advisor {
 public:
  explicit LlmAdvisor(LlmEndpoint endpoint) : endpoint_(std::move(endpoint)) {}

  Result<Advice> advise(const AdviceRequest& asked) override {
    const AdviceRequest request = without(asked, endpoint_.key);
    const auto deadline = Clock::now() + endpoint_.timeout;
    const HttpResponse response = MLX_TRY(ask(request, deadline));
    if (response.status != 200) return std::unexpected(refusal(response));
    const auto completion = parse_json(response.body, "answer");
    if (!completion) return not_an_answer("it is no JSON");
    auto advice = read_advice(MLX_TRY(content_of(*completion)), request);
    if (!advice) return not_an_answer("its text is not in the form that was asked for");
    advice->model = endpoint_.model;
    advice->tokens = tokens_of(*completion).value_or(estimated_tokens(request));
    return advice;
  }

 private:
  Result<HttpResponse> ask(const AdviceRequest& request, Clock::time_point deadline) {
    const Manner manner = is_plain_ ? Manner::kPlain : Manner::kSchema;
    HttpResponse response = MLX_TRY(send(request, manner, deadline));
    const bool may_not_know_schemas =
        response.status == 400 || response.status == 404 || response.status == 422;
    if (manner == Manner::kPlain || !may_not_know_schemas) return response;
    response = MLX_TRY(send(request, Manner::kPlain, deadline));
    if (response.status == 200) is_plain_ = true;
    return response;
  }

  Result<HttpResponse> send(const AdviceRequest& request, Manner manner, Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return std::unexpected(late());
    const auto client = make_http_client({.connect_timeout = left,
                                          .answer_timeout = left,
                                          .largest_answer = endpoint_.largest_answer,
                                          .whole_timeout = left});
    HttpRequest message{
        .method = "POST",
        .url = endpoint_.url,
        .headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}},
        .body =
            body_of(request, endpoint_.model, manner).dump(-1, ' ', false, json::error_handler_t::replace)};
    if (!endpoint_.key.empty()) message.headers.emplace("Authorization", "Bearer " + endpoint_.key);
    auto response = client->send(message);
    if (response) return response;
    constexpr std::chrono::milliseconds kTimerError{5};
    if (Clock::now() + kTimerError >= deadline) return std::unexpected(late());
    // The client's own words name the address, which may be nobody's business where advice is read.
    return fail(
        ErrorCode::kUnavailable,
        "the model's endpoint gave no whole answer: it cannot be reached, broke off, or sent too much");
  }

  [[nodiscard]] Error late() const {
    return {ErrorCode::kUnavailable, "the model took longer than " +
                                         std::to_string(endpoint_.timeout.count()) +
                                         " ms; MLX_LLM_TIMEOUT sets how long is waited"};
  }

  LlmEndpoint endpoint_;
  std::atomic<bool> is_plain_ = false;  ///< the endpoint has refused schemas
};

}  // namespace

std::unique_ptr<Advisor> make_llm_advisor(LlmEndpoint endpoint) {
  return std::make_unique<LlmAdvisor>(std::move(endpoint));
}

std::int64_t estimated_tokens(const AdviceRequest& request) {
  std::int64_t bytes = 0;
  for (const PromptMessage& message : advice_prompt(request))
    bytes += static_cast<std::int64_t>(message.content.size());
  return bytes / kBytesPerToken + kMostAnswerTokens;
}

}  // namespace mlx
