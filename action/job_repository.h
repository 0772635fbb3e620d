#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "action/permission.h"
#include "bot/forge/forwarding_repository.h"

namespace mlx::action {

/// What a job did on the forge, and what it was not let do.
struct JobEffects {
  std::vector<std::string> said;                ///< bodies of comments, as they are now
  std::vector<bot::PullRequest> pull_requests;  ///< that were made or brought up to date, once each
  std::vector<bot::PullRequest> found;          ///< open ones that were looked for, and are there
  std::vector<std::string> commits;             ///< ids
  std::vector<std::string> refused;  ///< what could not be done and the permission that it takes, once each

  void refuse(std::string note);
};

/// What a job does when it may not write remarks on a pull request or an issue.
enum class Refused {
  kIsError,
  kIsNoted,  ///< goes on: the job says the same elsewhere
};

struct RefusalPolicy {
  Refused refused = Refused::kIsError;
  PermissionAdvice advice;
};

/// A repository that keeps an account of what is done to it, and says how a job is given the permission that
/// a refused call needs. All must outlive it.
class JobRepository final : public bot::ForwardingRepository {
 public:
  JobRepository(bot::ForgeRepository& forge, JobEffects& effects, const RefusalPolicy& policy)
      : ForwardingRepository(forge), effects_(effects), policy_(policy) {}

  Result<std::string> default_branch() override;
  Result<std::optional<bot::CommitRef>> branch_head(std::string_view branch) override;
  Result<std::optional<bot::PullRequestBranches>> pull_request(std::int64_t number) override;
  Result<bot::Comparison> compare(std::string_view base, std::string_view head) override;
  Result<std::vector<bot::Comment>> comments_since(std::int64_t issue, std::string_view since) override;
  Result<std::string> tree_with(const bot::CommitRef& base, const std::vector<FileChange>& files) override;
  Result<std::string> commit_to_branch(std::string_view branch, const bot::NewCommit& commit,
                                       const std::optional<std::string>& was) override;
  Result<void> delete_branch(std::string_view branch) override;
  Result<std::optional<bot::PullRequest>> open_pull_request(std::string_view branch) override;
  Result<bot::PullRequest> create_pull_request(const bot::NewPullRequest& wanted) override;
  Result<void> update_pull_request(std::int64_t number, const bot::PullRequestText& text) override;
  Result<void> close_pull_request(std::int64_t number) override;
  Result<void> add_labels(std::int64_t number, const std::vector<std::string>& labels) override;
  Result<void> create_review(std::int64_t number, const bot::NewReview& review) override;
  Result<void> update_review_comment(std::int64_t number, std::int64_t comment,
                                     std::string_view body) override;
  Result<void> delete_review_comment(std::int64_t number, std::int64_t comment) override;
  Result<std::optional<std::string>> put_check_run(const bot::CheckRun& wanted) override;
  Result<bot::Issue> create_issue(const bot::IssueText& text,
                                  const std::vector<std::string>& labels) override;
  Result<void> update_issue(std::int64_t number, const bot::IssueText& text) override;
  Result<void> create_comment(std::int64_t issue, std::string_view body) override;
  Result<void> update_comment(std::int64_t issue, std::int64_t comment, std::string_view body) override;
  Result<void> react(std::int64_t issue, std::int64_t comment, bot::Reaction reaction) override;

 private:
  /// The result, its refusal with advice.
  template <typename T>
  [[nodiscard]] Result<T> explained(Result<T> result, Permission permission);
  void refuse(std::string_view what, Permission permission, const Error& refusal);
  /// The same for what a job can do without.
  [[nodiscard]] Result<void> remark(Result<void> result, std::string_view what, Permission permission);
  void note(const bot::PullRequest& pull);

  JobEffects& effects_;
  const RefusalPolicy& policy_;
};

}  // namespace mlx::action
