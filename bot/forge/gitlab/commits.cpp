#include "bot/forge/gitlab/commits.h"

#include <algorithm>
#include <optional>

#include "bot/forge/gitlab/values.h"
#include "engine/base/digest.h"
#include "engine/base/git_text.h"
#include "engine/base/git_tree.h"

namespace mlx::bot::gitlab {
namespace {

using nlohmann::json;

/// GitLab stores what its API is given with the line ends of Unix (Gitaly sets `core.autocrlf` to `input`).
std::optional<std::string> stored(const std::optional<std::string>& content) {
  return content ? std::optional(git_stored_text(*content)) : std::nullopt;
}

}  // namespace

Result<std::string> tree_with(const Files& files, const CommitRef& base,
                              const std::vector<FileChange>& changes) {
  std::vector<GitTreeChange> wanted;
  wanted.reserve(changes.size());
  for (const FileChange& change : changes) {
    wanted.push_back(
        {.path = change.path, .content = stored(change.after), .is_executable = change.is_executable});
  }
  return git_tree_id_with([&](const std::string& directory) { return files.entries(base.sha, directory); },
                          wanted);
}

Result<json> actions_of(const Files& files, const NewCommit& commit) {
  json actions = json::array();
  for (const FileChange& change : commit.files) {
    const auto siblings = MLX_TRY(files.entries(commit.parent.sha, std::string(change.path.parent())));
    const auto there = std::ranges::find(siblings, change.path.filename(), &GitTreeEntry::name);
    const bool exists = there != siblings.end();
    json action = {{"file_path", change.path.str()}};
    action["action"] = !change.after ? "delete" : exists ? "update" : "create";
    // So that nobody's change of the file since is lost.
    if (exists) action["last_commit_id"] = commit.parent.sha;
    if (const auto content = stored(change.after)) {
      const bool is_text = is_utf8(*content);
      action["content"] = is_text ? *content : base64(*content);
      action["encoding"] = is_text ? "text" : "base64";
    }
    actions.push_back(std::move(action));
    const bool was_executable = exists && there->mode == "100755";
    if (change.after && was_executable != change.is_executable) {
      actions.push_back({{"action", "chmod"},
                         {"file_path", change.path.str()},
                         {"execute_filemode", change.is_executable}});
    }
  }
  return actions;
}

Result<CommitSummary> summary_of(Api& api, const Files& files, const JsonReader& reader) {
  CommitSummary summary = MLX_TRY(read_commit(reader));
  const Account own = MLX_TRY(api.own_account());
  const bool is_own =
      !own.email.empty() && MLX_TRY(reader.string_if_present("author_email")).value_or("") == own.email;
  if (!is_own) return summary;
  summary.author = own.login;
  summary.commit.tree = MLX_TRY(files.tree_of(summary.commit.sha));
  return summary;
}

}  // namespace mlx::bot::gitlab
