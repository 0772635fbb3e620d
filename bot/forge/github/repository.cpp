#include "bot/forge/github/repository.h"

#include <array>
#include <functional>
#include <map>
#include <set>

#include <fmt/format.h>

#include "bot/forge/github/check_runs.h"
#include "bot/forge/github/pages.h"
#include "bot/forge/github/snapshot.h"
#include "bot/forge/github/values.h"
#include "engine/base/digest.h"
#include "engine/base/json_reader.h"

namespace mlx::bot {
namespace {

using nlohmann::json;

Role role_named(std::string_view name) {
  constexpr std::array kRoles = {std::pair{std::string_view("admin"), Role::kAdmin},
                                 std::pair{std::string_view("maintain"), Role::kMaintain},
                                 std::pair{std::string_view("write"), Role::kWrite},
                                 std::pair{std::string_view("triage"), Role::kTriage},
                                 std::pair{std::string_view("read"), Role::kRead}};
  for (const auto& [known, role] : kRoles) {
    if (known == name) return role;
  }
  return Role::kNone;
}

std::string_view content_of(Reaction reaction) {
  switch (reaction) {
    case Reaction::kSeen: return "eyes";
    case Reaction::kSucceeded: return "rocket";
    case Reaction::kRefused: return "confused";
  }
  return "eyes";
}

/// More than a repository has of what is listed; so that no answer can keep us for ever.
constexpr std::size_t kMostItems = 10'000;
constexpr std::size_t kListedIssues = 1'000;
/// GitHub's own limits.
constexpr std::size_t kMostComparedFiles = 300;
constexpr std::size_t kMostPullRequestFiles = 3'000;

class GithubRepository final : public ForgeRepository {
 public:
  GithubRepository(GithubApi& api, GithubApi::Scope scope, BlobCache& cache)
      : api_(api), scope_(std::move(scope)), cache_(cache), base_("/repos/" + scope_.repository.full()) {}

  [[nodiscard]] const ForgeForm& form() const override { return form_; }

  Result<std::string> own_login() override { return api_.own_login(scope_); }

  Result<bool> may_read_files(std::string_view /*user*/) override { return true; }
  Result<Role> role_of(std::string_view user) override {
    const auto answer = get("/collaborators/" + percent_encode(user) + "/permission");
    if (!answer) {
      // GitHub answers 404 for a name that is nobody's (any more).
      if (answer.error().code == ErrorCode::kNotFound) return Role::kNone;
      return std::unexpected(answer.error());
    }
    const JsonReader reader(*answer, "GitHub's permission");
    // `permission` folds the five roles into three; `role_name` may be an organisation's own word.
    const Role role = role_named(MLX_TRY(reader.string_or("role_name", "")));
    return role != Role::kNone ? role : role_named(MLX_TRY(reader.string("permission")));
  }

  Result<std::string> default_branch() override {
    const json answer = MLX_TRY(get(""));
    return JsonReader(answer, "GitHub's repository").string("default_branch");
  }

  Result<std::optional<CommitRef>> branch_head(std::string_view branch) override {
    const auto answer = get("/branches/" + percent_encode(branch));
    if (!answer) {
      if (answer.error().code == ErrorCode::kNotFound) return std::nullopt;
      return std::unexpected(answer.error());
    }
    const JsonReader commit = MLX_TRY(JsonReader(*answer, "GitHub's branch").at("commit"));
    CommitRef result;
    result.sha = MLX_TRY(commit.string("sha"));
    result.tree = MLX_TRY(MLX_TRY(MLX_TRY(commit.at("commit")).at("tree")).string("sha"));
    return result;
  }

  using ForgeRepository::snapshot;
  Result<std::unique_ptr<Snapshot>> snapshot(const CommitRef& commit, Listing listing) override {
    return std::make_unique<GithubSnapshot>(api_, scope_, commit, cache_, listing);
  }

  Result<std::optional<std::string>> blob(const BlobId& id) override {
    if (auto known = cache_.find(id.hex())) return known;
    auto bytes = fetch_blob(api_, scope_, id.hex());
    if (!bytes && bytes.error().code == ErrorCode::kNotFound) return std::nullopt;
    if (!bytes) return std::unexpected(bytes.error());
    cache_.put(id.hex(), *bytes);
    return *std::move(bytes);
  }

  Result<std::vector<CommitSummary>> commits_between(std::string_view base, std::string_view head) override {
    const json answer = MLX_TRY(get(fmt::format("/compare/{}...{}", base, head)));
    const JsonReader reader(answer, "GitHub's comparison");
    std::vector<CommitSummary> commits;
    for (const JsonReader& commit : MLX_TRY(reader.elements("commits"))) {
      commits.push_back(MLX_TRY(read_commit(commit)));
    }
    const auto total = MLX_TRY(reader.integer("total_commits"));
    if (static_cast<std::size_t>(total) != commits.size()) {
      return fail(ErrorCode::kConflict,
                  fmt::format("the branch is {} commits ahead: too many to look through", total));
    }
    return commits;
  }

  Result<CommitSummary> commit(std::string_view sha) override {
    // Its files come along, and are of no use here: as few as can be.
    const auto answer = get(fmt::format("/commits/{}?per_page=1", sha));
    if (!answer) return std::unexpected(failure_of_known_object(answer.error()));
    return read_commit(JsonReader(*answer, "GitHub's commit"));
  }

  Result<CommitRef> merge_base(std::string_view base, std::string_view head) override {
    const auto answer = get(fmt::format("/compare/{}...{}?per_page=1", base, head));
    if (!answer) return std::unexpected(failure_of_known_object(answer.error()));
    const JsonReader reader(*answer, "GitHub's comparison");
    return MLX_TRY(read_commit(MLX_TRY(reader.at("merge_base_commit")))).commit;
  }

  Result<Comparison> compare(std::string_view base, std::string_view head) override {
    // The files are all on the first page, however few commits that has.
    const auto answer = get(fmt::format("/compare/{}...{}?per_page=1", base, head));
    if (!answer) return std::unexpected(failure_of_known_object(answer.error()));
    const JsonReader reader(*answer, "GitHub's comparison");
    Comparison result;
    result.merge_base = MLX_TRY(read_commit(MLX_TRY(reader.at("merge_base_commit")))).commit;
    const auto files = MLX_TRY(reader.elements("files"));
    for (const JsonReader& file : files) MLX_CHECK(append_changed_file(result.changed, file));
    result.changed.is_truncated = files.size() >= kMostComparedFiles;
    return result;
  }

  Result<std::string> tree_with(const CommitRef& base, const std::vector<FileChange>& files) override {
    json entries = json::array();
    for (const FileChange& file : files) entries.push_back(MLX_TRY(tree_entry(file)));
    const json answer =
        MLX_TRY(send("POST", "/git/trees", {{"base_tree", base.tree}, {"tree", std::move(entries)}}));
    return JsonReader(answer, "GitHub's tree").string("sha");
  }

  Result<std::string> commit_to_branch(std::string_view branch, const NewCommit& commit,
                                       const std::optional<std::string>& was) override {
    const std::string sha = MLX_TRY(write_commit(commit));
    if (!was) {
      MLX_CHECK(create_branch(branch, sha));
      return sha;
    }
    const auto now = MLX_TRY(branch_head(branch));
    if (!now || now->sha != *was)
      return fail(ErrorCode::kConflict, "the branch " + std::string(branch) + " moved meanwhile");
    MLX_CHECK(move_branch(branch, sha, *was == commit.parent.sha ? Move::kForward : Move::kAnywhere));
    return sha;
  }

  Result<void> delete_branch(std::string_view branch) override {
    MLX_CHECK(send("DELETE", "/git/refs/heads/" + std::string(branch), nullptr));
    return {};
  }

  Result<std::optional<PullRequestBranches>> pull_request(std::int64_t number) override {
    const auto answer = get(fmt::format("/pulls/{}", number));
    if (!answer) {
      if (answer.error().code == ErrorCode::kNotFound) return std::nullopt;
      return std::unexpected(answer.error());
    }
    return MLX_TRY(read_branches(JsonReader(*answer, "GitHub's pull request")));
  }

  Result<ChangedFiles> pull_request_files(std::int64_t number) override {
    ChangedFiles files;
    std::size_t listed = 0;
    const auto keep = [&](const JsonReader& reader) -> Result<Continue> {
      ++listed;
      MLX_CHECK(append_changed_file(files, reader));
      return Continue::kYes;
    };
    MLX_CHECK(each(fmt::format("/pulls/{}/files?", number), kMostPullRequestFiles, keep));
    files.is_truncated = listed >= kMostPullRequestFiles;
    return files;
  }

  Result<std::optional<PullRequest>> open_pull_request(std::string_view branch) override {
    const std::string head = scope_.repository.owner + ":" + std::string(branch);
    const json answer = MLX_TRY(get("/pulls?state=open&head=" + percent_encode(head)));
    if (!answer.is_array()) {
      return std::unexpected(JsonReader(answer, "GitHub's pull requests")
                                 .complaint("Expected an array", ErrorCode::kUnavailable));
    }
    if (answer.empty()) return std::nullopt;
    return MLX_TRY(read_pull_request(JsonReader(answer.front(), "GitHub's pull request")));
  }

  Result<std::vector<ListedPullRequest>> pull_requests_from(std::string_view prefix) override {
    // GitHub filters by a whole branch name only. Open ones come first, so that one that is closed between
    // the two requests is seen twice rather than not at all.
    std::map<std::int64_t, ListedPullRequest, std::greater<>> by_number;
    const auto keep = [&](const JsonReader& reader) -> Result<Continue> {
      ListedPullRequest pull = MLX_TRY(read_listed_pull_request(reader));
      const bool is_own = !MLX_TRY(read_branches(reader)).is_from_fork;
      if (is_own && pull.head_branch.starts_with(prefix)) by_number.insert_or_assign(pull.number, pull);
      return Continue::kYes;
    };
    MLX_CHECK(each("/pulls?state=open&sort=created&direction=desc", kMostItems, keep));
    MLX_CHECK(each("/pulls?state=closed&sort=created&direction=desc", kListedPullRequests, keep));
    std::vector<ListedPullRequest> pulls;
    pulls.reserve(by_number.size());
    for (auto& [number, pull] : by_number) pulls.push_back(std::move(pull));
    return pulls;
  }

  Result<PullRequest> create_pull_request(const NewPullRequest& wanted) override {
    const json answer = MLX_TRY(open_new(wanted));
    PullRequest created = MLX_TRY(read_pull_request(JsonReader(answer, "GitHub's pull request")));
    if (!wanted.labels.empty()) MLX_CHECK(add_labels(created.number, wanted.labels));
    return created;
  }

  Result<void> update_pull_request(std::int64_t number, const PullRequestText& text) override {
    MLX_CHECK(send("PATCH", fmt::format("/pulls/{}", number), {{"title", text.title}, {"body", text.body}}));
    return {};
  }

  Result<void> close_pull_request(std::int64_t number) override {
    MLX_CHECK(send("PATCH", fmt::format("/pulls/{}", number), {{"state", "closed"}}));
    return {};
  }

  Result<void> add_labels(std::int64_t number, const std::vector<std::string>& labels) override {
    MLX_CHECK(send("POST", fmt::format("/issues/{}/labels", number), {{"labels", labels}}));
    return {};
  }

  Result<void> create_review(std::int64_t number, const NewReview& review) override {
    json comments = json::array();
    for (const LineComment& comment : review.comments) comments.push_back(review_comment_json(comment));
    MLX_CHECK(send("POST", fmt::format("/pulls/{}/reviews", number),
                   {{"commit_id", review.commit},
                    {"body", review.body},
                    {"event", "COMMENT"},
                    {"comments", std::move(comments)}}));
    return {};
  }

  Result<bool> has_review_with_marker(std::int64_t number, std::string_view marker) override {
    const std::string author = MLX_TRY(own_login());
    bool is_found = false;
    const auto look = [&](const JsonReader& reader) -> Result<Continue> {
      const std::string body = MLX_TRY(reader.string_if_present("body")).value_or("");
      is_found = MLX_TRY(read_author(reader)) == author && body.find(marker) != std::string::npos;
      return is_found ? Continue::kNo : Continue::kYes;
    };
    MLX_CHECK(each(fmt::format("/pulls/{}/reviews?", number), kMostItems, look));
    return is_found;
  }

  Result<std::vector<ReviewComment>> own_review_comments(std::int64_t number) override {
    const std::string author = MLX_TRY(own_login());
    std::vector<ReviewComment> comments;
    std::set<std::int64_t> answered;
    const auto keep = [&](const JsonReader& reader) -> Result<Continue> {
      if (reader.has("in_reply_to_id")) {
        answered.insert(MLX_TRY(reader.integer("in_reply_to_id")));
      } else if (MLX_TRY(read_author(reader)) == author) {
        comments.push_back(MLX_TRY(read_review_comment(reader)));
      }
      return Continue::kYes;
    };
    MLX_CHECK(each(fmt::format("/pulls/{}/comments?", number), kMostItems, keep));
    for (ReviewComment& comment : comments) comment.has_replies = answered.contains(comment.id);
    return comments;
  }

  Result<void> update_review_comment(std::int64_t /*number*/, std::int64_t comment,
                                     std::string_view body) override {
    MLX_CHECK(send("PATCH", fmt::format("/pulls/comments/{}", comment), {{"body", body}}));
    return {};
  }

  Result<void> delete_review_comment(std::int64_t /*number*/, std::int64_t comment) override {
    const auto answer = send("DELETE", fmt::format("/pulls/comments/{}", comment), nullptr);
    const bool is_gone = answer || answer.error().code == ErrorCode::kNotFound;
    if (!is_gone) return std::unexpected(answer.error());
    return {};
  }

  Result<std::optional<std::string>> put_check_run(const CheckRun& wanted) override {
    return put_github_check_run(api_, scope_, wanted);
  }

  Result<std::optional<Issue>> find_issue_with_marker(std::string_view marker) override {
    const std::string author = MLX_TRY(own_login());
    std::optional<Issue> found;
    bool is_anything_listed = false;
    const auto look = [&](const JsonReader& reader) -> Result<Continue> {
      is_anything_listed = true;
      // The marker may have been copied into somebody else's issue.
      const bool is_issue = !reader.has("pull_request") && MLX_TRY(read_author(reader)) == author;
      if (!is_issue) return Continue::kYes;
      Issue issue = MLX_TRY(read_issue(reader));
      if (issue.text.body.find(marker) == std::string::npos) return Continue::kYes;
      const bool is_better = !found || issue.is_open;
      if (is_better) found = std::move(issue);
      return found->is_open ? Continue::kNo : Continue::kYes;
    };
    MLX_CHECK(each("/issues?state=all&sort=created&direction=asc&creator=" + percent_encode(author),
                   kMostItems, look));
    // Some of GitHub's servers find nothing by the name of an App's bot.
    if (!is_anything_listed)
      MLX_CHECK(each("/issues?state=all&sort=created&direction=desc", kListedIssues, look));
    return found;
  }

  Result<std::optional<Issue>> issue(std::int64_t number) override {
    const auto answer = get(fmt::format("/issues/{}", number));
    if (!answer) {
      if (answer.error().code == ErrorCode::kNotFound) return std::nullopt;
      return std::unexpected(answer.error());
    }
    const JsonReader reader(*answer, "GitHub's issue");
    if (reader.has("pull_request")) return std::nullopt;
    return MLX_TRY(read_issue(reader));
  }

  Result<Issue> create_issue(const IssueText& text, const std::vector<std::string>& labels) override {
    const json answer =
        MLX_TRY(send("POST", "/issues", {{"title", text.title}, {"body", text.body}, {"labels", labels}}));
    return read_issue(JsonReader(answer, "GitHub's issue"));
  }

  Result<void> update_issue(std::int64_t number, const IssueText& text) override {
    MLX_CHECK(send("PATCH", fmt::format("/issues/{}", number), {{"title", text.title}, {"body", text.body}}));
    return {};
  }

  Result<void> close_issue(std::int64_t number) override {
    MLX_CHECK(send("PATCH", fmt::format("/issues/{}", number), {{"state", "closed"}}));
    return {};
  }

  Result<void> reopen_issue(std::int64_t number) override {
    MLX_CHECK(send("PATCH", fmt::format("/issues/{}", number), {{"state", "open"}}));
    return {};
  }

  Result<std::vector<Comment>> comments_since(std::int64_t issue, std::string_view since) override {
    std::vector<Comment> comments;
    const auto keep = [&](const JsonReader& reader) -> Result<Continue> {
      comments.push_back(MLX_TRY(read_comment(reader)));
      return Continue::kYes;
    };
    MLX_CHECK(
        each(fmt::format("/issues/{}/comments?since={}", issue, percent_encode(since)), kMostItems, keep));
    return comments;
  }

  Result<void> create_comment(std::int64_t issue, std::string_view body) override {
    MLX_CHECK(send("POST", fmt::format("/issues/{}/comments", issue), {{"body", body}}));
    return {};
  }

  Result<void> update_comment(std::int64_t /*issue*/, std::int64_t comment, std::string_view body) override {
    MLX_CHECK(send("PATCH", fmt::format("/issues/comments/{}", comment), {{"body", body}}));
    return {};
  }

  Result<void> react(std::int64_t /*issue*/, std::int64_t comment, Reaction reaction) override {
    MLX_CHECK(send("POST", fmt::format("/issues/comments/{}/reactions", comment),
                   {{"content", content_of(reaction)}}));
    return {};
  }

 private:
  enum class Move { kForward, kAnywhere };

  Result<std::string> write_commit(const NewCommit& commit) {
    // No author and no date: GitHub fills them in, and signs what an App commits so.
    const json answer =
        MLX_TRY(send("POST", "/git/commits",
                     {{"message", commit.message}, {"tree", commit.tree}, {"parents", {commit.parent.sha}}}));
    return JsonReader(answer, "GitHub's commit").string("sha");
  }

  Result<void> create_branch(std::string_view branch, std::string_view commit) {
    const auto answer =
        send("POST", "/git/refs", {{"ref", "refs/heads/" + std::string(branch)}, {"sha", commit}});
    if (answer) return {};
    Error error = answer.error();
    // The one refusal that another worker's success explains.
    if (error.message.find("already exists") != std::string::npos) error.code = ErrorCode::kConflict;
    return std::unexpected(std::move(error));
  }

  Result<void> move_branch(std::string_view branch, std::string_view commit, Move move) {
    const auto answer = send("PATCH", "/git/refs/heads/" + std::string(branch),
                             {{"sha", commit}, {"force", move == Move::kAnywhere}});
    if (answer) return {};
    Error error = answer.error();
    if (error.message.find("not a fast forward") != std::string::npos) error.code = ErrorCode::kConflict;
    return std::unexpected(std::move(error));
  }

  Result<json> get(const std::string& path) { return api_.request(scope_, "GET", base_ + path); }
  Result<json> send(std::string_view method, const std::string& path, const json& body) {
    return api_.request(scope_, method, base_ + path, body);
  }

  /// Visits the items of a list whose path has a query.
  template <typename Visit>
  Result<void> each(const std::string& path, std::size_t most, const Visit& visit) {
    const std::string first = path + (path.ends_with('?') ? "" : "&");
    return for_each_item({.get = [&](const std::string& query) { return get(first + query); }, .most = most},
                         visit);
  }

  Result<json> open_new(const NewPullRequest& wanted) {
    json body = {{"title", wanted.text.title},
                 {"head", wanted.branch},
                 {"base", wanted.base},
                 {"body", wanted.text.body}};
    if (wanted.is_draft) body["draft"] = true;
    auto answer = send("POST", "/pulls", body);
    const auto says = [&answer](std::string_view words) {
      return !answer && answer.error().message.find(words) != std::string::npos;
    };
    // Some plans of GitHub have none.
    const bool has_no_drafts = wanted.is_draft && says("Draft pull requests are not supported");
    if (has_no_drafts) {
      body.erase("draft");
      answer = send("POST", "/pulls", body);
    }
    if (!says("already exists")) return answer;
    Error error = answer.error();
    error.code = ErrorCode::kConflict;
    return std::unexpected(std::move(error));
  }

  /// Text goes along in the tree; bytes that are no text need a blob of their own.
  Result<json> tree_entry(const FileChange& file) {
    json entry = {
        {"path", file.path.str()}, {"mode", file.is_executable ? "100755" : "100644"}, {"type", "blob"}};
    if (!file.after) {
      entry["sha"] = nullptr;
    } else if (is_utf8(*file.after)) {
      entry["content"] = *file.after;
    } else {
      const json blob =
          MLX_TRY(send("POST", "/git/blobs", {{"content", base64(*file.after)}, {"encoding", "base64"}}));
      entry["sha"] = MLX_TRY(JsonReader(blob, "GitHub's blob").string("sha"));
    }
    return entry;
  }

  GithubApi& api_;
  GithubApi::Scope scope_;
  BlobCache& cache_;
  std::string base_;
  ForgeForm form_;
};

}  // namespace

std::unique_ptr<ForgeRepository> make_github_repository(GithubApi& api, GithubApi::Scope scope,
                                                        BlobCache& cache) {
  return std::make_unique<GithubRepository>(api, std::move(scope), cache);
}

}  // namespace mlx::bot
