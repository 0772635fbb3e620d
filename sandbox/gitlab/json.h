#pragma once

#include <string>

#include "sandbox/gitlab/api.h"

/// How GitLab writes each thing.
namespace mlx::sandbox::gitlab {

/// The bot's account is that of a project access token.
[[nodiscard]] std::string username(const State& state, const User& user);
/// Nothing when there is no such user.
[[nodiscard]] const User* find_username(const State& state, std::string_view name);

[[nodiscard]] std::string project_web(const State& state);
[[nodiscard]] std::string time_json(Time time);  ///< with milliseconds
[[nodiscard]] Json optional_time(const std::optional<Time>& time);
/// Null for an unknown login.
[[nodiscard]] Json user_json(const State& state, std::string_view login);
[[nodiscard]] Json project_json(const State& state);
[[nodiscard]] Json commit_json(const State& state, const Commit& commit);
[[nodiscard]] Json branch_json(const State& state, const std::string& name, const Commit& commit);
[[nodiscard]] Json diff_json(const FileChange& change);
[[nodiscard]] Json issue_json(const State& state, const Issue& issue);
/// As in lists; a single one has `diff_refs`, too.
[[nodiscard]] Json merge_request_json(const State& state, const Issue& issue);
[[nodiscard]] Json diff_refs_json(const GitStore& git, const PullRequest& pull);
[[nodiscard]] Json note_json(const State& state, const Issue& issue, const Comment& comment);
/// A remark on a line of a merge request.
[[nodiscard]] Json remark_json(Call& call, const Issue& issue, const Review& review,
                               const LineComment& comment);
[[nodiscard]] Json award_json(const State& state, const Reaction& reaction, Id note);

}  // namespace mlx::sandbox::gitlab
