#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/error.h"

namespace mlx {

/// How much may be asked in one day (UTC), by all processes that share a store.
struct AdviceBudget {
  std::int64_t requests = 200;
  std::int64_t tokens = 500'000;

  bool operator==(const AdviceBudget&) const = default;
};

/// Where a model is, and how it may be asked.
struct AdvisorSettings {
  std::string url;  ///< of chat completions, whole
  std::string model;
  std::string key;  ///< empty if none is needed; never show it
  std::chrono::seconds timeout{20};
  AdviceBudget budget;
};

/// Reads MLX_LLM_URL, MLX_LLM_MODEL, MLX_LLM_KEY, MLX_LLM_TIMEOUT, MLX_LLM_DAILY_REQUESTS,
/// MLX_LLM_DAILY_TOKENS and MLX_LLM_ALLOW_HTTP, given what a name is set to (empty: not set). Nothing if
/// there is no MLX_LLM_URL. Errors name the variable, and never hold the key.
[[nodiscard]] Result<std::optional<AdvisorSettings>> read_advisor_settings(
    const std::function<std::string(std::string_view name)>& value_of);

/// The address of chat completions below that of an OpenAI-compatible API. `/v1` is added unless the
/// path names a version (`/v1`, `/v1beta/openai`), and nothing to what ends in `/chat/completions`.
/// Fails for what is no address, and for plain http to other hosts than this one, unless allowed.
[[nodiscard]] Result<std::string> chat_completions_url(std::string_view url, bool allows_http);

}  // namespace mlx
