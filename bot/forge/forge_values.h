#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bot/core/changed_file.h"
#include "bot/core/event.h"
#include "engine/base/repo_path.h"
#include "engine/plan/change_plan.h"

/// What a forge says and is told, as values.
namespace mlx::bot {

/// What somebody may do in a repository, least first.
enum class Role { kNone, kRead, kTriage, kWrite, kMaintain, kAdmin };

enum class Reaction { kSeen, kSucceeded, kRefused };

/// A commit and the tree that it holds. GitLab names no trees: there it is known of the bot's own commits
/// only.
struct CommitRef {
  std::string sha;
  std::string tree;
};

/// A commit that is to be made.
struct NewCommit {
  CommitRef parent;
  std::vector<FileChange> files;  ///< what it changes there
  std::string tree;               ///< what it comes to: ForgeRepository::tree_with() of these two
  std::string message;
};

/// How a snapshot lists its files: all at once, or each directory when it is needed. The latter is cheaper
/// for who wants a few files at the top.
enum class Listing { kWhole, kByDirectory };

struct CommitSummary {
  CommitRef commit;
  std::vector<std::string> parents;
  std::string author;  ///< login; empty if the forge knows none
  std::string message;
};

struct PullRequest {
  std::int64_t number = 0;
  std::string url;
  std::string title;
  std::string body;
  std::string created_at;  ///< RFC 3339, in UTC
};

/// What a pull request asks to merge, as it is now.
struct PullRequestBranches {
  std::string url;
  std::string title;
  std::string author;       ///< login; empty for an account that was deleted
  std::string head_branch;  ///< in the repository that it comes from
  std::string head_sha;
  std::string base_branch;  ///< that it is to be merged into; may be gone
  std::string base_sha;     ///< of the base branch, when that was last looked at
  std::vector<std::string> labels;
  std::string created_at;
  bool is_open = false;
  bool is_draft = false;
  bool is_from_fork = false;  ///< its branch is in another repository
};

/// What a commit has and another has not, since they parted.
struct Comparison {
  CommitRef merge_base;
  ChangedFiles changed;
};

struct Comment {
  std::int64_t id = 0;
  std::string author;
  std::string body;
};

/// What a pull request or an issue says.
struct PullRequestText {
  std::string title;
  std::string body;
};
using IssueText = PullRequestText;

struct NewPullRequest {
  std::string branch;  ///< of this repository
  std::string base;    ///< the branch that it is to be merged into
  PullRequestText text;
  std::vector<std::string> labels;  ///< those that the repository does not know are made by the forge
  bool is_draft = false;
};

enum class PullRequestState { kOpen, kClosed, kMerged };

/// A pull request from a branch of the repository itself, as a list shows it.
struct ListedPullRequest {
  std::int64_t number = 0;
  std::string url;
  std::string title;
  std::string body;
  std::string author;  ///< login; empty for an account that was deleted
  std::string head_branch;
  std::string head_sha;
  PullRequestState state = PullRequestState::kOpen;
  bool is_draft = false;
  std::vector<std::string> labels;
  std::string created_at;  ///< RFC 3339, in UTC
  std::string closed_at;   ///< empty as long as it is open
};

struct Issue {
  std::int64_t number = 0;
  std::string url;
  IssueText text;
  bool is_open = true;
  std::vector<std::string> labels;
};

/// A remark about lines of a file in a pull request.
struct LineComment {
  enum class Side { kBefore, kAfter };
  RepoPath path;
  int line = 0;                   ///< the last line, counted from 1
  std::optional<int> start_line;  ///< the first of several
  Side side = Side::kAfter;
  std::string body;
};

struct NewReview {
  std::string commit;  ///< that the lines are counted in
  std::string body;
  std::vector<LineComment> comments;
};

/// A remark on lines that the bot made in a review.
struct ReviewComment {
  std::int64_t id = 0;
  std::string path;
  std::optional<int> line;  ///< the last one, as the pull request is now; nothing if it is outdated
  std::string body;
  bool has_replies = false;  ///< by whomever: deleting it would leave them without what they answer
};

/// A repository where the bot is installed.
struct InstalledRepository {
  RepositoryName name;
  std::int64_t installation = 0;  ///< as in events; 0 if the bot acts with a token on GitHub
  std::string default_branch;
  std::string pushed_at;  ///< when any branch last moved, RFC 3339; empty for a repository without commits
};

}  // namespace mlx::bot
