#pragma once

#include <string_view>

#include "sandbox/github/api.h"

namespace mlx::sandbox::gitlab {

/// Whether a GitLab webhook is told of what GitHub calls so.
[[nodiscard]] bool is_anybody_listening(const State& state, std::string_view github_event);

/// Sends to GitLab's webhooks what GitHub's are sent in `payload`, in GitLab's words.
void deliver(github::Context& context, std::string_view github_event, const nlohmann::json& payload);

}  // namespace mlx::sandbox::gitlab
