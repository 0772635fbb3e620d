#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bot/core/check_run.h"
#include "bot/core/event.h"
#include "bot/core/forge_form.h"
#include "bot/forge/forge_values.h"
#include "engine/base/error.h"
#include "engine/index/snapshot.h"
#include "engine/plan/change_plan.h"

namespace mlx::bot {

/// How many closed pull requests are looked through for those of the bot.
inline constexpr std::size_t kListedPullRequests = 2'000;

/// Port: one repository on a forge, with the rights of the bot. Where a forge counts issues and pull requests
/// apart, the numbers of issues are negative here: 12 is `!12` on GitLab, and -12 is `#12`. Every call is one
/// or a few requests. Errors by ErrorCode: kUnavailable and kRateLimited pass if tried later, kUnauthorized
/// and kRefused need the operator or the repository's owner, kConflict means that somebody changed the same
/// thing meanwhile. A call that failed with kUnavailable may still have had its effect: look before trying
/// again.
class ForgeRepository {
 public:
  ForgeRepository() = default;
  ForgeRepository(const ForgeRepository&) = delete;
  ForgeRepository& operator=(const ForgeRepository&) = delete;
  virtual ~ForgeRepository() = default;

  /// How this forge has written what texts refer to.
  [[nodiscard]] virtual const ForgeForm& form() const = 0;

  /// The login under which the bot acts.
  [[nodiscard]] virtual Result<std::string> own_login() = 0;
  [[nodiscard]] virtual Result<Role> role_of(std::string_view user) = 0;
  /// Whether somebody who can write comments here may see the files too. On GitHub that is one right; on
  /// GitLab guests of a private project have the first alone.
  [[nodiscard]] virtual Result<bool> may_read_files(std::string_view user) = 0;
  [[nodiscard]] virtual Result<std::string> default_branch() = 0;

  /// The commit at the head of a branch, or nothing if there is no such branch.
  [[nodiscard]] virtual Result<std::optional<CommitRef>> branch_head(std::string_view branch) = 0;
  /// The files of a commit, whose tree need not be known. Refers to this repository, which must outlive it.
  /// Costs a request for what was not listed before, and for each content that was not read before, too.
  [[nodiscard]] virtual Result<std::unique_ptr<Snapshot>> snapshot(const CommitRef& commit,
                                                                   Listing listing) = 0;
  [[nodiscard]] Result<std::unique_ptr<Snapshot>> snapshot(const CommitRef& commit) {
    return snapshot(commit, Listing::kWhole);
  }
  /// A content that the repository has, or had in some commit; nothing if it never had it.
  [[nodiscard]] virtual Result<std::optional<std::string>> blob(const BlobId& id) = 0;
  /// What `head` has and `base` has not, oldest first.
  [[nodiscard]] virtual Result<std::vector<CommitSummary>> commits_between(std::string_view base,
                                                                           std::string_view head) = 0;

  /// A commit that the forge has named; kUnavailable if it does not know it (yet).
  [[nodiscard]] virtual Result<CommitSummary> commit(std::string_view sha) = 0;
  /// The commit at which two commits that the forge has named parted.
  [[nodiscard]] virtual Result<CommitRef> merge_base(std::string_view base, std::string_view head) = 0;
  /// That commit, and the files that `head` has changed since: on GitHub 300 at most, all in one request.
  [[nodiscard]] virtual Result<Comparison> compare(std::string_view base, std::string_view head) = 0;

  /// The id of a tree like `base` with the changes made. Nothing refers to it yet.
  [[nodiscard]] virtual Result<std::string> tree_with(const CommitRef& base,
                                                      const std::vector<FileChange>& files) = 0;
  /// Makes a commit and lets the branch point to it; gives its id. `was` is the head that the branch is known
  /// to have: nothing for a branch that is to be made, the commit's parent for one that goes on, and anything
  /// else is overwritten. kConflict if it has another one by now, or is there already.
  [[nodiscard]] virtual Result<std::string> commit_to_branch(std::string_view branch, const NewCommit& commit,
                                                             const std::optional<std::string>& was) = 0;
  [[nodiscard]] virtual Result<void> delete_branch(std::string_view branch) = 0;

  /// Nothing if there is no pull request of this number, as for an issue.
  [[nodiscard]] virtual Result<std::optional<PullRequestBranches>> pull_request(std::int64_t number) = 0;
  /// The files that it changes, as it is now: on GitHub 3,000 at most, a request for each hundred. Ask
  /// compare() first.
  [[nodiscard]] virtual Result<ChangedFiles> pull_request_files(std::int64_t number) = 0;
  /// The open pull request from a branch of this repository, if any.
  [[nodiscard]] virtual Result<std::optional<PullRequest>> open_pull_request(std::string_view branch) = 0;
  /// Every pull request, in whatever state, whose head is a branch of this repository that begins with
  /// `prefix`: all open ones, and of the closed ones those among the latest kListedPullRequests.
  /// Newest first.
  [[nodiscard]] virtual Result<std::vector<ListedPullRequest>> pull_requests_from(
      std::string_view prefix) = 0;
  /// kConflict if there is an open one for the branch. Labels are put on in a request of their own: when
  /// that one fails, so does the call, and the pull request is there without them. Where a repository can
  /// have no drafts, it is none. (To turn a draft into none, or back, GitHub has no REST request.)
  [[nodiscard]] virtual Result<PullRequest> create_pull_request(const NewPullRequest& wanted) = 0;
  [[nodiscard]] virtual Result<void> update_pull_request(std::int64_t number,
                                                         const PullRequestText& text) = 0;
  /// Nothing happens if it is closed.
  [[nodiscard]] virtual Result<void> close_pull_request(std::int64_t number) = 0;
  /// To an issue or a pull request; those that it has stay, and unknown ones are made.
  [[nodiscard]] virtual Result<void> add_labels(std::int64_t number,
                                                const std::vector<std::string>& labels) = 0;
  /// Remarks on lines of the pull request's changes, as one review that neither approves nor refuses.
  /// kInvalidInput if a line is not part of them; on GitLab such a remark is left out while there are others.
  /// A second call makes a second review on GitHub: look before.
  [[nodiscard]] virtual Result<void> create_review(std::int64_t number, const NewReview& review) = 0;
  /// Whether the bot itself wrote a review of the pull request whose text holds `marker`.
  [[nodiscard]] virtual Result<bool> has_review_with_marker(std::int64_t number, std::string_view marker) = 0;

  /// The bot's own remarks on lines of the pull request, oldest first. One request for each hundred remarks
  /// of whomever.
  [[nodiscard]] virtual Result<std::vector<ReviewComment>> own_review_comments(std::int64_t number) = 0;
  [[nodiscard]] virtual Result<void> update_review_comment(std::int64_t number, std::int64_t comment,
                                                           std::string_view body) = 0;
  /// Nothing happens if it is gone.
  [[nodiscard]] virtual Result<void> delete_review_comment(std::int64_t number, std::int64_t comment) = 0;

  /// Sees to it that the commit has a check run of this name that says this, and gives its address. Nothing
  /// where there can be none: on GitHub for whoever is no App, or an App without the permission; on GitLab,
  /// where the commit gets a status of this name instead, which has no page and so an empty address, for
  /// commits of forks. The one that
  /// is there is brought up to date; as annotations can be added to it but not taken off, one with others is
  /// replaced. May be cut off anywhere and run again. Two requests, and one more for each fifty annotations
  /// beyond the first; one or two the first time that there can be none.
  /// kInvalidInput for what check_limits() does not let through.
  [[nodiscard]] virtual Result<std::optional<std::string>> put_check_run(const CheckRun& wanted) = 0;

  /// The issue, open or closed, that the bot itself wrote and whose text holds `marker`; if there are
  /// several, an open one before a closed one, and the oldest of these.
  [[nodiscard]] virtual Result<std::optional<Issue>> find_issue_with_marker(std::string_view marker) = 0;
  /// Nothing if there is no issue of this number, as for a pull request.
  [[nodiscard]] virtual Result<std::optional<Issue>> issue(std::int64_t number) = 0;
  [[nodiscard]] virtual Result<Issue> create_issue(const IssueText& text,
                                                   const std::vector<std::string>& labels) = 0;
  [[nodiscard]] virtual Result<void> update_issue(std::int64_t number, const IssueText& text) = 0;
  /// Nothing happens if it is so already.
  [[nodiscard]] virtual Result<void> close_issue(std::int64_t number) = 0;
  [[nodiscard]] virtual Result<void> reopen_issue(std::int64_t number) = 0;

  /// Comments on an issue or pull request that were made or changed since a time (RFC 3339).
  [[nodiscard]] virtual Result<std::vector<Comment>> comments_since(std::int64_t issue,
                                                                    std::string_view since) = 0;
  [[nodiscard]] virtual Result<void> create_comment(std::int64_t issue, std::string_view body) = 0;
  /// A comment that only those see who see internal ones. Where a forge has none, nobody asks for one.
  [[nodiscard]] virtual Result<void> create_internal_comment(std::int64_t issue, std::string_view body) {
    return create_comment(issue, body);
  }
  [[nodiscard]] virtual Result<void> update_comment(std::int64_t issue, std::int64_t comment,
                                                    std::string_view body) = 0;
  /// Adds a reaction to a comment; nothing happens if it is there.
  [[nodiscard]] virtual Result<void> react(std::int64_t issue, std::int64_t comment, Reaction reaction) = 0;
};

/// Port: a forge with all the repositories where the bot is installed.
class Forge {
 public:
  Forge() = default;
  Forge(const Forge&) = delete;
  Forge& operator=(const Forge&) = delete;
  virtual ~Forge() = default;

  /// What names a repository among all others while its events wait, which are run one after the other: its
  /// name in small letters, unless a forge has something that stays when it is renamed.
  [[nodiscard]] virtual std::string identity_of(const RepositoryName& name, std::int64_t installation) const;

  /// What a delivery means. A body that is not what the forge sends is kInvalidInput.
  [[nodiscard]] virtual Result<Event> parse_event(std::string_view event, std::string_view body) const = 0;

  /// Asks the forge nothing yet. `installation` is 0 if the event did not say.
  [[nodiscard]] virtual std::unique_ptr<ForgeRepository> repository(const RepositoryName& name,
                                                                    std::int64_t installation) = 0;

  /// Every repository that the bot may write to, but for archived ones. With a token, those that its
  /// user was given access to. One request for each hundred, and for each installation.
  [[nodiscard]] virtual Result<std::vector<InstalledRepository>> installed_repositories() = 0;
};

}  // namespace mlx::bot
