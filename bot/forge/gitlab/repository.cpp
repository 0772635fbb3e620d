#include "bot/forge/gitlab/repository.h"

#include <algorithm>
#include <functional>
#include <map>

#include <fmt/format.h>

#include "bot/forge/gitlab/commits.h"
#include "bot/forge/gitlab/members.h"
#include "bot/forge/gitlab/reviews.h"
#include "bot/forge/gitlab/snapshot.h"
#include "bot/forge/gitlab/statuses.h"
#include "bot/forge/gitlab/values.h"

namespace mlx::bot::gitlab {
namespace {

using nlohmann::json;

constexpr std::size_t kMostItems = 10'000;
/// GitLab's own default (`diff_max_files`).
constexpr std::size_t kMostComparedFiles = 1'000;
constexpr int kDeveloper = 30;

ForgeForm gitlab_form() {
  return {.issue_sign = "#",
          .pull_request_sign = "!",
          .pull_request_pages = "/-/merge_requests/",
          .file_pages = "/-/blob/",
          .suggestion = "suggestion",
          .lines_before_suggestion = ":-",
          .lines_after_suggestion = "+0",
          .check = "commit status",
          .check_lists_findings = false};
}

std::string_view emoji_of(Reaction reaction) {
  switch (reaction) {
    case Reaction::kSeen: return "eyes";
    case Reaction::kSucceeded: return "rocket";
    case Reaction::kRefused: return "confused";
  }
  return "eyes";
}

std::string joined(const std::vector<std::string>& labels) {
  std::string text;
  for (const std::string& label : labels) text += (text.empty() ? "" : ",") + label;
  return text;
}

Error branch_moved(std::string_view branch) {
  return {ErrorCode::kConflict, "the branch " + std::string(branch) + " moved meanwhile"};
}

bool says(const Error& error, std::string_view words) {
  return error.message.find(words) != std::string::npos;
}

class GitlabRepository final : public ForgeRepository {
 public:
  GitlabRepository(Api& api, RepositoryName name, std::int64_t project, BlobCache& cache)
      : api_(api), name_(std::move(name)), cache_(cache) {
    if (project != 0) base_ = fmt::format("/projects/{}", project);
  }

  [[nodiscard]] const ForgeForm& form() const override { return form_; }

  Result<std::string> own_login() override { return MLX_TRY(api_.own_account()).login; }

  Result<Role> role_of(std::string_view user) override {
    return gitlab::role_of(api_, MLX_TRY(base()), user);
  }
  Result<bool> may_read_files(std::string_view user) override {
    return gitlab::may_read_files(api_, MLX_TRY(base()), user);
  }

  Result<std::string> default_branch() override {
    const json answer = MLX_TRY(get(""));
    // A project without commits has none.
    return MLX_TRY(JsonReader(answer, "GitLab's project").string_if_present("default_branch"))
        .value_or("main");
  }

  Result<std::optional<CommitRef>> branch_head(std::string_view branch) override {
    const auto answer = get("/repository/branches/" + percent_encode(branch));
    if (!answer) {
      if (answer.error().code == ErrorCode::kNotFound) return std::nullopt;
      return std::unexpected(answer.error());
    }
    const JsonReader commit = MLX_TRY(JsonReader(*answer, "GitLab's branch").at("commit"));
    CommitRef head;
    head.sha = MLX_TRY(commit.string("id"));
    return head;
  }

  using ForgeRepository::snapshot;
  Result<std::unique_ptr<Snapshot>> snapshot(const CommitRef& commit, Listing listing) override {
    return std::make_unique<GitlabSnapshot>(MLX_TRY(files()), commit.sha, listing);
  }

  Result<std::optional<std::string>> blob(const BlobId& id) override {
    auto bytes = MLX_TRY(files()).blob(id.hex());
    if (!bytes && bytes.error().code == ErrorCode::kNotFound) return std::nullopt;
    if (!bytes) return std::unexpected(bytes.error());
    return *std::move(bytes);
  }

  Result<std::vector<CommitSummary>> commits_between(std::string_view base, std::string_view head) override {
    const json answer = MLX_TRY(get(fmt::format("/repository/compare?from={}&to={}", base, head)));
    std::vector<CommitSummary> commits;
    for (const JsonReader& commit : MLX_TRY(JsonReader(answer, "GitLab's comparison").elements("commits"))) {
      commits.push_back(MLX_TRY(summary_of(api_, MLX_TRY(files()), commit)));
    }
    return commits;
  }

  Result<CommitSummary> commit(std::string_view sha) override {
    const auto answer = get(fmt::format("/repository/commits/{}", sha));
    if (!answer) return std::unexpected(failure_of_known_object(answer.error()));
    return summary_of(api_, MLX_TRY(files()), JsonReader(*answer, "GitLab's commit"));
  }

  Result<CommitRef> merge_base(std::string_view base, std::string_view head) override {
    const auto answer = get(fmt::format("/repository/merge_base?refs[]={}&refs[]={}", base, head));
    if (!answer) return std::unexpected(failure_of_known_object(answer.error()));
    return MLX_TRY(read_commit(JsonReader(*answer, "GitLab's merge base"))).commit;
  }

  Result<Comparison> compare(std::string_view base, std::string_view head) override {
    Comparison result;
    result.merge_base = MLX_TRY(merge_base(base, head));
    const auto answer = get(fmt::format("/repository/compare?from={}&to={}", base, head));
    if (!answer) return std::unexpected(failure_of_known_object(answer.error()));
    const JsonReader reader(*answer, "GitLab's comparison");
    const auto files = MLX_TRY(reader.elements("diffs"));
    for (const JsonReader& file : files) MLX_CHECK(append_changed_file(result.changed, file));
    result.changed.is_truncated =
        files.size() >= kMostComparedFiles || MLX_TRY(reader.boolean_or("compare_timeout", false));
    return result;
  }

  Result<std::string> tree_with(const CommitRef& base, const std::vector<FileChange>& changes) override {
    return gitlab::tree_with(MLX_TRY(files()), base, changes);
  }

  Result<std::string> commit_to_branch(std::string_view branch, const NewCommit& commit,
                                       const std::optional<std::string>& was) override {
    json body = {{"branch", branch}, {"commit_message", commit.message}};
    body["actions"] = MLX_TRY(actions_of(MLX_TRY(files()), commit));
    if (was) {
      const auto now = MLX_TRY(branch_head(branch));
      if (!now || now->sha != *was) return std::unexpected(branch_moved(branch));
    }
    const bool goes_on = was && *was == commit.parent.sha;
    if (!goes_on) body["start_sha"] = commit.parent.sha;
    if (was && !goes_on) body["force"] = true;
    const auto answer = send("POST", "/repository/commits", body);
    if (!answer) {
      Error error = answer.error();
      // The refusals that somebody else's success explains.
      const bool is_late = says(error, "already exists") || says(error, "has changed since");
      if (is_late) error.code = ErrorCode::kConflict;
      return std::unexpected(std::move(error));
    }
    return JsonReader(*answer, "GitLab's commit").string("id");
  }

  Result<void> delete_branch(std::string_view branch) override {
    MLX_CHECK(send("DELETE", "/repository/branches/" + percent_encode(branch), nullptr));
    return {};
  }

  Result<std::optional<PullRequestBranches>> pull_request(std::int64_t number) override {
    if (number < 0) return std::nullopt;
    const auto answer = get(fmt::format("/merge_requests/{}", number));
    if (!answer) {
      if (answer.error().code == ErrorCode::kNotFound) return std::nullopt;
      return std::unexpected(answer.error());
    }
    return MLX_TRY(read_branches(JsonReader(*answer, "GitLab's merge request")));
  }

  Result<ChangedFiles> pull_request_files(std::int64_t number) override {
    ChangedFiles files;
    std::size_t listed = 0;
    const auto keep = [&](const JsonReader& item) -> Result<Continue> {
      ++listed;
      MLX_CHECK(append_changed_file(files, item));
      return Continue::kYes;
    };
    MLX_CHECK(each(fmt::format("/merge_requests/{}/diffs?", number), kMostItems, keep));
    // GitLab keeps no more of a merge request.
    files.is_truncated = listed >= kMostComparedFiles;
    return files;
  }

  Result<std::optional<PullRequest>> open_pull_request(std::string_view branch) override {
    std::optional<PullRequest> found;
    const auto look = [&](const JsonReader& item) -> Result<Continue> {
      if (MLX_TRY(is_from_fork(item))) return Continue::kYes;
      found = MLX_TRY(read_pull_request(item));
      return Continue::kNo;
    };
    MLX_CHECK(each("/merge_requests?state=opened&source_branch=" + percent_encode(branch), kMostItems, look));
    return found;
  }

  Result<std::vector<ListedPullRequest>> pull_requests_from(std::string_view prefix) override {
    // GitLab filters by a whole branch name only. Open ones come first, so that one that is closed between
    // the two lists is seen twice rather than not at all.
    std::map<std::int64_t, ListedPullRequest, std::greater<>> by_number;
    const auto keep = [&](const JsonReader& item) -> Result<Continue> {
      ListedPullRequest pull = MLX_TRY(read_listed_pull_request(item));
      const bool is_wanted = pull.head_branch.starts_with(prefix) && !MLX_TRY(is_from_fork(item));
      if (is_wanted) by_number.insert_or_assign(pull.number, std::move(pull));
      return Continue::kYes;
    };
    MLX_CHECK(each("/merge_requests?state=opened&order_by=created_at&sort=desc", kMostItems, keep));
    MLX_CHECK(each("/merge_requests?state=all&order_by=created_at&sort=desc", kListedPullRequests, keep));
    std::vector<ListedPullRequest> pulls;
    pulls.reserve(by_number.size());
    for (auto& [number, pull] : by_number) pulls.push_back(std::move(pull));
    return pulls;
  }

  Result<PullRequest> create_pull_request(const NewPullRequest& wanted) override {
    json body = {{"source_branch", wanted.branch},
                 {"target_branch", wanted.base},
                 {"title", wanted.is_draft ? draft_title(wanted.text.title) : wanted.text.title},
                 {"description", without_quick_actions(wanted.text.body)}};
    if (!wanted.labels.empty()) body["labels"] = joined(wanted.labels);
    const json answer = MLX_TRY(send("POST", "/merge_requests", body));
    return read_pull_request(JsonReader(answer, "GitLab's merge request"));
  }

  Result<void> update_pull_request(std::int64_t number, const PullRequestText& text) override {
    // A title without the prefix would make a draft ready.
    const json now = MLX_TRY(get(fmt::format("/merge_requests/{}", number)));
    const bool is_draft = MLX_TRY(JsonReader(now, "GitLab's merge request").boolean_or("draft", false));
    MLX_CHECK(send("PUT", fmt::format("/merge_requests/{}", number),
                   {{"title", is_draft ? draft_title(text.title) : text.title},
                    {"description", without_quick_actions(text.body)}}));
    return {};
  }

  Result<void> close_pull_request(std::int64_t number) override { return set_state(number, "close"); }

  Result<void> add_labels(std::int64_t number, const std::vector<std::string>& labels) override {
    MLX_CHECK(send("PUT", thread(number), {{"add_labels", joined(labels)}}));
    return {};
  }

  Result<void> create_review(std::int64_t number, const NewReview& review) override {
    return create_gitlab_review(MLX_TRY(merge_request(number)), review);
  }

  Result<bool> has_review_with_marker(std::int64_t number, std::string_view marker) override {
    const std::string author = MLX_TRY(own_login());
    bool is_found = false;
    const auto look = [&](const JsonReader& item) -> Result<Continue> {
      const Comment note = MLX_TRY(read_comment(item));
      is_found = note.author == author && note.body.find(marker) != std::string::npos;
      return is_found ? Continue::kNo : Continue::kYes;
    };
    MLX_CHECK(each(thread(number) + "/notes?sort=desc", kMostItems, look));
    return is_found;
  }

  Result<std::vector<ReviewComment>> own_review_comments(std::int64_t number) override {
    return list_own_remarks(MLX_TRY(merge_request(number)));
  }

  Result<void> update_review_comment(std::int64_t number, std::int64_t comment,
                                     std::string_view body) override {
    return update_comment(number, comment, body);
  }

  Result<void> delete_review_comment(std::int64_t number, std::int64_t comment) override {
    const auto answer = send("DELETE", fmt::format("{}/notes/{}", thread(number), comment), nullptr);
    const bool is_gone = answer || answer.error().code == ErrorCode::kNotFound;
    if (!is_gone) return std::unexpected(answer.error());
    return {};
  }

  Result<std::optional<std::string>> put_check_run(const CheckRun& wanted) override {
    const bool is_put = MLX_TRY(put_status(api_, MLX_TRY(base()), wanted));
    return is_put ? std::optional(std::string()) : std::nullopt;
  }

  Result<std::optional<Issue>> find_issue_with_marker(std::string_view marker) override {
    const std::string author = MLX_TRY(own_login());
    std::optional<Issue> found;
    const auto look = [&](const JsonReader& item) -> Result<Continue> {
      // The marker may have been copied into somebody else's issue.
      if (MLX_TRY(read_author(item)) != author) return Continue::kYes;
      Issue issue = MLX_TRY(read_issue(item));
      if (issue.text.body.find(marker) == std::string::npos) return Continue::kYes;
      const bool is_better = !found || issue.is_open;
      if (is_better) found = std::move(issue);
      return found->is_open ? Continue::kNo : Continue::kYes;
    };
    MLX_CHECK(each("/issues?scope=all&order_by=created_at&sort=asc&author_username=" + percent_encode(author),
                   kMostItems, look));
    return found;
  }

  Result<std::optional<Issue>> issue(std::int64_t number) override {
    if (number >= 0) return std::nullopt;
    const auto answer = get(fmt::format("/issues/{}", -number));
    if (!answer) {
      if (answer.error().code == ErrorCode::kNotFound) return std::nullopt;
      return std::unexpected(answer.error());
    }
    return MLX_TRY(read_issue(JsonReader(*answer, "GitLab's issue")));
  }

  Result<Issue> create_issue(const IssueText& text, const std::vector<std::string>& labels) override {
    const json answer = MLX_TRY(send("POST", "/issues",
                                     {{"title", text.title},
                                      {"description", without_quick_actions(text.body)},
                                      {"labels", joined(labels)}}));
    return read_issue(JsonReader(answer, "GitLab's issue"));
  }

  Result<void> update_issue(std::int64_t number, const IssueText& text) override {
    MLX_CHECK(send("PUT", thread(number),
                   {{"title", text.title}, {"description", without_quick_actions(text.body)}}));
    return {};
  }

  Result<void> close_issue(std::int64_t number) override { return set_state(number, "close"); }
  Result<void> reopen_issue(std::int64_t number) override { return set_state(number, "reopen"); }

  Result<std::vector<Comment>> comments_since(std::int64_t issue, std::string_view since) override {
    std::vector<Comment> comments;
    const auto keep = [&](const JsonReader& item) -> Result<Continue> {
      // GitLab has no filter by time, but an order.
      if (MLX_TRY(read_time(item, "updated_at")) < since) return Continue::kNo;
      const bool is_comment = !MLX_TRY(item.boolean_or("system", false)) &&
                              MLX_TRY(item.string_if_present("type")).value_or("") != "DiffNote";
      if (is_comment) comments.push_back(MLX_TRY(read_comment(item)));
      return Continue::kYes;
    };
    MLX_CHECK(each(thread(issue) + "/notes?order_by=updated_at&sort=desc", kMostItems, keep));
    std::ranges::reverse(comments);
    return comments;
  }

  Result<void> create_comment(std::int64_t issue, std::string_view body) override {
    MLX_CHECK(send("POST", thread(issue) + "/notes", {{"body", without_quick_actions(body)}}));
    return {};
  }

  Result<void> create_internal_comment(std::int64_t issue, std::string_view body) override {
    MLX_CHECK(
        send("POST", thread(issue) + "/notes", {{"body", without_quick_actions(body)}, {"internal", true}}));
    return {};
  }

  Result<void> update_comment(std::int64_t issue, std::int64_t comment, std::string_view body) override {
    MLX_CHECK(send("PUT", fmt::format("{}/notes/{}", thread(issue), comment),
                   {{"body", without_quick_actions(body)}}));
    return {};
  }

  Result<void> react(std::int64_t issue, std::int64_t comment, Reaction reaction) override {
    const std::string note = fmt::format("{}/notes/{}", thread(issue), comment);
    const auto answer = send("POST", note + "/award_emoji", {{"name", emoji_of(reaction)}});
    if (answer) return {};
    // GitLab answers the same for one that is there as for a note that is not.
    if (answer.error().code != ErrorCode::kNotFound) return std::unexpected(answer.error());
    const auto there = get(note);
    if (!there) return std::unexpected(there.error());
    return {};
  }

 private:
  /// `/issues/12` or `/merge_requests/12`.
  static std::string thread(std::int64_t number) {
    return number < 0 ? fmt::format("/issues/{}", -number) : fmt::format("/merge_requests/{}", number);
  }

  /// The project's path in the API, by its id: a name may change while a job waits.
  Result<std::string> base() {
    if (base_.empty()) {
      const json project = MLX_TRY(api_.request("GET", "/projects/" + percent_encode(name_.full())));
      base_ = fmt::format("/projects/{}", MLX_TRY(JsonReader(project, "GitLab's project").integer("id")));
    }
    return base_;
  }

  Result<Files> files() { return Files(api_, MLX_TRY(base()), cache_); }

  Result<ReviewedMergeRequest> merge_request(std::int64_t number) {
    std::string path = MLX_TRY(base()) + thread(number);
    std::string login = MLX_TRY(own_login());
    return ReviewedMergeRequest{.api = api_, .path = std::move(path), .own_login = std::move(login)};
  }

  Result<json> get(const std::string& path) { return api_.request("GET", MLX_TRY(base()) + path); }
  Result<json> send(std::string_view method, const std::string& path, const json& body) {
    return api_.request(method, MLX_TRY(base()) + path, body);
  }
  Result<void> each(const std::string& path, std::size_t most, const Visit& visit) {
    return api_.each(MLX_TRY(base()) + path, most, visit);
  }

  Result<void> set_state(std::int64_t number, std::string_view event) {
    MLX_CHECK(send("PUT", thread(number), {{"state_event", event}}));
    return {};
  }

  Api& api_;
  RepositoryName name_;
  BlobCache& cache_;
  std::string base_;  ///< empty until it is known
  ForgeForm form_ = gitlab_form();
};

}  // namespace

std::unique_ptr<ForgeRepository> make_repository(Api& api, const RepositoryName& name, std::int64_t project,
                                                 BlobCache& cache) {
  return std::make_unique<GitlabRepository>(api, name, project, cache);
}

Result<std::vector<InstalledRepository>> list_projects(Api& api) {
  std::vector<InstalledRepository> repositories;
  const auto keep = [&](const JsonReader& item) -> Result<Continue> {
    InstalledRepository repository;
    repository.name = repository_named(MLX_TRY(item.string("path_with_namespace")));
    repository.installation = MLX_TRY(item.integer("id"));
    repository.default_branch = MLX_TRY(item.string_if_present("default_branch")).value_or("");
    const bool has_commits = !repository.default_branch.empty();
    // The nearest thing that GitLab says; it may be an hour late.
    if (has_commits) repository.pushed_at = MLX_TRY(read_time(item, "last_activity_at"));
    repositories.push_back(std::move(repository));
    return Continue::kYes;
  };
  MLX_CHECK(api.each(
      fmt::format("/projects?membership=true&archived=false&min_access_level={}&order_by=id&sort=asc",
                  kDeveloper),
      kMostItems, keep));
  return repositories;
}

}  // namespace mlx::bot::gitlab
