#pragma once

#include <string>

#include "sandbox/web/diff.h"
#include "sandbox/web/views.h"

namespace mlx::sandbox::web {

/// The remarks of a review, each with the end of the hunk that it is about, and with the answers to it;
/// suggestions as diffs.
[[nodiscard]] std::string line_comments_html(const View& view, const PullRequest& pull, const Review& review);

/// Remarks that are not outdated, and annotations of the latest check runs, at the lines of a pull request's
/// changes.
[[nodiscard]] DiffNotes notes_of(const View& view, const PullRequest& pull);

}  // namespace mlx::sandbox::web
