#include "action/job_repository.h"

#include <algorithm>

namespace mlx::action {
namespace {

constexpr std::string_view kReadContents = "contents: read";
constexpr std::string_view kReadPullRequests = "pull-requests: read";
constexpr std::string_view kContents = "contents: write";
constexpr std::string_view kPullRequests = "pull-requests: write";
constexpr std::string_view kIssues = "issues: write";
constexpr std::string_view kChecks = "checks: write";

std::string line_of(std::string_view permission) {
  return "`" + std::string(permission) + "` to the `permissions:` of the workflow's job";
}

/// What GitHub says to tokens of workflows, however much they may write.
bool is_setting(const Error& error) { return error.message.contains("not permitted to create or approve"); }

}  // namespace

void JobEffects::refuse(std::string note) {
  if (std::ranges::find(refused, note) == refused.end()) refused.push_back(std::move(note));
}

template <typename T>
Result<T> JobRepository::explained(Result<T> result, std::string_view permission) {
  if (result || result.error().code != ErrorCode::kRefused) return result;
  Error error = std::move(result).error();
  error.message +=
      is_setting(error)
          ? ". Tick `Allow GitHub Actions to create and approve pull requests` in the repository's "
            "Settings, Actions, General, or give another `token`"
          : ". Add " + line_of(permission);
  return std::unexpected(std::move(error));
}

Result<void> JobRepository::remark(Result<void> result, std::string_view what, std::string_view permission) {
  if (result || refused_ == Refused::kIsError) return explained(std::move(result), permission);
  if (result.error().code != ErrorCode::kRefused) return result;
  effects_.refuse("The token may not " + std::string(what) + "; to let it, add " + line_of(permission) + ".");
  return {};
}

void JobRepository::note(const bot::PullRequest& pull) {
  auto& known = effects_.pull_requests;
  if (std::ranges::find(known, pull.number, &bot::PullRequest::number) == known.end()) known.push_back(pull);
}

Result<std::string> JobRepository::default_branch() {
  return explained(inner().default_branch(), kReadContents);
}

Result<std::optional<bot::CommitRef>> JobRepository::branch_head(std::string_view branch) {
  return explained(inner().branch_head(branch), kReadContents);
}

Result<std::optional<bot::PullRequestBranches>> JobRepository::pull_request(std::int64_t number) {
  return explained(inner().pull_request(number), kReadPullRequests);
}

Result<bot::Comparison> JobRepository::compare(std::string_view base, std::string_view head) {
  return explained(inner().compare(base, head), kReadContents);
}

Result<std::vector<bot::Comment>> JobRepository::comments_since(std::int64_t issue, std::string_view since) {
  return explained(inner().comments_since(issue, since), kReadPullRequests);
}

Result<std::string> JobRepository::tree_with(const bot::CommitRef& base,
                                             const std::vector<FileChange>& files) {
  return explained(inner().tree_with(base, files), kContents);
}

Result<std::string> JobRepository::commit_to_branch(std::string_view branch, const bot::NewCommit& commit,
                                                    const std::optional<std::string>& was) {
  auto made = explained(inner().commit_to_branch(branch, commit, was), kContents);
  if (made) effects_.commits.push_back(*made);
  return made;
}

Result<void> JobRepository::delete_branch(std::string_view branch) {
  return explained(inner().delete_branch(branch), kContents);
}

Result<std::optional<bot::PullRequest>> JobRepository::open_pull_request(std::string_view branch) {
  auto found = inner().open_pull_request(branch);
  if (found && *found) effects_.found.push_back(**found);
  return found;
}

Result<bot::PullRequest> JobRepository::create_pull_request(const bot::NewPullRequest& wanted) {
  auto made = explained(inner().create_pull_request(wanted), kPullRequests);
  if (made) note(*made);
  return made;
}

Result<void> JobRepository::update_pull_request(std::int64_t number, const bot::PullRequestText& text) {
  auto done = explained(inner().update_pull_request(number, text), kPullRequests);
  const auto known = std::ranges::find(effects_.found, number, &bot::PullRequest::number);
  if (done && known != effects_.found.end()) note(*known);
  return done;
}

Result<void> JobRepository::close_pull_request(std::int64_t number) {
  return explained(inner().close_pull_request(number), kPullRequests);
}

Result<void> JobRepository::add_labels(std::int64_t number, const std::vector<std::string>& labels) {
  return explained(inner().add_labels(number, labels), kIssues);
}

Result<void> JobRepository::create_review(std::int64_t number, const bot::NewReview& review) {
  return remark(inner().create_review(number, review), "suggest changes on the pull request", kPullRequests);
}

Result<void> JobRepository::update_review_comment(std::int64_t comment, std::string_view body) {
  return remark(inner().update_review_comment(comment, body), "change its remarks on the pull request",
                kPullRequests);
}

Result<void> JobRepository::delete_review_comment(std::int64_t comment) {
  return remark(inner().delete_review_comment(comment), "take back its remarks on the pull request",
                kPullRequests);
}

Result<std::optional<std::string>> JobRepository::put_check_run(const bot::CheckRun& wanted) {
  // Nobody would hear of a button: GitHub tells the App that made the check run, and this is a job.
  bot::CheckRun run = wanted;
  run.actions.clear();
  auto url = inner().put_check_run(run);
  if (url && !*url)
    effects_.refuse("The token may not write a check run; to let it, add " + line_of(kChecks) + ".");
  return url;
}

Result<bot::Issue> JobRepository::create_issue(const bot::IssueText& text,
                                               const std::vector<std::string>& labels) {
  auto made = explained(inner().create_issue(text, labels), kIssues);
  if (!made && made.error().code == ErrorCode::kRefused)
    effects_.refuse("The token may not write an issue; to let it, add " + line_of(kIssues) + ".");
  return made;
}

Result<void> JobRepository::update_issue(std::int64_t number, const bot::IssueText& text) {
  return explained(inner().update_issue(number, text), kIssues);
}

Result<void> JobRepository::create_comment(std::int64_t issue, std::string_view body) {
  auto done = inner().create_comment(issue, body);
  if (done) effects_.said.emplace_back(body);
  return remark(std::move(done), "comment here", kPullRequests);
}

Result<void> JobRepository::update_comment(std::int64_t comment, std::string_view body) {
  auto done = inner().update_comment(comment, body);
  if (done) effects_.said.emplace_back(body);
  return remark(std::move(done), "comment here", kPullRequests);
}

Result<void> JobRepository::react(std::int64_t comment, bot::Reaction reaction) {
  // Comments of pull requests take either of the two permissions, those of issues this one.
  return remark(inner().react(comment, reaction), "react to comments", kIssues);
}

}  // namespace mlx::action
