#pragma once

#include <string_view>

#include "bot/core/event.h"
#include "engine/base/error.h"

namespace mlx::bot {

/// What a GitLab webhook means (docs.gitlab.com, "Webhook events"); the event is named as X-Gitlab-Event
/// does, in small letters with `_` for spaces: `note_hook`. The installation is the project's id.
/// kInvalidInput, with the field's path, for a body that is not what GitLab sends.
[[nodiscard]] Result<Event> parse_gitlab_event(std::string_view event, std::string_view body);

}  // namespace mlx::bot
