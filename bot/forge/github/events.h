#pragma once

#include <string_view>

#include "bot/core/event.h"
#include "engine/base/error.h"

namespace mlx::bot {

/// What a GitHub webhook means (docs.github.com, "Webhook events and payloads").
/// kInvalidInput, with the field's path, for a body that is not what GitHub sends.
[[nodiscard]] Result<Event> parse_github_event(std::string_view event, std::string_view body);

}  // namespace mlx::bot
