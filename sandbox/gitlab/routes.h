#pragma once

#include <span>

#include "sandbox/gitlab/api.h"

/// The routes of each area of the API. Each list lives in the file of its area.
namespace mlx::sandbox::gitlab {

[[nodiscard]] std::span<const Route> project_routes();
[[nodiscard]] std::span<const Route> repository_routes();
[[nodiscard]] std::span<const Route> commit_routes();
[[nodiscard]] std::span<const Route> issue_routes();
[[nodiscard]] std::span<const Route> merge_request_routes();
[[nodiscard]] std::span<const Route> note_routes();
[[nodiscard]] std::span<const Route> discussion_routes();
[[nodiscard]] std::span<const Route> hook_routes();

}  // namespace mlx::sandbox::gitlab
