#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/event.h"
#include "engine/base/error.h"
#include "engine/index/snapshot.h"
#include "engine/plan/change_plan.h"

namespace mlx::bot {

/// What somebody may do in a repository, least first.
enum class Role { kNone, kRead, kTriage, kWrite, kMaintain, kAdmin };

enum class Reaction { kSeen, kSucceeded, kRefused };

/// A commit and the tree that it holds.
struct CommitRef {
  std::string sha;
  std::string tree;
};

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
  std::string head_branch;  ///< in the repository that it comes from
  std::string head_sha;
  std::string base_sha;  ///< of the branch that it is to be merged into
  std::string created_at;
  bool is_open = false;
  bool is_from_fork = false;  ///< its branch is in another repository
};

struct Comment {
  std::int64_t id = 0;
  std::string author;
  std::string body;
};

struct PullRequestText {
  std::string title;
  std::string body;
};

/// Port: one repository on a forge, with the rights of the bot. Every call is one or a
/// few requests. Errors by ErrorCode: kUnavailable and kRateLimited pass if tried later,
/// kUnauthorized and kRefused need the operator or the repository's owner, kConflict
/// means that somebody changed the same thing meanwhile. A call that failed with
/// kUnavailable may still have had its effect: look before trying again.
class ForgeRepository {
 public:
  ForgeRepository() = default;
  ForgeRepository(const ForgeRepository&) = delete;
  ForgeRepository& operator=(const ForgeRepository&) = delete;
  virtual ~ForgeRepository() = default;

  /// The login under which the bot acts.
  [[nodiscard]] virtual Result<std::string> own_login() = 0;
  [[nodiscard]] virtual Result<Role> role_of(std::string_view user) = 0;
  [[nodiscard]] virtual Result<std::string> default_branch() = 0;

  /// The commit at the head of a branch, or nothing if there is no such branch.
  [[nodiscard]] virtual Result<std::optional<CommitRef>> branch_head(std::string_view branch) = 0;
  /// The files of a commit. Refers to this repository, which must outlive it.
  [[nodiscard]] virtual Result<std::unique_ptr<Snapshot>> snapshot(const CommitRef& commit) = 0;
  /// What `head` has and `base` has not, oldest first.
  [[nodiscard]] virtual Result<std::vector<CommitSummary>> commits_between(std::string_view base,
                                                                           std::string_view head) = 0;

  /// A commit that the forge has named; kUnavailable if it does not know it (yet).
  [[nodiscard]] virtual Result<CommitSummary> commit(std::string_view sha) = 0;
  /// The commit at which two commits that the forge has named parted.
  [[nodiscard]] virtual Result<CommitRef> merge_base(std::string_view base, std::string_view head) = 0;

  /// A tree like `base` with the changes made; nothing refers to it yet. Returns its id.
  [[nodiscard]] virtual Result<std::string> write_tree(const CommitRef& base,
                                                       const std::vector<FileChange>& files) = 0;
  [[nodiscard]] virtual Result<std::string> write_commit(std::string_view tree, std::string_view parent,
                                                         std::string_view message) = 0;
  /// kConflict if the branch exists.
  [[nodiscard]] virtual Result<void> create_branch(std::string_view branch, std::string_view commit) = 0;
  /// Moves a branch, whatever was there: callers have seen to it that it was theirs.
  [[nodiscard]] virtual Result<void> move_branch(std::string_view branch, std::string_view commit) = 0;
  /// Moves a branch on to a commit that follows what is there; kConflict if it does not.
  [[nodiscard]] virtual Result<void> advance_branch(std::string_view branch, std::string_view commit) = 0;
  [[nodiscard]] virtual Result<void> delete_branch(std::string_view branch) = 0;

  /// Nothing if there is no pull request of this number, as for an issue.
  [[nodiscard]] virtual Result<std::optional<PullRequestBranches>> pull_request(std::int64_t number) = 0;
  /// The open pull request from a branch of this repository, if any.
  [[nodiscard]] virtual Result<std::optional<PullRequest>> open_pull_request(std::string_view branch) = 0;
  [[nodiscard]] virtual Result<PullRequest> create_pull_request(std::string_view branch,
                                                                std::string_view base,
                                                                const PullRequestText& text) = 0;
  [[nodiscard]] virtual Result<void> update_pull_request(std::int64_t number,
                                                         const PullRequestText& text) = 0;

  /// Comments on an issue or pull request that were made or changed since a time (RFC 3339).
  [[nodiscard]] virtual Result<std::vector<Comment>> comments_since(std::int64_t issue,
                                                                    std::string_view since) = 0;
  [[nodiscard]] virtual Result<void> create_comment(std::int64_t issue, std::string_view body) = 0;
  [[nodiscard]] virtual Result<void> update_comment(std::int64_t comment, std::string_view body) = 0;
  /// Adds a reaction to a comment; nothing happens if it is there.
  [[nodiscard]] virtual Result<void> react(std::int64_t comment, Reaction reaction) = 0;
};

/// Port: a forge with all the repositories where the bot is installed.
class Forge {
 public:
  Forge() = default;
  Forge(const Forge&) = delete;
  Forge& operator=(const Forge&) = delete;
  virtual ~Forge() = default;

  /// What a delivery means. A body that is not what the forge sends is kInvalidInput.
  [[nodiscard]] virtual Result<Event> parse_event(std::string_view event, std::string_view body) const = 0;

  /// Asks the forge nothing yet. `installation` is 0 if the event did not say.
  [[nodiscard]] virtual std::unique_ptr<ForgeRepository> repository(const RepositoryName& name,
                                                                    std::int64_t installation) = 0;
};

}  // namespace mlx::bot
