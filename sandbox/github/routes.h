#pragma once

#include <span>

#include "sandbox/github/api.h"

/// The routes of each area of the API. Each list lives in the file of its area.
namespace mlx::sandbox::github {

[[nodiscard]] std::span<const Route> app_routes();
[[nodiscard]] std::span<const Route> manifest_routes();
[[nodiscard]] std::span<const Route> repository_routes();
[[nodiscard]] std::span<const Route> collaborator_routes();
[[nodiscard]] std::span<const Route> ref_routes();
[[nodiscard]] std::span<const Route> git_object_routes();
[[nodiscard]] std::span<const Route> commit_routes();
[[nodiscard]] std::span<const Route> content_routes();
[[nodiscard]] std::span<const Route> issue_routes();
[[nodiscard]] std::span<const Route> label_routes();
[[nodiscard]] std::span<const Route> comment_routes();
[[nodiscard]] std::span<const Route> reaction_routes();
[[nodiscard]] std::span<const Route> pull_routes();
[[nodiscard]] std::span<const Route> review_routes();
[[nodiscard]] std::span<const Route> line_comment_routes();
[[nodiscard]] std::span<const Route> check_run_routes();
[[nodiscard]] std::span<const Route> merge_routes();
[[nodiscard]] std::span<const Route> hook_routes();
[[nodiscard]] std::span<const Route> delivery_routes();
[[nodiscard]] std::span<const Route> archive_routes();

}  // namespace mlx::sandbox::github
