#pragma once

#include "sandbox/github/api.h"

namespace mlx::sandbox::github {

/// The issue or pull request that the route's `{number}` names.
[[nodiscard]] Answer<Issue*> find_issue(Context& context, const Request& request);

/// Refuses a body that is too long.
[[nodiscard]] Answer<void> check_body(std::string_view resource, const std::optional<std::string>& body);

/// Applies title, body, state and labels of a PATCH, on issues and pull requests alike,
/// and sends the events: edited, closed, reopened. Changes nothing when it refuses.
[[nodiscard]] Answer<void> edit_issue(Context& context, const Request& request, Issue& issue);

/// Whether the actor may change what `author` has written.
[[nodiscard]] bool may_edit(const Context& context, const std::string& author, Role role);

/// Gives the issue these labels instead of those that it has, and sends labeled and unlabeled.
void set_labels(Context& context, Issue& issue, const std::vector<std::string>& labels);

/// The labels of a body: strings, or objects with a name; each once.
[[nodiscard]] Answer<std::optional<std::vector<std::string>>> read_labels(const Request& request);

}  // namespace mlx::sandbox::github
