#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bot/forge/gitlab/api.h"

namespace mlx::bot::gitlab {

/// A merge request: the address of its API, and who we are.
struct ReviewedMergeRequest {
  Api& api;
  std::string path;  ///< `/projects/12/merge_requests/3`
  std::string own_login;
};

/// ForgeRepository::create_review() of GitLab: a discussion for each remark that is not there yet, and a note
/// with the review's own text when they are made.
[[nodiscard]] Result<void> create_gitlab_review(const ReviewedMergeRequest& merge_request,
                                                const NewReview& review);

/// ForgeRepository::own_review_comments() of GitLab.
[[nodiscard]] Result<std::vector<ReviewComment>> list_own_remarks(const ReviewedMergeRequest& merge_request);

/// Where a line of the file after the change was before it; nothing for a line that is new.
[[nodiscard]] std::optional<int> line_before(std::string_view patch, int line);

}  // namespace mlx::bot::gitlab
