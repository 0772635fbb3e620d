#pragma once

#include "bot/forge/forge.h"

namespace mlx::bot {

/// A repository that asks another one for everything: for those that change a few of its answers. The other
/// must outlive it.
class ForwardingRepository : public ForgeRepository {
 public:
  explicit ForwardingRepository(ForgeRepository& inner) : inner_(inner) {}

  [[nodiscard]] const ForgeForm& form() const override { return inner_.form(); }
  Result<std::string> own_login() override { return inner_.own_login(); }
  Result<Role> role_of(std::string_view user) override { return inner_.role_of(user); }
  Result<bool> may_read_files(std::string_view user) override { return inner_.may_read_files(user); }
  Result<std::string> default_branch() override { return inner_.default_branch(); }
  Result<std::optional<CommitRef>> branch_head(std::string_view branch) override {
    return inner_.branch_head(branch);
  }
  using ForgeRepository::snapshot;
  Result<std::unique_ptr<Snapshot>> snapshot(const CommitRef& commit, Listing listing) override {
    return inner_.snapshot(commit, listing);
  }
  Result<std::optional<std::string>> blob(const BlobId& id) override { return inner_.blob(id); }
  Result<std::vector<CommitSummary>> commits_between(std::string_view base, std::string_view head) override {
    return inner_.commits_between(base, head);
  }
  Result<CommitSummary> commit(std::string_view sha) override { return inner_.commit(sha); }
  Result<CommitRef> merge_base(std::string_view base, std::string_view head) override {
    return inner_.merge_base(base, head);
  }
  Result<Comparison> compare(std::string_view base, std::string_view head) override {
    return inner_.compare(base, head);
  }
  Result<std::string> tree_with(const CommitRef& base, const std::vector<FileChange>& files) override {
    return inner_.tree_with(base, files);
  }
  Result<std::string> commit_to_branch(std::string_view branch, const NewCommit& commit,
                                       const std::optional<std::string>& was) override {
    return inner_.commit_to_branch(branch, commit, was);
  }
  Result<void> delete_branch(std::string_view branch) override { return inner_.delete_branch(branch); }
  Result<std::optional<PullRequestBranches>> pull_request(std::int64_t number) override {
    return inner_.pull_request(number);
  }
  Result<ChangedFiles> pull_request_files(std::int64_t number) override {
    return inner_.pull_request_files(number);
  }
  Result<std::optional<PullRequest>> open_pull_request(std::string_view branch) override {
    return inner_.open_pull_request(branch);
  }
  Result<std::vector<ListedPullRequest>> pull_requests_from(std::string_view prefix) override {
    return inner_.pull_requests_from(prefix);
  }
  Result<PullRequest> create_pull_request(const NewPullRequest& wanted) override {
    return inner_.create_pull_request(wanted);
  }
  Result<void> update_pull_request(std::int64_t number, const PullRequestText& text) override {
    return inner_.update_pull_request(number, text);
  }
  Result<void> close_pull_request(std::int64_t number) override { return inner_.close_pull_request(number); }
  Result<void> add_labels(std::int64_t number, const std::vector<std::string>& labels) override {
    return inner_.add_labels(number, labels);
  }
  Result<void> create_review(std::int64_t number, const NewReview& review) override {
    return inner_.create_review(number, review);
  }
  Result<bool> has_review_with_marker(std::int64_t number, std::string_view marker) override {
    return inner_.has_review_with_marker(number, marker);
  }
  Result<std::vector<ReviewComment>> own_review_comments(std::int64_t number) override {
    return inner_.own_review_comments(number);
  }
  Result<void> update_review_comment(std::int64_t number, std::int64_t comment,
                                     std::string_view body) override {
    return inner_.update_review_comment(number, comment, body);
  }
  Result<void> delete_review_comment(std::int64_t number, std::int64_t comment) override {
    return inner_.delete_review_comment(number, comment);
  }
  Result<std::optional<std::string>> put_check_run(const CheckRun& wanted) override {
    return inner_.put_check_run(wanted);
  }
  Result<std::optional<Issue>> find_issue_with_marker(std::string_view marker) override {
    return inner_.find_issue_with_marker(marker);
  }
  Result<std::optional<Issue>> issue(std::int64_t number) override { return inner_.issue(number); }
  Result<Issue> create_issue(const IssueText& text, const std::vector<std::string>& labels) override {
    return inner_.create_issue(text, labels);
  }
  Result<void> update_issue(std::int64_t number, const IssueText& text) override {
    return inner_.update_issue(number, text);
  }
  Result<void> close_issue(std::int64_t number) override { return inner_.close_issue(number); }
  Result<void> reopen_issue(std::int64_t number) override { return inner_.reopen_issue(number); }
  Result<std::vector<Comment>> comments_since(std::int64_t issue, std::string_view since) override {
    return inner_.comments_since(issue, since);
  }
  Result<void> create_comment(std::int64_t issue, std::string_view body) override {
    return inner_.create_comment(issue, body);
  }
  Result<void> create_internal_comment(std::int64_t issue, std::string_view body) override {
    return inner_.create_internal_comment(issue, body);
  }
  Result<void> update_comment(std::int64_t issue, std::int64_t comment, std::string_view body) override {
    return inner_.update_comment(issue, comment, body);
  }
  Result<void> react(std::int64_t issue, std::int64_t comment, Reaction reaction) override {
    return inner_.react(issue, comment, reaction);
  }

 protected:
  [[nodiscard]] ForgeRepository& inner() { return inner_; }

 private:
  ForgeRepository& inner_;
};

}  // namespace mlx::bot
