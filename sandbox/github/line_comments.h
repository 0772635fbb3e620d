#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sandbox/github/api.h"

/// Remarks on lines of a pull request's changes: where they may stand, and where they go as it goes on.
namespace mlx::sandbox::github {

/// 422 "Unprocessable Entity" for one reason.
[[nodiscard]] std::unexpected<Refusal> unprocessable(std::string_view reason);

/// What the pull request changes, as of one of its commits.
[[nodiscard]] Answer<std::vector<FileChange>> reviewed_files(const Context& context, const PullRequest& pull,
                                                             const std::string& commit);

/// A new remark that a body asks for: `path`, `body`, `line`, `side`, `start_line`, `start_side`.
[[nodiscard]] Answer<LineComment> read_line_comment(Context& context, const Json& json,
                                                    const std::string& commit,
                                                    const std::vector<FileChange>& files);

/// Takes the remarks along to the pull request's new head: those whose lines are still there and part of the
/// changes; the others are outdated from now on.
void move_line_comments(Context& context, PullRequest& pull);

}  // namespace mlx::sandbox::github
