#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "bot/forge/forge_values.h"
#include "engine/base/error.h"
#include "engine/base/json_reader.h"

/// What GitHub's answers say, as the port's values. Errors name the field that is missing or of another type.
namespace mlx::bot {

[[nodiscard]] Result<PullRequest> read_pull_request(const JsonReader& reader);
[[nodiscard]] Result<PullRequestBranches> read_branches(const JsonReader& reader);
[[nodiscard]] Result<ListedPullRequest> read_listed_pull_request(const JsonReader& reader);
[[nodiscard]] Result<CommitSummary> read_commit(const JsonReader& reader);
[[nodiscard]] Result<Issue> read_issue(const JsonReader& reader);
[[nodiscard]] Result<Comment> read_comment(const JsonReader& reader);
/// Entries of a list of changed files are appended one by one: names that are no path, and files that did not
/// change, are left out.
[[nodiscard]] Result<void> append_changed_file(ChangedFiles& files, const JsonReader& reader);
/// Without `has_replies`: that is for the others to say.
[[nodiscard]] Result<ReviewComment> read_review_comment(const JsonReader& reader);
/// The login of who wrote an issue, a pull request or a comment; empty if the account was deleted.
[[nodiscard]] Result<std::string> read_author(const JsonReader& reader);

[[nodiscard]] nlohmann::json review_comment_json(const LineComment& comment);

}  // namespace mlx::bot
