#include "bot/forge/github/repository.h"

#include <array>

#include <fmt/format.h>

#include "bot/forge/github/snapshot.h"
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

Result<PullRequest> read_pull_request(const JsonReader& reader) {
  PullRequest result;
  result.number = MLX_TRY(reader.integer("number"));
  result.url = MLX_TRY(reader.string_or("html_url", ""));
  result.title = MLX_TRY(reader.string("title"));
  result.body = MLX_TRY(reader.string_if_present("body")).value_or("");
  result.created_at = MLX_TRY(reader.string("created_at"));
  return result;
}

Result<PullRequestBranches> read_branches(const JsonReader& reader) {
  const JsonReader head = MLX_TRY(reader.at("head"));
  const JsonReader base = MLX_TRY(reader.at("base"));
  const auto base_repository = MLX_TRY(MLX_TRY(base.at("repo")).integer("id"));
  // The repository of a fork that was deleted is null.
  const bool has_repository = head.has("repo") && head.value().at("repo").is_object();
  PullRequestBranches result;
  result.head_branch = MLX_TRY(head.string("ref"));
  result.head_sha = MLX_TRY(head.string("sha"));
  result.base_sha = MLX_TRY(base.string("sha"));
  result.created_at = MLX_TRY(reader.string("created_at"));
  result.is_open = MLX_TRY(reader.string("state")) == "open";
  result.is_from_fork = !has_repository || MLX_TRY(MLX_TRY(head.at("repo")).integer("id")) != base_repository;
  return result;
}

Result<CommitSummary> read_commit(const JsonReader& reader) {
  const JsonReader commit = MLX_TRY(reader.at("commit"));
  CommitSummary summary;
  summary.commit.sha = MLX_TRY(reader.string("sha"));
  summary.commit.tree = MLX_TRY(MLX_TRY(commit.at("tree")).string("sha"));
  summary.message = MLX_TRY(commit.string("message"));
  for (const JsonReader& parent : MLX_TRY(reader.elements("parents"))) {
    summary.parents.push_back(MLX_TRY(parent.string("sha")));
  }
  const bool has_author = reader.has("author") && reader.value().at("author").is_object();
  if (has_author) summary.author = MLX_TRY(MLX_TRY(reader.at("author")).string_or("login", ""));
  return summary;
}

class GithubRepository final : public ForgeRepository {
 public:
  GithubRepository(GithubApi& api, GithubApi::Scope scope, BlobCache& cache)
      : api_(api), scope_(std::move(scope)), cache_(cache), base_("/repos/" + scope_.repository.full()) {}

  Result<std::string> own_login() override { return api_.own_login(scope_); }

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

  Result<std::unique_ptr<Snapshot>> snapshot(const CommitRef& commit) override {
    return std::make_unique<GithubSnapshot>(api_, scope_, commit.tree, cache_);
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

  Result<std::string> write_tree(const CommitRef& base, const std::vector<FileChange>& files) override {
    json entries = json::array();
    for (const FileChange& file : files) entries.push_back(MLX_TRY(tree_entry(file)));
    const json answer =
        MLX_TRY(send("POST", "/git/trees", {{"base_tree", base.tree}, {"tree", std::move(entries)}}));
    return JsonReader(answer, "GitHub's tree").string("sha");
  }

  Result<std::string> write_commit(std::string_view tree, std::string_view parent,
                                   std::string_view message) override {
    // No author and no date: GitHub fills them in, and signs what an App commits so.
    const json answer =
        MLX_TRY(send("POST", "/git/commits", {{"message", message}, {"tree", tree}, {"parents", {parent}}}));
    return JsonReader(answer, "GitHub's commit").string("sha");
  }

  Result<void> create_branch(std::string_view branch, std::string_view commit) override {
    const auto answer =
        send("POST", "/git/refs", {{"ref", "refs/heads/" + std::string(branch)}, {"sha", commit}});
    if (answer) return {};
    Error error = answer.error();
    // The one refusal that another worker's success explains.
    if (error.message.find("already exists") != std::string::npos) error.code = ErrorCode::kConflict;
    return std::unexpected(std::move(error));
  }

  Result<void> move_branch(std::string_view branch, std::string_view commit) override {
    MLX_CHECK(send("PATCH", "/git/refs/heads/" + std::string(branch), {{"sha", commit}, {"force", true}}));
    return {};
  }

  Result<void> advance_branch(std::string_view branch, std::string_view commit) override {
    const auto answer =
        send("PATCH", "/git/refs/heads/" + std::string(branch), {{"sha", commit}, {"force", false}});
    if (answer) return {};
    Error error = answer.error();
    if (error.message.find("not a fast forward") != std::string::npos) error.code = ErrorCode::kConflict;
    return std::unexpected(std::move(error));
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

  Result<PullRequest> create_pull_request(std::string_view branch, std::string_view base,
                                          const PullRequestText& text) override {
    auto answer = send("POST", "/pulls",
                       {{"title", text.title}, {"head", branch}, {"base", base}, {"body", text.body}});
    if (!answer) {
      Error error = answer.error();
      if (error.message.find("already exists") != std::string::npos) error.code = ErrorCode::kConflict;
      return std::unexpected(std::move(error));
    }
    return read_pull_request(JsonReader(*answer, "GitHub's pull request"));
  }

  Result<void> update_pull_request(std::int64_t number, const PullRequestText& text) override {
    MLX_CHECK(send("PATCH", fmt::format("/pulls/{}", number), {{"title", text.title}, {"body", text.body}}));
    return {};
  }

  Result<std::vector<Comment>> comments_since(std::int64_t issue, std::string_view since) override {
    constexpr std::size_t kPageSize = 100;
    std::vector<Comment> comments;
    for (int page = 1;; ++page) {
      const json answer = MLX_TRY(get(fmt::format("/issues/{}/comments?since={}&per_page={}&page={}", issue,
                                                  percent_encode(since), kPageSize, page)));
      const JsonReader reader(answer, "GitHub's comments");
      if (!answer.is_array())
        return std::unexpected(reader.complaint("expected an array", ErrorCode::kUnavailable));
      for (const json& item : answer)
        comments.push_back(MLX_TRY(read_comment(JsonReader(item, "GitHub's comment"))));
      if (answer.size() < kPageSize) return comments;
    }
  }

  Result<void> create_comment(std::int64_t issue, std::string_view body) override {
    MLX_CHECK(send("POST", fmt::format("/issues/{}/comments", issue), {{"body", body}}));
    return {};
  }

  Result<void> update_comment(std::int64_t comment, std::string_view body) override {
    MLX_CHECK(send("PATCH", fmt::format("/issues/comments/{}", comment), {{"body", body}}));
    return {};
  }

  Result<void> react(std::int64_t comment, Reaction reaction) override {
    MLX_CHECK(send("POST", fmt::format("/issues/comments/{}/reactions", comment),
                   {{"content", content_of(reaction)}}));
    return {};
  }

 private:
  Result<json> get(const std::string& path) { return api_.request(scope_, "GET", base_ + path); }
  Result<json> send(std::string_view method, const std::string& path, const json& body) {
    return api_.request(scope_, method, base_ + path, body);
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

  static Result<Comment> read_comment(const JsonReader& reader) {
    Comment comment;
    comment.id = MLX_TRY(reader.integer("id"));
    comment.body = MLX_TRY(reader.string_if_present("body")).value_or("");
    // The author of an account that was deleted is null.
    const bool has_author = reader.has("user") && reader.value().at("user").is_object();
    if (has_author) comment.author = MLX_TRY(MLX_TRY(reader.at("user")).string("login"));
    return comment;
  }

  GithubApi& api_;
  GithubApi::Scope scope_;
  BlobCache& cache_;
  std::string base_;
};

}  // namespace

std::unique_ptr<ForgeRepository> make_github_repository(GithubApi& api, GithubApi::Scope scope,
                                                        BlobCache& cache) {
  return std::make_unique<GithubRepository>(api, std::move(scope), cache);
}

}  // namespace mlx::bot
