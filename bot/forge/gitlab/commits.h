#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "bot/forge/gitlab/snapshot.h"

/// What commits on GitLab are made of, and what is read of them.
namespace mlx::bot::gitlab {

/// ForgeRepository::tree_with(), as GitLab will store the changes.
[[nodiscard]] Result<std::string> tree_with(const Files& files, const CommitRef& base,
                                            const std::vector<FileChange>& changes);

/// What GitLab is to do to the files of the commit's parent: `actions` of its commits API.
[[nodiscard]] Result<nlohmann::json> actions_of(const Files& files, const NewCommit& commit);

/// Commits have an address of their author, and no account. The tree is known of our own only, for which it
/// matters: it costs a request.
[[nodiscard]] Result<CommitSummary> summary_of(Api& api, const Files& files, const JsonReader& commit);

}  // namespace mlx::bot::gitlab
