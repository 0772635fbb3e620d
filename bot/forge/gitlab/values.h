#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bot/forge/forge_values.h"
#include "engine/base/json_reader.h"

/// What GitLab's answers say, as the port's values. Errors name the field that is missing or of another type.
namespace mlx::bot::gitlab {

/// A time as GitLab writes it (`2026-11-30T07:00:00.123+01:00`, `2026-11-30 06:00:00 UTC`), as RFC 3339 in
/// UTC.
[[nodiscard]] Result<std::string> read_time(const JsonReader& reader, std::string_view key);

[[nodiscard]] Result<PullRequest> read_pull_request(const JsonReader& reader);
/// kUnavailable for one that is being merged just now ("locked").
[[nodiscard]] Result<PullRequestBranches> read_branches(const JsonReader& reader);
[[nodiscard]] Result<ListedPullRequest> read_listed_pull_request(const JsonReader& reader);
[[nodiscard]] Result<bool> is_from_fork(const JsonReader& reader);
/// Its tree is not known.
[[nodiscard]] Result<CommitSummary> read_commit(const JsonReader& reader);
[[nodiscard]] Result<Issue> read_issue(const JsonReader& reader);
[[nodiscard]] Result<Comment> read_comment(const JsonReader& reader);
/// Names that are no path are counted and left out.
[[nodiscard]] Result<void> append_changed_file(ChangedFiles& files, const JsonReader& reader);
/// The name of who wrote an issue, a merge request or a note; empty if nobody is named.
[[nodiscard]] Result<std::string> read_author(const JsonReader& reader);
[[nodiscard]] Role role_of_level(long long access_level);
/// Its path with the groups that it is in: `a/b/c` is `c` of `a/b`.
[[nodiscard]] RepositoryName repository_named(std::string_view path);

/// A draft is one by its title.
[[nodiscard]] std::string draft_title(const std::string& title);

/// A line that begins with a slash is a command to GitLab itself, in texts and comments: `/merge`. What we
/// write has none. Outside of fenced blocks, where GitLab looks for none.
[[nodiscard]] std::string without_quick_actions(std::string_view text);
/// The text as it was before without_quick_actions().
[[nodiscard]] std::string with_slashes(std::string_view text);

}  // namespace mlx::bot::gitlab
