#pragma once

#include "sandbox/gitlab/api.h"

/// What issues and merge requests have in common. Here they share one sequence of numbers, but neither is
/// found in the place of the other.
namespace mlx::sandbox::gitlab {

enum class Thread { kIssue, kMergeRequest };

/// The one that the route's `{iid}` names.
[[nodiscard]] Answer<Issue*> find_thread(Call& call, Thread kind);

/// Applies description, state_event, labels, add_labels, remove_labels, and the title as it is for issues.
[[nodiscard]] Answer<void> update_thread(Call& call, const Issue& issue);

}  // namespace mlx::sandbox::gitlab
