#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "engine/advise/advisor.h"

namespace mlx {

/// Raise it when the prompt or what is made of an answer changes: kept answers are then no longer used.
inline constexpr int kAdvicePromptVersion = 1;

struct PromptMessage {
  std::string role;  ///< `system` or `user`
  std::string content;

  bool operator==(const PromptMessage&) const = default;
};

/// What is said to a model. The first message is ours; the second has nothing but the data: one line of
/// JSON in ASCII, between marks that cannot occur in it (`<` is written `\u003c`), so that no text
/// in it can end its quotation.
[[nodiscard]] std::vector<PromptMessage> advice_prompt(const AdviceRequest& request);

/// The JSON schema of an answer, within what "strict" structured outputs allow.
[[nodiscard]] nlohmann::json advice_schema();

}  // namespace mlx
