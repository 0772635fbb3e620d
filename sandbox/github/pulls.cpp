#include <algorithm>

#include "sandbox/github/events.h"
#include "sandbox/github/issue_edit.h"
#include "sandbox/github/json.h"
#include "sandbox/github/routes.h"

namespace mlx::sandbox::github {
namespace {

constexpr std::size_t kMostFiles = 3'000;  // of a pull request that are listed

constexpr std::string_view kResource = "PullRequest";

Answer<Issue*> find_pull(Context& context, const Request& request) {
  Issue* issue = MLX_TRY(find_issue(context, request));
  if (!issue->pull) return not_found();
  return issue;
}

std::unexpected<Refusal> custom_error(const std::string& message) {
  return invalid_field(kResource, "", "custom", message);
}

/// `branch` or `OWNER:branch`; nothing for another owner, because there are no forks here.
std::optional<std::string> own_branch(const Context& context, const std::string& name) {
  const auto colon = name.find(':');
  if (colon == std::string::npos) return name;
  if (to_lower(name.substr(0, colon)) != to_lower(context.state.repository.owner.login)) return std::nullopt;
  return name.substr(colon + 1);
}

Answer<Response> list_pulls(Context& context, const Request& request) {
  const std::string state = field(request.query, "state").value_or("open");
  const auto base = field(request.query, "base");
  const auto head = field(request.query, "head");
  std::vector<const Issue*> pulls;
  for (const auto& [number, issue] : context.state.issues) {
    if (!issue.pull || (state != "all" && (state == "open") != issue.is_open)) continue;
    if (base && issue.pull->base != *base) continue;
    // GitHub filters by `OWNER:branch` and ignores a head without an owner.
    const bool filters_head = head && head->find(':') != std::string::npos;
    if (filters_head && own_branch(context, *head) != issue.pull->head) continue;
    pulls.push_back(&issue);
  }
  if (field(request.query, "sort") == "updated") {
    std::ranges::stable_sort(pulls, {}, [](const Issue* issue) { return issue->updated_at; });
  }
  const bool is_sorted = field(request.query, "sort").value_or("created") != "created";
  const std::string direction = field(request.query, "direction").value_or(is_sorted ? "asc" : "desc");
  if (direction == "desc") std::ranges::reverse(pulls);
  return paginated(context, request, pulls,
                   [&](const Issue* issue) { return pull_json(context.state, *issue); });
}

/// The head and base that a new pull request asks for.
Answer<PullRequest> read_branches(Context& context, const Request& request) {
  const std::string head_name = MLX_TRY(request.required_text(kResource, "head"));
  const std::string base_name = MLX_TRY(request.required_text(kResource, "base"));
  const auto head_branch = own_branch(context, head_name);
  const auto head = context.git.find_ref("refs/heads/" + head_branch.value_or(""));
  const auto base = context.git.find_ref("refs/heads/" + base_name);
  if (!head_branch || !head) return invalid_field(kResource, "head", "invalid");
  if (!base) return invalid_field(kResource, "base", "invalid");
  if (context.git.is_ancestor(head->sha, base->sha)) {
    return custom_error("No commits between " + base_name + " and " + *head_branch);
  }
  if (!context.git.merge_base(head->sha, base->sha)) {
    return custom_error("The " + *head_branch + " branch has no history in common with " + base_name);
  }
  for (const auto& [number, issue] : context.state.issues) {
    const bool is_same =
        issue.pull && issue.is_open && issue.pull->head == *head_branch && issue.pull->base == base_name;
    if (is_same) {
      return custom_error("A pull request already exists for " + context.state.repository.owner.login + ":" +
                          *head_branch + ".");
    }
  }
  return PullRequest{.head = *head_branch, .base = base_name, .head_sha = head->sha, .base_sha = base->sha};
}

Answer<Response> create_pull(Context& context, const Request& request) {
  State& state = context.state;
  const std::string title = MLX_TRY(request.required_text(kResource, "title"));
  const auto body = MLX_TRY(request.text("body"));
  const bool is_draft = MLX_TRY(request.flag("draft")).value_or(false);
  if (title.empty()) return invalid_field(kResource, "title", "missing_field");
  MLX_CHECK(check_body(kResource, body));
  PullRequest pull = MLX_TRY(read_branches(context, request));
  pull.id = state.next_id();
  pull.is_draft = is_draft;
  Issue issue{.id = state.next_id(),
              .number = state.next_number(),
              .title = title,
              .body = body,
              .author = context.actor.login,
              .created_at = now(),
              .updated_at = now(),
              .pull = std::move(pull)};
  const Issue& added = state.issues.emplace(issue.number, std::move(issue)).first->second;
  pull_request_event(context, "opened", added);
  Response response{.status = 201, .body = full_pull_json(context, added)};
  response.headers.emplace_back("Location", response.body["url"]);
  return response;
}

/// What `git diff` would print, for `Accept: application/vnd.github.diff`.
std::string diff_text(const std::vector<FileChange>& files) {
  std::string text;
  for (const FileChange& file : files) {
    const std::string before = file.previous_path.empty() ? file.path : file.previous_path;
    text += "diff --git a/" + before + " b/" + file.path + "\n";
    text += "--- " + (file.status == "added" ? "/dev/null" : "a/" + before) + "\n";
    text += "+++ " + (file.status == "removed" ? "/dev/null" : "b/" + file.path) + "\n";
    if (file.patch) text += *file.patch + "\n";
  }
  return text;
}

Answer<std::vector<FileChange>> changed_files(const Context& context, const PullRequest& pull) {
  const auto base = context.git.merge_base(pull.base_sha, pull.head_sha);
  auto files = context.git.diff(base.value_or(pull.base_sha), pull.head_sha);
  if (!files) return refuse(500, files.error().message);
  return std::move(*files);
}

Answer<Response> get_pull(Context& context, const Request& request) {
  const Issue* issue = MLX_TRY(find_pull(context, request));
  const auto accept = request.headers.find("accept");
  if (accept != request.headers.end() && accept->second.find(".diff") != std::string::npos) {
    const auto files = MLX_TRY(changed_files(context, issue->pull_request()));
    return Response{.text = diff_text(files), .content_type = "application/vnd.github.diff; charset=utf-8"};
  }
  return Response{.body = full_pull_json(context, *issue)};
}

Answer<Response> update_pull(Context& context, const Request& request) {
  Issue* issue = MLX_TRY(find_pull(context, request));
  const auto base = MLX_TRY(request.text("base"));
  std::optional<Ref> base_ref;
  if (base) {
    base_ref = context.git.find_ref("refs/heads/" + *base);
    if (!base_ref) return invalid_field(kResource, "base", "invalid");
    if (context.git.is_ancestor(issue->pull_request().head_sha, base_ref->sha)) {
      return custom_error("There are no new commits between base branch '" + *base + "' and head branch '" +
                          issue->pull_request().head + "'");
    }
  }
  MLX_CHECK(edit_issue(context, request, *issue));
  if (base && *base != issue->pull_request().base) {
    const Json changes{{"base",
                        {{"ref", {{"from", issue->pull_request().base}}},
                         {"sha", {{"from", issue->pull_request().base_sha}}}}}};
    issue->pull_request().base = *base;
    issue->pull_request().base_sha = base_ref->sha;
    pull_request_event(context, "edited", *issue, {{"changes", changes}});
  }
  return Response{.body = full_pull_json(context, *issue)};
}

Answer<Response> list_files(Context& context, const Request& request) {
  const Issue* issue = MLX_TRY(find_pull(context, request));
  auto files = MLX_TRY(changed_files(context, issue->pull_request()));
  files.resize(std::min(files.size(), kMostFiles));
  leave_out_large_patches(files);
  return paginated(context, request, files, [&](const FileChange& file) {
    return file_change_json(context.state, file, issue->pull_request().head_sha);
  });
}

Answer<Response> list_commits(Context& context, const Request& request) {
  const Issue* issue = MLX_TRY(find_pull(context, request));
  auto commits = context.git.log(issue->pull_request().head_sha, issue->pull_request().base_sha);
  if (!commits) return not_found();
  std::ranges::reverse(*commits);
  return paginated(context, request, *commits,
                   [&](const Commit& commit) { return commit_json(context.state, commit); });
}

constexpr std::array kRoutes{
    Route{"GET", "/repos/{owner}/{repo}/pulls", list_pulls, "pulls/pulls#list-pull-requests"},
    Route{"POST", "/repos/{owner}/{repo}/pulls", create_pull, "pulls/pulls#create-a-pull-request",
          Need::kUser, "pull_requests"},
    Route{"GET", "/repos/{owner}/{repo}/pulls/{number}", get_pull, "pulls/pulls#get-a-pull-request"},
    Route{"PATCH", "/repos/{owner}/{repo}/pulls/{number}", update_pull, "pulls/pulls#update-a-pull-request",
          Need::kUser, "pull_requests"},
    Route{"GET", "/repos/{owner}/{repo}/pulls/{number}/files", list_files,
          "pulls/pulls#list-pull-requests-files"},
    Route{"GET", "/repos/{owner}/{repo}/pulls/{number}/commits", list_commits,
          "pulls/pulls#list-commits-on-a-pull-request"},
};

}  // namespace

std::span<const Route> pull_routes() { return kRoutes; }

}  // namespace mlx::sandbox::github
