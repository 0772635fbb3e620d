#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "engine/advise/advisor.h"

namespace mlx {

struct LlmEndpoint {
  std::string url;  ///< of chat completions, whole: chat_completions_url()
  std::string model;
  std::string key;                            ///< sent as `Authorization: Bearer`; empty if none is needed
  std::chrono::milliseconds timeout{20'000};  ///< for all requests of one advice together
  std::size_t largest_answer = 1U << 20U;     ///< bytes, unpacked
};

/// Asks a model behind an OpenAI-compatible endpoint. An answer by JSON schema is asked for; if the
/// endpoint refuses that (400, 404, 422), once more without, and from then on always without.
///
/// Follows no redirects. Errors are one line, and hold neither the key nor anything that the endpoint said.
/// Every answer is only ever read as advice on what was asked (read_advice()). Uses a connection for each
/// request, and no store, budget or clock but the time-out.
[[nodiscard]] std::unique_ptr<Advisor> make_llm_advisor(LlmEndpoint endpoint);

/// What asking costs at most, as it is not known before: a token for every three bytes of the prompt, and the
/// longest answer.
[[nodiscard]] std::int64_t estimated_tokens(const AdviceRequest& request);

}  // namespace mlx
