#include "action/job_repository.h"

#include <algorithm>

namespace mlx::action {

void JobEffects::refuse(std::string note) {
  if (std::ranges::find(refused, note) == refused.end()) refused.push_back(std::move(note));
}

template <typename T>
Result<T> JobRepository::explained(Result<T> result, Permission permission) {
  if (result || result.error().code != ErrorCode::kRefused) return result;
  Error error = std::move(result).error();
  error.message += ". " + policy_.advice(permission, error);
  return std::unexpected(std::move(error));
}

void JobRepository::refuse(std::string_view what, Permission permission, const Error& refusal) {
  effects_.refuse("The token may not " + std::string(what) + ". " + policy_.advice(permission, refusal) +
                  ".");
}

Result<void> JobRepository::remark(Result<void> result, std::string_view what, Permission permission) {
  if (result || policy_.refused == Refused::kIsError) return explained(std::move(result), permission);
  if (result.error().code != ErrorCode::kRefused) return result;
  refuse(what, permission, result.error());
  return {};
}

void JobRepository::note(const bot::PullRequest& pull) {
  auto& known = effects_.pull_requests;
  if (std::ranges::find(known, pull.number, &bot::PullRequest::number) == known.end()) known.push_back(pull);
}

Result<std::string> JobRepository::default_branch() {
  return explained(inner().default_branch(), Permission::kReadContents);
}

Result<std::optional<bot::CommitRef>> JobRepository::branch_head(std::string_view branch) {
  return explained(inner().branch_head(branch), Permission::kReadContents);
}

Result<std::optional<bot::PullRequestBranches>> JobRepository::pull_request(std::int64_t number) {
  return explained(inner().pull_request(number), Permission::kReadPullRequests);
}

Result<bot::Comparison> JobRepository::compare(std::string_view base, std::string_view head) {
  return explained(inner().compare(base, head), Permission::kReadContents);
}

Result<std::vector<bot::Comment>> JobRepository::comments_since(std::int64_t issue, std::string_view since) {
  return explained(inner().comments_since(issue, since), Permission::kReadPullRequests);
}

Result<std::string> JobRepository::tree_with(const bot::CommitRef& base,
                                             const std::vector<FileChange>& files) {
  return explained(inner().tree_with(base, files), Permission::kWriteContents);
}

Result<std::string> JobRepository::commit_to_branch(std::string_view branch, const bot::NewCommit& commit,
                                                    const std::optional<std::string>& was) {
  auto made = explained(inner().commit_to_branch(branch, commit, was), Permission::kWriteContents);
  if (made) effects_.commits.push_back(*made);
  return made;
}

Result<void> JobRepository::delete_branch(std::string_view branch) {
  return explained(inner().delete_branch(branch), Permission::kWriteContents);
}

Result<std::optional<bot::PullRequest>> JobRepository::open_pull_request(std::string_view branch) {
  auto found = inner().open_pull_request(branch);
  if (!found) return found;
  if (const std::optional<bot::PullRequest>& pull = *found; pull) effects_.found.push_back(*pull);
  return found;
}

Result<bot::PullRequest> JobRepository::create_pull_request(const bot::NewPullRequest& wanted) {
  auto made = explained(inner().create_pull_request(wanted), Permission::kWritePullRequests);
  if (made) note(*made);
  return made;
}

Result<void> JobRepository::update_pull_request(std::int64_t number, const bot::PullRequestText& text) {
  auto done = explained(inner().update_pull_request(number, text), Permission::kWritePullRequests);
  const auto known = std::ranges::find(effects_.found, number, &bot::PullRequest::number);
  if (done && known != effects_.found.end()) note(*known);
  return done;
}

Result<void> JobRepository::close_pull_request(std::int64_t number) {
  return explained(inner().close_pull_request(number), Permission::kWritePullRequests);
}

Result<void> JobRepository::add_labels(std::int64_t number, const std::vector<std::string>& labels) {
  return explained(inner().add_labels(number, labels), Permission::kWriteIssues);
}

Result<void> JobRepository::create_review(std::int64_t number, const bot::NewReview& review) {
  return remark(inner().create_review(number, review), "suggest changes on the pull request",
                Permission::kWritePullRequests);
}

Result<void> JobRepository::update_review_comment(std::int64_t number, std::int64_t comment,
                                                  std::string_view body) {
  return remark(inner().update_review_comment(number, comment, body),
                "change its remarks on the pull request", Permission::kWritePullRequests);
}

Result<void> JobRepository::delete_review_comment(std::int64_t number, std::int64_t comment) {
  return remark(inner().delete_review_comment(number, comment), "take back its remarks on the pull request",
                Permission::kWritePullRequests);
}

Result<std::optional<std::string>> JobRepository::put_check_run(const bot::CheckRun& wanted) {
  // Nobody would hear of a button: GitHub tells the App that made the check run, and this is a job.
  bot::CheckRun run = wanted;
  run.actions.clear();
  auto url = inner().put_check_run(run);
  if (url && !*url) refuse("write a check run", Permission::kWriteChecks, {});
  return url;
}

Result<bot::Issue> JobRepository::create_issue(const bot::IssueText& text,
                                               const std::vector<std::string>& labels) {
  auto made = explained(inner().create_issue(text, labels), Permission::kWriteIssues);
  if (!made && made.error().code == ErrorCode::kRefused)
    refuse("write an issue", Permission::kWriteIssues, made.error());
  return made;
}

Result<void> JobRepository::update_issue(std::int64_t number, const bot::IssueText& text) {
  return explained(inner().update_issue(number, text), Permission::kWriteIssues);
}

Result<void> JobRepository::create_comment(std::int64_t issue, std::string_view body) {
  auto done = inner().create_comment(issue, body);
  if (done) effects_.said.emplace_back(body);
  return remark(std::move(done), "comment here", Permission::kWritePullRequests);
}

Result<void> JobRepository::update_comment(std::int64_t issue, std::int64_t comment, std::string_view body) {
  auto done = inner().update_comment(issue, comment, body);
  if (done) effects_.said.emplace_back(body);
  return remark(std::move(done), "comment here", Permission::kWritePullRequests);
}

Result<void> JobRepository::react(std::int64_t issue, std::int64_t comment, bot::Reaction reaction) {
  // Comments of pull requests take either of the two permissions, those of issues this one.
  return remark(inner().react(issue, comment, reaction), "react to comments", Permission::kWriteIssues);
}

}  // namespace mlx::action
